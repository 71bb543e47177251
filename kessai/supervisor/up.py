"""`kessai up`: one instance from its data folder, from the lock to the last child's end."""

import os
from collections.abc import Mapping
from pathlib import Path

from kessai import keys
from kessai.embedded.environment import instance_environment
from kessai.embedded.folder import DataFolder
from kessai.embedded.postgres import Postgres
from kessai.settings import load
from kessai.supervisor import ports as port_choice
from kessai.supervisor.addresses import Addresses, announce, ready_file, withdraw
from kessai.supervisor.child import Say
from kessai.supervisor.lock import only_supervisor
from kessai.supervisor.orphans import ChildrenOnRecord
from kessai.supervisor.plan import KESSAI, Plan
from kessai.supervisor.ports import Ports
from kessai.supervisor.supervisor import Stopped, Supervisor
from kessai.trouble import Trouble

NOT_EMBEDDED = (
    "KESSAI_DATABASE_URL",
    "KESSAI_DATABASE_PASSWORD",
    "KESSAI_OWNER_DATABASE_",
    "KESSAI_TEMPORAL_ADDRESS",
)


class NotForEmbedded(Trouble):
    """The settings name outside servers or production, which an embedded instance is not for."""

    exit_code = 2


def up(
    data: Path,
    *,
    environ: Mapping[str, str],
    say: Say,
    api_port: int | None = None,
    demo_cases: bool = False,
    ready: Path | None = None,
    program: tuple[str, ...] = KESSAI,
) -> None:
    """Run the instance in `data` until SIGTERM, SIGINT or SIGHUP, then stop it in order. `program` starts our commands.

    Raises Trouble where it cannot start: the folder is in use, a port is taken, settings are wrong, a part fails.
    """
    _refuse_outside_servers(environ)
    os.umask(0o077)
    folder = DataFolder(data.absolute())
    folder.create()
    with only_supervisor(folder):
        files = (ready_file(folder), *((ready.absolute(),) if ready else ()))
        withdraw(*files)
        children = ChildrenOnRecord(folder.run / "children.json")
        for name in children.end_orphans():
            say(f"前回の {name} が残っていたので終わらせました。")
        settings = load(instance_environment(folder, environ))
        ports = port_choice.choose(folder.run / "ports.json", api_host=settings.api_host, api_port=api_port)
        try:
            plan = _plan(folder, environ, ports, say, program)
            _run(Supervisor(logs=folder.logs, children=children, say=say), plan, files, demo_cases=demo_cases)
        finally:
            ports.close()


def _run(supervisor: Supervisor, plan: Plan, files: tuple[Path, ...], *, demo_cases: bool) -> None:
    with supervisor.signals():
        try:
            supervisor.boot(tuple(plan.before_ready()))
            supervisor.wait_for(lambda: supervisor.all_steady() and plan.ready(), "全体")
            announce(_addresses(plan), *files)
            if demo_cases:
                supervisor.boot((plan.demo_cases(),))
            _tell(plan)
            supervisor.watch()
        except Stopped:
            pass  # asked to stop while starting: stop what is there
        finally:
            plan.say("止めています。")
            withdraw(*files)
            supervisor.stop()
            Postgres(plan.folder).tidy()
            plan.say("止まりました。")


def _refuse_outside_servers(environ: Mapping[str, str]) -> None:
    outside = [name for name in environ if name.startswith(NOT_EMBEDDED)]
    if outside:
        raise NotForEmbedded(
            f"kessai up は組み込みのPostgresとTemporalを動かします。{'、'.join(outside)} は指定できません。"
            "外のサーバーを使うときは、kessai worker などの役割ごとの命令か docker-compose.yml を使ってください。"
        )
    if environ.get("KESSAI_MODE") == "production":
        raise NotForEmbedded(
            "kessai up は開発と実演のためのものです。本番は docker-compose.yml の構成で動かしてください。"
        )
    load(environ)


def _plan(folder: DataFolder, environ: Mapping[str, str], ports: Ports, say: Say, program: tuple[str, ...]) -> Plan:
    environment = instance_environment(folder, environ)
    settings = load(environment)
    keys.create_keys(settings.keys_dir, development=True)
    return Plan(
        folder=folder,
        settings=settings,
        settings_environment=environment,
        ports=ports,
        say=say,
        program=program,
    )


def _addresses(plan: Plan) -> Addresses:
    settings = plan.settings
    return Addresses(
        api=f"http://127.0.0.1:{plan.ports.numbers['api']}",
        temporal=settings.temporal_address,
        ui=settings.temporal_ui_url,
        codec=settings.codec_url,
    )


def _tell(plan: Plan) -> None:
    addresses = _addresses(plan)
    plan.say(
        "準備ができました。\n"
        f"  画面とAPI             {addresses.api}\n"
        f"  APIの説明(OpenAPI)   {addresses.api}/v1/openapi.json\n"
        f"  Temporal Web UI       {addresses.ui}\n"
        f"  Temporal              {addresses.temporal}\n"
        f"  復号の窓口(codec)    {addresses.codec}\n"
        f"  データとログ          {plan.folder.root}\n"
        "止めるには Ctrl-C を押します。"
    )
