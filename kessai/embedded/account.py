"""The system user Postgres runs as when we are root: Postgres refuses to run as root itself."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kessai.trouble import Trouble

NAME = "pgserver"
PASS_THROUGH = stat.S_IXOTH


class NoAccount(Trouble):
    """We are root and no system user could be made for Postgres."""


@dataclass(frozen=True)
class Account:
    """A system user without privileges."""

    uid: int
    gid: int


def postgres_account() -> Account | None:
    """The account Postgres must run as: None means ours; as root it is `pgserver`, made on first use."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _made()
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def give(path: Path, account: Account | None) -> None:
    """Make `account` the owner of `path` (alone, not what is below it)."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def let_pass(path: Path) -> tuple[Path, ...]:
    """Let other users pass through (not list) the folders above `path`; return those that did not let them before."""
    closed = [folder for folder in path.absolute().parents if not folder.stat().st_mode & PASS_THROUGH]
    for folder in closed:
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | PASS_THROUGH)
    return tuple(closed)


def let_read(tree: Path) -> None:
    """Let other users read and run what is below `tree`, where an installation under a strict umask forbids it."""
    for path in (tree, *tree.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IROTH | (PASS_THROUGH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)


def _made() -> pwd.struct_passwd:
    program = shutil.which("useradd") or "/usr/sbin/useradd"
    command = (program, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME)
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoAccount(
            f"rootで動かすには、Postgresのための利用者 {NAME} が必要ですが、作れませんでした({error})。"
            "root以外の利用者で kessai up を動かすこともできます。"
        ) from error
    return pwd.getpwnam(NAME)
