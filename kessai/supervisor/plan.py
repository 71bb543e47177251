"""What `kessai up` runs, and what each part needs before it starts: Postgres, Temporal, the schema, the roles, the
organisation, the demo cases.
"""

import http.client
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kessai.embedded import roles
from kessai.embedded.environment import owner_environment, surroundings
from kessai.embedded.folder import DataFolder
from kessai.embedded.postgres import Postgres
from kessai.embedded.temporal import Temporal
from kessai.settings import Settings
from kessai.supervisor.child import Say
from kessai.supervisor.parts import Job, Service
from kessai.supervisor.ports import Ports

ROLES = {
    "worker": "ワーカー",
    "projector": "読み取り表の更新",
    "reconciler": "台帳とTemporalの突き合わせ",
    "notifier": "メールとWebhookの送信",
    "signer": "電子契約の署名と長期保管",
}
TABLES, SERVERS = ("migrate",), ("migrate", "temporal")
NEEDS = {"worker": SERVERS, "reconciler": SERVERS, "signer": (*SERVERS, "pki")}
KESSAI = (sys.executable, "-P", "-m", "kessai")  # -P: never from whatever folder we were started in
ASK_WITHIN_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The parts of one instance. `program` calls our own commands, `settings_environment` configures them."""

    folder: DataFolder
    settings: Settings
    settings_environment: Mapping[str, str]
    ports: Ports
    say: Say
    program: tuple[str, ...] = KESSAI

    def before_ready(self) -> Iterator[Service | Job]:
        """Everything that must be there before anybody is told that the instance is ready."""
        yield self._postgres()
        yield self._temporal()
        yield self._job(
            "migrate", "台帳の表の用意", "migrate", environment=owner_environment(self.folder), needs=("postgres",)
        )
        yield self._api()
        yield self._pki()
        for name, label in ROLES.items():
            yield self._role(name, label)
        yield self._job("seed", "組織・決裁区分・規程・休日表の読み込み", "seed", needs=TABLES)

    def demo_cases(self) -> Job:
        """The demo cases, walked through the API after everything answers; the instance lives without them."""
        return self._job("seed-cases", "実演用の事案", "seed", "--cases", required=False)

    def ready(self) -> bool:
        """Whether the API says that it and everything it stands on can work."""
        return self._says_ok("api", "/readyz")

    def _postgres(self) -> Service:
        server = Postgres(self.folder)
        return Service(
            name="postgres",
            label="台帳(Postgres)",
            command=server.command,
            environment=server.environment,
            before=lambda: self._tell_opened(server),
            answers=lambda: roles.answers(self.folder, server.socket_dir),
            stop_signal=signal.SIGINT,  # fast shutdown: clients are disconnected, everything is written
            stop_within_s=30.0,
            death_signal=signal.SIGINT,
            account=server.account,
            folder=self.folder.postgres,
        )

    def _temporal(self) -> Service:
        server = Temporal(
            folder=self.folder,
            port=self.ports.numbers["temporal"],
            ui_port=self.ports.numbers["ui"],
            codec_url=self.settings.codec_url,
        )
        return Service(
            name="temporal",
            label="Temporal",
            command=server.command,
            environment=server.environment,
            before=self._release_temporal_ports,
            answers=server.answers,
            then=self._job("namespace", "Temporalの名前空間と検索属性", "namespace"),
        )

    def _role(self, name: str, label: str) -> Service:
        return Service(
            name=name,
            label=label,
            command=(*self.program, name),
            environment=self._environment(),
            needs=NEEDS.get(name, TABLES),
        )

    def _pki(self) -> Service:
        return Service(
            name="pki",
            label="開発用の認証局とタイムスタンプ局",
            command=(*self.program, "pki"),
            environment=self._environment(),
            before=lambda: self.ports.release("pki"),
            answers=lambda: self._says_ok("pki", "/healthz"),
        )

    def _api(self) -> Service:
        descriptor = self.ports.sockets["api"].fileno()
        return Service(
            name="api",
            label="APIと画面",
            command=(*self.program, "api"),
            environment=self._environment() | {"KESSAI_API_FD": str(descriptor)},
            answers=lambda: self._says_ok("api", "/healthz"),
            descriptors=(descriptor,),
            needs=TABLES,  # it connects to Temporal when it first needs it
        )

    def _job(
        self,
        name: str,
        label: str,
        *command: str,
        environment: Mapping[str, str] | None = None,
        required: bool = True,
        needs: tuple[str, ...] = (),
    ) -> Job:
        return Job(
            name=name,
            label=label,
            command=(*self.program, *command),
            environment=self._environment() | dict(environment or {}),
            required=required,
            needs=needs,
        )

    def _environment(self) -> dict[str, str]:
        return surroundings() | dict(self.settings_environment)

    def _release_temporal_ports(self) -> None:
        self.ports.release("temporal")
        self.ports.release("ui")

    def _tell_opened(self, server: Postgres) -> None:
        for path in server.prepare():
            self.say(f"{path} を他の利用者が通り抜けられるようにしました(rootではPostgresが別の利用者で動くため)。")

    def _says_ok(self, name: str, path: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports.numbers[name], timeout=ASK_WITHIN_S)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
