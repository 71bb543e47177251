"""The ledger's Postgres: reachable, append-only for us (I20), of this program's shape, on the same time, followed by
read models and reconciler.
"""

import re
import time
from collections.abc import Generator, Iterator, Mapping
from importlib.resources import files
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from kessai.doctor.check import Check, Patient, note, ok, problem
from kessai.doctor.reconciler import reconciler
from kessai.migration import LEDGER_TABLES
from kessai.processes import EVENTS
from projections.generation import Generations
from projections.position import ReadPosition
from projections.projection import shape
from projections.register import PROJECTIONS
from projections.store import ReadStore, read_schema

SERVER_VERSION_MIN = 170_000  # GRANT MAINTAIN, which an EXCLUSIVE lock without UPDATE asks for
SKEW_SECONDS_MAX = 2.0
LAG_SECONDS_MAX = 10.0
STATEMENT_WITHIN = "10s"

RIGHTS = """
SELECT c.relname, p.privilege FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN (VALUES ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER')) AS p (privilege)
WHERE n.nspname = %(schema)s AND c.relname = ANY(%(tables)s)
AND (has_table_privilege(c.oid, p.privilege) OR p.privilege = 'UPDATE' AND has_any_column_privilege(c.oid, 'UPDATE'))"""
OWNERS = """
SELECT DISTINCT pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND c.relname = ANY(%(tables)s) AND pg_has_role(c.relowner, 'MEMBER')"""
COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %(schema)s"
FUNCTIONS = """
SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = %(schema)s"""
TOPICS = "SELECT DISTINCT topic FROM {events}"
NEWEST = "SELECT extract(epoch FROM max(recorded_at) - clock_timestamp())::float8 FROM {events}"
LEADER = """
SELECT count(*) FROM pg_locks l, (SELECT hashtextextended(%(name)s, 0) AS k) x
WHERE l.locktype = 'advisory' AND l.granted
AND l.classid::bigint = (x.k >> 32) & 4294967295 AND l.objid::bigint = x.k & 4294967295"""
_TABLE = re.compile(r"CREATE TABLE IF NOT EXISTS (?P<name>\w+) \((?P<body>.*?)\n\);", re.DOTALL)
_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (?P<name>\w+)\(.*?\$\$(?P<body>.*?)\$\$", re.DOTALL)


def ledger(patient: Patient) -> Iterator[Check]:
    """Everything that can be asked over one connection of the application's role."""
    settings = patient.settings
    try:
        with psycopg.connect(settings.database_url, connect_timeout=5, autocommit=True) as connection:
            connection.execute(SQL("SET statement_timeout = {}").format(STATEMENT_WITHIN))
            yield from _server(connection)
            names = {"schema": settings.database_schema, "tables": list(LEDGER_TABLES)}
            whole = yield from _schema(connection, names)
            if whole:
                yield from _rights(connection, names)
                yield from _content(connection, settings.database_schema)
                yield from _followed(connection, patient)
                yield reconciler(connection, settings.database_schema)
    except psycopg.Error as error:
        first = str(error).strip().partition("\n")[0]
        do = "Postgresが動いているか、接続先とパスワードが正しいかを確かめてください。"
        yield problem("台帳", f"Postgresに問い合わせられません({first})。", do)


def _server(connection: psycopg.Connection[Any]) -> Iterator[Check]:
    shown = connection.info.parameter_status("server_version")
    if connection.info.server_version < SERVER_VERSION_MIN:
        yield problem("台帳", f"Postgresの版 {shown} は古すぎます。", "17以降に上げてください。")
    else:
        yield ok("台帳", f"Postgres {shown} に接続できました。")
    before = time.time()
    row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    after = time.time()
    assert row is not None
    skew = row[0] - (before + after) / 2
    if abs(skew) > SKEW_SECONDS_MAX + (after - before) / 2:
        says = f"この機械とPostgresの時計が {skew:+.1f} 秒ずれています。"
        yield problem("時計", says, "両方の機械をNTPで合わせてください。記録時刻が狂います。")
    else:
        yield ok("時計", f"この機械とPostgresの時計の差は {abs(skew):.2f} 秒です。")


def _schema(connection: psycopg.Connection[Any], names: Mapping[str, Any]) -> Generator[Check, None, bool]:
    """Compare tables and functions with `schema.sql`; gives whether the ledger's tables are there at all."""
    tables, functions = declared((files("domain.ledger") / "schema.sql").read_text("utf-8"))
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(COLUMNS, names).fetchall():
        columns.setdefault(table, set()).add(column)
    found = dict(connection.execute(FUNCTIONS, names).fetchall())
    missing = [f"{table}.{column}" for table, known in tables.items() for column in known - columns.get(table, set())]
    other = [name for name, body in functions.items() if found.get(name, "").split() != body.split()]
    if missing or other:
        says = f"台帳の表か関数がこの版のものではありません({'、'.join(sorted((*missing, *other)))})。"
        yield problem("スキーマ", says, "kessai migrate を実行してください(所有者の接続先が要ります)。")
    else:
        yield ok("スキーマ", "台帳の表と関数はこの版のものです。")
    return not missing


def _rights(connection: psycopg.Connection[Any], names: Mapping[str, Any]) -> Iterator[Check]:
    """The role may read and add; every other right on the ledger's tables is one too many (I20)."""
    rights = [f"{table} の {privilege}" for table, privilege in connection.execute(RIGHTS, names).fetchall()]
    owners = [f"所有者 {owner} の権限" for (owner,) in connection.execute(OWNERS, names).fetchall()]
    if rights or owners:
        says = (
            f"アプリケーションの役割に、台帳を書き換えられる権限があります({'、'.join(sorted((*owners, *rights)))})。"
        )
        yield problem("権限", says, "KESSAI_DATABASE_URLを、kessai migrate が権限を与えた役割のものに直してください。")
    else:
        yield ok("権限", "アプリケーションの役割は、台帳の追記と参照だけができます。")


def _content(connection: psycopg.Connection[Any], schema: str) -> Iterator[Check]:
    """Whether this program knows every kind of event there is, and no event lies in the future."""
    names = {"events": Identifier(schema, "ledger_events")}
    known = {str(event.__struct_config__.tag) for event in EVENTS}
    topics = {topic for (topic,) in connection.execute(SQL(TOPICS).format(**names)).fetchall()}
    if topics - known:
        says = f"台帳に、この版が知らない種類の事実があります({'、'.join(sorted(topics - known))})。"
        yield problem(
            "更新", says, "それを書いた新しい版のKessaiで動かしてください。CHANGELOG の Events の節を見てください。"
        )
    row = connection.execute(SQL(NEWEST).format(**names)).fetchone()
    ahead = row[0] if row and row[0] is not None else 0.0
    if ahead > SKEW_SECONDS_MAX:
        says = f"台帳の最後の記録時刻は、いまより {ahead:,.0f} 秒先です。"
        yield problem("時計", says, "Postgresの機械の時計が正しいかを確かめてください。")


def _followed(connection: psycopg.Connection[Any], patient: Patient) -> Iterator[Check]:
    """Whether read models are of this program's shape, close behind the ledger, and led by somebody."""
    settings = patient.settings
    store = ReadStore(database_url=settings.database_url, schema=settings.database_schema, pool_size=1)
    try:
        with store.transaction() as cursor:
            generations = Generations(store.schema)
            active = {each.name: generations.active(cursor, each) for each in PROJECTIONS}
        lags = ReadPosition(store).lag(settings.database_schema)
    finally:
        store.close()
    reshaped = [each.name for each in PROJECTIONS if (a := active[each.name]) is None or a.shape != shape(each)]
    if reshaped:
        says = f"読み取り表 {'、'.join(reshaped)} は別の版の形です。"
        yield note("更新", says, "kessai projector がこの版で動けば、自動で作り直されます。")
    row = connection.execute(LEADER, {"name": f"{read_schema(settings.database_schema)}/projector"}).fetchone()
    if not row or not row[0]:
        yield problem(
            "読み取り表", "読み取り表を更新するもの(kessai projector)が動いていません。", "動かしてください。"
        )
    behind = [f"{each.projection} {each.events:,} 件、{each.seconds:.0f} 秒" for each in lags if each.events]
    if any(each.seconds > LAG_SECONDS_MAX for each in lags):
        do = "kessai projector のログを見てください。"
        yield problem("読み取り表", f"台帳から遅れています({'、'.join(behind)})。", do)
    else:
        yield ok(
            "読み取り表", "台帳に追いついています。" if not behind else f"台帳を追っています({'、'.join(behind)})。"
        )


def declared(ddl: str) -> tuple[dict[str, set[str]], dict[str, str]]:
    """Give the columns of each table and the body of each function that `schema.sql` declares."""
    tables = {}
    for table in _TABLE.finditer(ddl):
        lines = (line.strip() for line in table["body"].splitlines())
        tables[table["name"]] = {line.split()[0] for line in lines if line and line.split()[0].islower()}
    return tables, {function["name"]: function["body"] for function in _FUNCTION.finditer(ddl)}
