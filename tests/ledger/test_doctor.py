"""What the doctor sees of a real Postgres: rights beyond appending, an old schema, unknown events, idle read models."""

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from kessai.doctor.check import Check, Patient
from kessai.doctor.ledger import ledger as ledger_checks
from kessai.roles.heartbeat import Heartbeat
from kessai.settings import Settings
from tests.conftest import Database
from tests.ledger.projection_world import World

Harm = Callable[[psycopg.Connection, Settings], None]


def examined(settings: Settings) -> dict[str, Check]:
    """The checks by subject; of several the worst."""
    order = {"ok": 0, "note": 1, "problem": 2}
    found: dict[str, Check] = {}
    for check in ledger_checks(Patient(settings=settings, embedded=False, addresses=None)):
        before = found.get(check.subject)
        if before is None or order[check.level] > order[before.level]:
            found[check.subject] = check
    return found


def test_a_ledger_as_migrated_and_followed_is_well(database: Database) -> None:
    settings = database.settings()
    world = World(settings).seeded()
    heartbeat = Heartbeat(world.reads)
    heartbeat.swept()
    heartbeat.followed()
    with world.projecting() as projector:
        projector.leading.wait(20)
        world.position.wait_for(world.reader.head())
        levels = {check.subject: check.level for check in examined(settings).values()}
    world.close()
    assert levels == {
        "台帳": "ok",
        "時計": "ok",
        "スキーマ": "ok",
        "権限": "ok",
        "読み取り表": "ok",
        "突き合わせ": "ok",
    }


def table(settings: Settings, name: str) -> Identifier:
    return Identifier(settings.database_schema, name)


def a_right_to_delete(hand: psycopg.Connection, settings: Settings) -> None:
    hand.execute(SQL("GRANT DELETE ON {} TO kessai_app").format(table(settings, "ledger_events")))


def a_right_to_change_one_column(hand: psycopg.Connection, settings: Settings) -> None:
    hand.execute(SQL("GRANT UPDATE (refused_code) ON {} TO kessai_app").format(table(settings, "ledger_receipts")))


def a_table_of_its_own(hand: psycopg.Connection, settings: Settings) -> None:
    hand.execute(SQL("ALTER TABLE {} OWNER TO kessai_app").format(table(settings, "security_log")))


def a_lost_column(hand: psycopg.Connection, settings: Settings) -> None:
    hand.execute(SQL("ALTER TABLE {} DROP COLUMN reserved_at").format(table(settings, "ledger_numbers")))


def another_function(hand: psycopg.Connection, settings: Settings) -> None:
    hand.execute(
        SQL(
            "CREATE OR REPLACE FUNCTION {}"
            "(p_position bigint, p_stream text, p_version bigint, p_topic text, p_state bytea,"
            " p_recorded_at timestamptz) RETURNS bytea LANGUAGE sql AS $$ SELECT sha256(p_state) $$"
        ).format(table(settings, "ledger_leaf"))
    )


def an_event_of_a_newer_version(hand: psycopg.Connection, settings: Settings) -> None:
    hand.execute(
        SQL("UPDATE {} SET topic = 'approval.drafted.v9' WHERE notification_id = 1").format(
            table(settings, "ledger_events")
        )
    )


def an_event_from_tomorrow(hand: psycopg.Connection, settings: Settings) -> None:
    hand.execute(
        SQL("UPDATE {} SET recorded_at = now() + interval '1 day' WHERE notification_id = 1").format(
            table(settings, "ledger_events")
        )
    )


def a_read_model_of_another_shape(hand: psycopg.Connection, settings: Settings) -> None:
    register = Identifier(f"{settings.database_schema}_read", "projection_generation")
    hand.execute(SQL("UPDATE {} SET shape = 'old' WHERE projection = 'approval'").format(register))


def a_schema_of_before_the_heartbeat(hand: psycopg.Connection, settings: Settings) -> None:
    hand.execute(SQL("DROP TABLE {}").format(Identifier(f"{settings.database_schema}_read", "reconciler_heartbeat")))


@pytest.mark.parametrize(
    ("harm", "subject", "level", "expected"),
    [
        (a_right_to_delete, "権限", "problem", "ledger_events の DELETE"),
        (a_right_to_change_one_column, "権限", "problem", "ledger_receipts の UPDATE"),
        (a_table_of_its_own, "権限", "problem", "所有者 kessai_app"),
        (a_lost_column, "スキーマ", "problem", "ledger_numbers.reserved_at"),
        (another_function, "スキーマ", "problem", "ledger_leaf"),
        (an_event_of_a_newer_version, "更新", "problem", "approval.drafted.v9"),
        (an_event_from_tomorrow, "時計", "problem", "先です"),
        (a_read_model_of_another_shape, "更新", "note", "approval"),
        (a_schema_of_before_the_heartbeat, "突き合わせ", "problem", "表がありません"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_each_harm_is_named(database: Database, harm: Harm, subject: str, level: str, expected: str) -> None:
    settings = database.settings()
    World(settings).seeded().close()
    with database.superuser() as hand:
        harm(hand, settings)
    check = examined(settings)[subject]
    assert check.level == level
    assert expected in check.says
    assert check.do


def test_the_owner_as_application_is_a_problem_i20(database: Database) -> None:
    settings = database.settings()
    check = examined(replace(settings, database_url=settings.owner_database_url))["権限"]
    assert check.level == "problem"
    assert "所有者" in check.says


def test_without_a_projector_the_read_models_stand_still(database: Database) -> None:
    settings = database.settings()
    World(settings).seeded().close()
    assert "kessai projector" in examined(settings)["読み取り表"].says


def test_without_a_reconciler_nothing_is_compared(database: Database) -> None:
    settings = database.settings()
    World(settings).seeded().close()
    assert "記録がありません" in examined(settings)["突き合わせ"].says


def test_a_postgres_that_does_not_answer_is_one_problem_and_no_traceback(database: Database) -> None:
    away = replace(database.settings(), database_url="postgresql://nobody@127.0.0.1:1/none")
    assert [check.level for check in examined(away).values()] == ["problem"]
