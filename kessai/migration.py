"""Migration: the owner makes the schemas and gives the application role just what it needs: it can never change or
delete an event.
"""

from importlib.resources import files

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from kessai.notifying import tables as outbox
from kessai.roles import heartbeat
from kessai.settings import Settings
from projections.register import PROJECTIONS
from projections.schema import create as create_read_models
from projections.schema import drop_unregistered

LEDGER_TABLES = ("ledger_events", "ledger_receipts", "ledger_numbers", "security_log")


def migrate(settings: Settings, owner_database_url: str) -> None:
    """Create or complete the ledger and read-model schemas as their owner. Safe to run again, and by several
    at once.
    """
    settings.require("database_url")
    schema = settings.database_schema
    application = str(conninfo_to_dict(settings.database_url)["user"])
    with psycopg.connect(owner_database_url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"kessai/migrate/{schema}",))
        connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(schema)))
        connection.execute(SQL("SET LOCAL search_path TO {}").format(Identifier(schema)))
        connection.execute((files("domain.ledger") / "schema.sql").read_bytes())
        _grant(connection, schema, application)
        create_read_models(
            connection, schema=schema, projector=application, readers=[application], projections=PROJECTIONS
        )
        drop_unregistered(connection, schema, application, projections=PROJECTIONS)
        heartbeat.create(connection, schema=schema, role=application)
        outbox.create(connection, schema=schema, role=application)


def _grant(connection: psycopg.Connection, schema: str, application: str) -> None:
    """SELECT and INSERT, and MAINTAIN because an EXCLUSIVE lock asks for it (ES-11); no UPDATE, DELETE or TRUNCATE
    (I20).
    """
    names = {"schema": Identifier(schema), "role": Identifier(application)}
    connection.execute(SQL("GRANT USAGE ON SCHEMA {schema} TO {role}").format(**names))
    for table in LEDGER_TABLES:
        grant = SQL("GRANT SELECT, INSERT ON {schema}.{table} TO {role}")
        connection.execute(grant.format(table=Identifier(table), **names))
    connection.execute(SQL("GRANT MAINTAIN ON {schema}.ledger_events TO {role}").format(**names))
