"""Roles of the embedded Postgres: an owner for migrations, the application, and a superuser nobody's address names.

Every role has its own random password in a 0600 file and comes in through the socket only. The running components
are given the application's address; the owner's goes to `kessai migrate` alone, the superuser's to nobody: an operator
reads the file.
"""

from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from kessai.embedded.folder import DataFolder

DATABASE = "kessai"
SUPERUSER = "postgres"
OWNER = "kessai_owner"
APPLICATION = "kessai_app"

HBA = """# Written by Kessai at every start. Only the socket is listened on; nobody comes in without a password.
local all all scram-sha-256
"""


def password_file(folder: DataFolder, role: str) -> Path:
    """The 0600 file with the role's password, made when first asked for."""
    return folder.secret(f"postgres-{role}.password")


def socket_url(socket_dir: Path, role: str, database: str = DATABASE) -> str:
    """The address of the database for a role, without its password."""
    return f"postgresql://{role}@/{database}?host={quote(str(socket_dir), safe='')}"


def connect(folder: DataFolder, socket_dir: Path, role: str, database: str = DATABASE) -> psycopg.Connection:
    """Connect as `role` (autocommit). Raises psycopg.OperationalError while the server does not answer."""
    password = password_file(folder, role).read_text().strip()
    url = socket_url(socket_dir, role, database)
    return psycopg.connect(url, password=password, connect_timeout=2, autocommit=True)


def answers(folder: DataFolder, socket_dir: Path) -> bool:
    """Whether the server takes connections, with roles and database in place (they are made where missing)."""
    try:
        _provide(folder, socket_dir)
        with connect(folder, socket_dir, APPLICATION) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def listens(folder: DataFolder, socket_dir: Path) -> bool:
    """Whether the server takes connections, whatever is in it."""
    try:
        connect(folder, socket_dir, SUPERUSER, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _provide(folder: DataFolder, socket_dir: Path) -> None:
    """Make roles and database, and set the passwords to what the files say: a restored cluster may have others."""
    with connect(folder, socket_dir, SUPERUSER, "postgres") as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, APPLICATION):
            verb = "ALTER" if role in known else "CREATE"
            password = password_file(folder, role).read_text().strip()
            secret = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            statement = sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
            connection.execute(statement.format(sql.SQL(verb), sql.Identifier(role), sql.Literal(secret)))
        membership = sql.SQL("GRANT {} TO {}").format(sql.Identifier(APPLICATION), sql.Identifier(OWNER))
        connection.execute(membership)  # the application owns the read models, which the owner's migration creates
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
            name, owner = sql.Identifier(DATABASE), sql.Identifier(OWNER)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
        name = sql.Identifier(DATABASE)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(APPLICATION)))
