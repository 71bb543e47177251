"""The attendance interface: whoever keeps the cursor misses nothing, and may read anything twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from projections.queries.telework_attendance import AttendancePeriod, TeleworkAttendance
from projections.readers import ReaderScope
from projections.rebuilding import rebuild
from projections.telework import TELEWORK, AttendanceRow
from tests.ledger.projection_world import World
from tests.ledger.telework_days import applied, ordered, send

EVERYTHING = ReaderScope(everything=True)


def at(hour: int, minute: int = 0) -> datetime:
    """A time of Tuesday in Japan."""
    return datetime(2026, 11, 10 if hour >= 9 else 9, (hour - 9) % 24, minute, tzinfo=UTC)


class AttendanceSystem:
    """What the other side keeps: the orders as it was last told, and up to where it has read."""

    def __init__(self, world: World) -> None:
        self.asked = TeleworkAttendance(world.reads)
        self.orders: dict[str, AttendanceRow] = {}
        self.cursor = 0

    def reads(self, *, limit: int = 2, since: int | None = None) -> list[AttendanceRow]:
        """Page after page until there is no more; each is worked off as it comes."""
        found: list[AttendanceRow] = []
        self.cursor = self.cursor if since is None else since
        while rows := self.asked.changed_since(self.cursor, EVERYTHING, limit=limit):
            found += rows
            self.cursor = rows[-1].changed
            self.orders |= {row.number: row for row in rows}
        return found

    def knows_all(self) -> bool:
        every = self.asked.changed_since(0, EVERYTHING, limit=1_000)
        return self.orders == {row.number: row for row in every}


def acts(world: World) -> Iterator[str]:
    """A day of several people, one act after the other; each says what it did."""
    officer, chief = ordered(world), ordered(world, "road-chief")
    yield "two orders"
    waits = applied(world, "farming-officer", tasks="農地台帳の照合")
    yield "a request, which nobody ordered"
    send(world, "change", chief, post="road-chief", day="2026-11-12", reason="会議のため")
    yield "an order that lapsed"
    send(world, "approve", chief, post="road-director")
    yield "and was ordered anew for another day"
    world.clock.at = at(8, 20)
    send(world, "start", officer, post="road-officer")
    yield "a start"
    asked = {"minutes": 60, "category": "urgent", "reason": "緊急の照会のため"}
    send(world, "request-overtime", officer, post="road-officer", **asked)
    yield "overtime that was asked for only"
    send(world, "order-overtime", officer, post="road-director", minutes=30)
    yield "overtime"
    world.clock.at = at(18)
    send(world, "end", officer, post="road-officer")
    yield "an end"
    send(world, "report", officer, post="road-officer", content="済み")
    send(world, "reject", waits, post="farming-director", reason="窓口当番のため")
    yield "a report and a rejection, which change no attendance"
    send(world, "revoke", chief, post="road-director", reason="災害対応のため")
    yield "a revocation"


def test_whoever_keeps_the_cursor_knows_after_every_act_what_a_full_export_says(world: World) -> None:
    world.seeded()
    quick, slow, lazy = (AttendanceSystem(world) for _ in range(3))
    told: dict[str, int] = {}
    for number, act in enumerate(acts(world)):
        world.follow()
        told[act] = len(quick.reads())
        assert quick.knows_all(), act
        before = slow.cursor
        slow.reads(limit=1)
        slow.reads(limit=1, since=before)  # its answer was lost, so it asks again
        assert slow.knows_all(), act
        if number % 4 == 3:
            lazy.reads(limit=3)
    lazy.reads()
    assert lazy.knows_all()
    assert quick.orders == slow.orders == lazy.orders
    assert told["overtime that was asked for only"] == told["a report and a rejection, which change no attendance"] == 0
    assert told["a request, which nobody ordered"] == 0
    assert told["an order that lapsed"] == told["a start"] == told["overtime"] == told["an end"] == 1
    assert [row.status for row in quick.orders.values()] == ["ended", "cancelled"]
    assert quick.reads() == []


def test_reading_again_from_any_cursor_gives_the_same_and_changes_nothing(world: World) -> None:
    world.seeded()
    list(acts(world))
    world.follow()
    asked, cursors = TeleworkAttendance(world.reads), {0}
    every = asked.changed_since(0, EVERYTHING, limit=1_000)
    assert [row.changed for row in every] == sorted({row.changed for row in every})
    for row in every:
        cursors |= {row.changed - 1, row.changed}
    for cursor in cursors:
        once = asked.changed_since(cursor, EVERYTHING, limit=1_000)
        assert once == asked.changed_since(cursor, EVERYTHING, limit=1_000)
        assert once == tuple(row for row in every if row.changed > cursor)


def test_cursors_outlive_a_rebuilt_read_model(world: World) -> None:
    world.seeded()
    system = AttendanceSystem(world)
    list(acts(world))
    world.follow()
    system.reads()
    rebuild(world.reads, world.reader, TELEWORK)
    assert system.reads() == []
    assert system.knows_all()


@pytest.mark.parametrize(("first", "last", "count"), [(10, 10, 2), (12, 12, 1), (11, 11, 0), (1, 30, 2)])
def test_a_period_has_what_was_ever_ordered_for_its_days(world: World, first: int, last: int, count: int) -> None:
    """Both were ordered for the 10th; one was moved to the 12th, and its old day must be told as cancelled."""
    world.seeded()
    list(acts(world))
    world.follow()
    period = AttendancePeriod(date(2026, 11, first), date(2026, 11, last))
    assert len(TeleworkAttendance(world.reads).changed_since(0, EVERYTHING, period=period)) == count
