"""The outbox kept in order: what was settled long ago is forgotten, what waits is not; the doctor sees how it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from kessai.clocks import VirtualClock
from kessai.composition import Composition
from kessai.doctor.check import Check
from kessai.doctor.notifier import notifier
from kessai.notifying.tables import outbox_schema
from tests.conftest import Database
from tests.ledger.notifying_world import Notifying, PostBox, Receiver, notifying, receiver, smtp_server
from tests.ledger.projection_world import World

KEPT = timedelta(days=90)


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as got:
        yield got


@pytest.fixture
def sending(world: World) -> Iterator[Notifying]:
    with notifying(world.seeded()) as made:
        yield made


def refuse(got: object) -> tuple[int, dict[str, str], bytes]:
    return 500, {}, b""


def looked_at(world: World, folder: Path) -> list[Check]:
    """What the doctor says, at the world's time."""
    settings = replace(world.settings, clock="virtual", clock_file=folder / "clock")
    VirtualClock(settings.clock_file).set(world.clock.at)
    parts = Composition(settings)
    try:
        return list(notifier(parts))
    finally:
        parts.close()


def test_what_was_settled_long_ago_is_forgotten_with_its_attempts_and_what_waits_is_kept(
    world: World, sending: Notifying, there: Receiver
) -> None:
    sending.register(there.url, "approval.drafted")
    world.drafted()
    sending.run()
    there.answer = refuse
    world.drafted()
    sending.run()
    world.clock.at += KEPT - timedelta(minutes=1)
    assert sending.notifier.prune() == 0
    world.clock.at += timedelta(minutes=2)
    assert sending.notifier.prune() == 1
    assert sending.notifier.prune() == 0
    (left,) = sending.deliveries()
    assert left["state"] == "planned"
    assert {row["id"] for row in sending.attempts()} == {left["id"]}


def test_what_is_forgotten_is_not_sent_again_unless_somebody_asks_and_then_under_its_old_id(
    world: World, sending: Notifying, there: Receiver
) -> None:
    number = sending.register(there.url, "approval.drafted")
    world.drafted()
    sending.run()
    world.clock.at += KEPT + timedelta(minutes=1)
    assert sending.notifier.prune() == 1
    sending.run()
    assert (sending.deliveries(), len(there.received)) == ([], 1)
    sending.webhook("replay", number, from_position=1)
    sending.run()
    assert there.ids == [there.ids[0]] * 2


def test_what_was_given_up_is_seen_until_it_too_is_forgotten(world: World, tmp_path: Path) -> None:
    box = PostBox(answer=lambda recipient: "550 no such mailbox")
    with smtp_server(box) as url, notifying(world.seeded(), smtp=url) as sending:
        sending.run()
        world.drafted(urgent=True)
        sending.run()
        sending.outbox.beat()
        assert any("メール 1 件" in check.says for check in looked_at(world, tmp_path) if check.level == "note")
        world.clock.at += KEPT + timedelta(minutes=1)
        assert sending.notifier.prune() == 1
        assert {check.level for check in looked_at(world, tmp_path)} == {"ok"}


def test_the_doctor_tells_of_a_silent_notifier_and_of_a_receiver_that_takes_nothing(
    world: World, database: Database, sending: Notifying, there: Receiver, tmp_path: Path
) -> None:
    assert "動いた記録がありません" in looked_at(world, tmp_path)[0].says
    sending.outbox.beat()
    number = sending.register(there.url, "approval.drafted")
    there.answer = refuse
    world.drafted()
    sending.run()
    assert [check.level for check in looked_at(world, tmp_path)] == ["ok", "ok"]
    world.clock.at += timedelta(hours=3)
    told = looked_at(world, tmp_path)[1]
    assert (told.level, f"Webhook {number}が 3 時間届いていません" in told.says) == ("problem", True)
    sending.webhook("disable", number, reason="受信側の更新のため")
    assert looked_at(world, tmp_path)[1].level == "note"
    with database.superuser() as hand:
        table = Identifier(outbox_schema(world.schema), "notifier_heartbeat")
        hand.execute(SQL("UPDATE {} SET looked_at = looked_at - interval '3 minutes'").format(table))
    assert "3 分前" in looked_at(world, tmp_path)[0].says


def test_the_doctor_tells_of_a_receiver_that_wants_nothing_more(
    world: World, sending: Notifying, there: Receiver, tmp_path: Path
) -> None:
    sending.outbox.beat()
    number = sending.register(there.url, "approval.drafted")
    there.answer = lambda got: (410, {}, b"")
    world.drafted()
    sending.run()
    world.drafted()
    sending.run()
    told = looked_at(world, tmp_path)[1]
    assert (told.level, "もう要らないと答えた" in told.says) == ("note", True)
    sending.webhook("disable", number, reason="作り直しのため")
    sending.webhook("enable", number)
    there.answer = lambda got: (200, {}, b"")
    sending.run()
    assert len(there.received) == 2
    assert all("止まっています" not in check.says for check in looked_at(world, tmp_path))


def test_an_outbox_of_before_the_heartbeat_asks_for_a_migration(
    world: World, database: Database, tmp_path: Path
) -> None:
    with database.superuser() as hand:
        hand.execute(SQL("DROP TABLE {}").format(Identifier(outbox_schema(world.schema), "notifier_heartbeat")))
    (told,) = looked_at(world, tmp_path)
    assert (told.level, "kessai migrate" in told.do) == ("problem", True)


def test_the_application_may_forget_deliveries_and_nothing_else(world: World) -> None:
    with (
        psycopg.connect(world.settings.database_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(SQL("DELETE FROM {}").format(Identifier(outbox_schema(world.schema), "planned_up_to")))
