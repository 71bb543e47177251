"""The outbox's tables, in a schema of their own beside the ledger's and the read models': unlike those they are neither
evidence nor disposable.
"""

from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

TABLES = (
    """
CREATE TABLE IF NOT EXISTS {schema}.delivery (
    serial     bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    channel    text        NOT NULL CONSTRAINT delivery_channel
                           CHECK (channel IN ('mail', 'webhook', 'outside', 'gateway')),
    target     text        NOT NULL,            -- the person's number, the webhook's, or contract and signer
    id         text        NOT NULL,            -- the same for every attempt and replay
    position   bigint      NOT NULL,            -- of the fact that is told
    stream     text        NOT NULL,
    code       text        NOT NULL,            -- the event's name: approval.decided
    kind       text        NOT NULL,            -- task, reminder, notice; event (webhooks)
    task       text,                            -- what the letter asks for, and under which term: so that it can be
    recipient  text,                            --   seen before sending whether it still waits; to outsiders: which
                                                --   link or code, by its count and never by itself
    occasion   text,                            -- urgent, incident: not held back in quiet hours
    state      text        NOT NULL DEFAULT 'planned'
                           CHECK (state IN ('planned', 'delivered', 'given_up', 'obsolete')),
    round      int         NOT NULL DEFAULT 1,  -- how often it was asked for: more than once after a replay
    attempts   int         NOT NULL DEFAULT 0,  -- of this round
    planned_at timestamptz NOT NULL,            -- times of the injected clock
    not_before timestamptz NOT NULL,
    first_at   timestamptz,
    settled_at timestamptz,
    error      text,
    PRIMARY KEY (channel, target, id)
)""",
    """
CREATE INDEX IF NOT EXISTS delivery_due ON {schema}.delivery (channel, target, stream, position)
WHERE state = 'planned'""",
    "CREATE INDEX IF NOT EXISTS delivery_next ON {schema}.delivery (channel, not_before) WHERE state = 'planned'",
    "CREATE INDEX IF NOT EXISTS delivery_of_state ON {schema}.delivery (state, serial)",
    "CREATE INDEX IF NOT EXISTS delivery_settled ON {schema}.delivery (settled_at) WHERE state <> 'planned'",
    "CREATE INDEX IF NOT EXISTS delivery_of_target ON {schema}.delivery (channel, target, serial)",
    """
CREATE TABLE IF NOT EXISTS {schema}.attempt (
    channel     text        NOT NULL,
    target      text        NOT NULL,
    id          text        NOT NULL,
    round       int         NOT NULL,
    number      int         NOT NULL,
    begun_at    timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at    timestamptz,
    outcome     text,                           -- null: nobody lived to tell; it is tried again under the same id
    status      int,                            -- of HTTP or SMTP
    detail      text,
    PRIMARY KEY (channel, target, id, round, number)
)""",
    """
CREATE TABLE IF NOT EXISTS {schema}.planned_up_to (
    name     text   PRIMARY KEY,                -- mail, or the webhook's number
    position bigint NOT NULL,
    replay   int    NOT NULL DEFAULT 0,         -- the newest replay that has begun (version of the webhook's record)
    halted   int    NOT NULL DEFAULT 0          -- the record's version at which its receiver said it is gone
)""",
    """
CREATE TABLE IF NOT EXISTS {schema}.notifier_heartbeat (
    singleton boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
    looked_at timestamptz NOT NULL              -- by Postgres' clock
)""",
)
# What was made before contracts had signers knew two channels only.
WIDENED = (
    "ALTER TABLE {schema}.delivery DROP CONSTRAINT IF EXISTS delivery_channel_check",
    "ALTER TABLE {schema}.delivery DROP CONSTRAINT IF EXISTS delivery_channel",
    """
ALTER TABLE {schema}.delivery ADD CONSTRAINT delivery_channel
CHECK (channel IN ('mail', 'webhook', 'outside', 'gateway'))""",
)
KEPT_TABLES = ("delivery", "attempt", "planned_up_to")  # what a backup holds; a sign of life is none
GRANTS = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT DELETE ON {schema}.delivery, {schema}.attempt TO {role}",
)


def outbox_schema(schema: str) -> str:
    """Give the schema of the outbox that belongs to the ledger in `schema`."""
    return f"{schema}_outbox"


def create(connection: Connection[Any], *, schema: str, role: str) -> None:
    """Create the tables as the owner, for `role` to write. Again: nothing changes."""
    names = {"schema": Identifier(outbox_schema(schema)), "role": Identifier(role)}
    for text in ("CREATE SCHEMA IF NOT EXISTS {schema}", *TABLES, *WIDENED, *GRANTS):
        connection.execute(SQL(text).format(**names))
