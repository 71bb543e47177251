"""Telework in the read models: live equals rebuilt, lists by filter, desks, notices, a unit's day, ratios."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.directory.facts import AbsenceRecorded
from domain.telework import RECORD
from projections.queries.cursors import BadCursor
from projections.queries.inbox import Inbox
from projections.queries.notices import Notices
from projections.queries.telework import TeleworkFilters, Teleworks
from projections.queries.telework_ratios import ratios, staff_of
from projections.readers import Readers, ReaderScope
from projections.rebuilding import compare, rebuild
from projections.telework import TELEWORK
from tests.ledger.projection_world import MONDAY, World
from tests.ledger.telework_days import NEXT_DAY, applied, ordered, send, state_of

EVERYTHING = ReaderScope(everything=True)
TUESDAY = datetime(2026, 11, 9, 23, 20, tzinfo=UTC)  # 8:20 in Japan
DAY = date(2026, 11, 10)


@pytest.fixture
def busy(world: World) -> World:
    """One day reported, one being worked with overtime asked for, one waiting, one returned, one revoked, an order."""
    world.seeded()
    world.follow()
    reported, working = ordered(world), ordered(world, "road-chief")
    applied(world, "farming-officer", tasks="農地台帳の照合")
    returned = applied(world, "housing-officer")
    send(world, "return", returned, post="housing-director", reason="業務内容を詳しく")
    revoked = ordered(world, day="2026-11-12")
    send(world, "revoke", revoked, post="road-director", reason="災害対応のため")
    send(
        world, "order", f"R8-{next(world.serials):06d}", post="road-director", to_post="road-lead", kind="home",
        day=NEXT_DAY, tasks="災害情報の整理", reason="台風のため",
    )  # fmt: skip
    world.follow()
    world.clock.at = TUESDAY
    for number, post in ((reported, "road-officer"), (working, "road-chief")):
        send(world, "start", number, post=post)
    world.follow()
    send(
        world, "request-overtime", working, post="road-chief", minutes=60, category="urgent", reason="緊急の照会のため"
    )
    world.clock.at = TUESDAY + timedelta(hours=9)
    send(world, "end", reported, post="road-officer")
    send(world, "report", reported, post="road-officer", content="点検結果を整理した。")
    world.follow()
    return world


def numbers(world: World, **filters: Any) -> list[str]:
    scope = filters.pop("scope", EVERYTHING)
    return [row.number for row in Teleworks(world.reads).list_requests(TeleworkFilters(**filters), scope).requests]


def desk(world: World, post: str) -> list[tuple[str, str]]:
    """What lies on the desk of the holder of `post`: number and task."""
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    terms = Readers(world.directory).desk(holder.person, world.clock.at)
    return [(item.number, item.task) for item in Inbox(world.reads).items(terms, at=world.clock.at)]


def told(world: World, post: str) -> list[tuple[str, str]]:
    """What the holder of `post` is told: stream and code, newest first."""
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    terms = Readers(world.directory).desk(holder.person, world.clock.at)
    return [(row.stream, row.code) for row in Notices(world.reads).newest(terms)]


def test_a_rebuilt_read_model_equals_the_live_one_row_for_row_i9(busy: World) -> None:
    before = {table.name: busy.rows(table.name) for table in TELEWORK.tables}
    assert all(before.values())
    compared = compare(busy.reads, busy.reader, TELEWORK)
    assert (compared.differences, compared.shown) == (0, ())
    rebuild(busy.reads, busy.reader, TELEWORK)
    assert {table.name: busy.rows(table.name) for table in TELEWORK.tables} == before


def test_a_list_is_narrowed_by_unit_state_day_person_who_is_waited_on_and_words(busy: World) -> None:
    assert len(numbers(busy)) == 6
    assert numbers(busy, units=("farming",)) == ["R8-000003"]
    assert numbers(busy, states=("revoked",)) == ["R8-000005"]
    assert numbers(busy, day_from=date(2026, 11, 11)) == ["R8-000005"]
    assert "R8-000005" not in numbers(busy, day_to=DAY)
    officer = busy.directory.holder("road-officer", MONDAY)
    assert officer is not None
    assert numbers(busy, person=officer.person) == ["R8-000005", "R8-000001"]
    assert numbers(busy, waiting_posts=("farming-director",)) == ["R8-000003"]
    assert numbers(busy, text="農地　台帳") == ["R8-000003"]
    assert numbers(busy, text="点検結果を整理した") == ["R8-000001"]
    assert numbers(busy, text="点検", units=("farming",)) == []


def test_a_list_goes_on_where_it_ended_and_takes_no_cursor_of_another(busy: World) -> None:
    teleworks, seen, cursor = Teleworks(busy.reads), list[str](), None
    while True:
        found = teleworks.list_requests(TeleworkFilters(), EVERYTHING, cursor=cursor, limit=4)
        seen += [row.number for row in found.requests]
        cursor = found.next_cursor
        if cursor is None:
            break
    assert seen == numbers(busy)
    with pytest.raises(BadCursor):
        teleworks.list_requests(TeleworkFilters(), EVERYTHING, cursor="YTEy")
    with pytest.raises(BadCursor):
        teleworks.overdue(TeleworkFilters(), EVERYTHING, cursor="dDEy")


def test_what_waits_lies_on_the_desk_of_whom_it_waits_for(busy: World) -> None:
    assert desk(busy, "road-director") == [("R8-000002", "overtime"), ("R8-000001", "acknowledge")]
    assert ("R8-000001", "acknowledge") in desk(busy, "road-lead")
    assert ("R8-000006", "start") in desk(busy, "road-lead")
    assert desk(busy, "road-chief") == [("R8-000002", "end"), ("R8-000001", "acknowledge")]
    assert desk(busy, "farming-director") == [("R8-000003", "act")]
    assert desk(busy, "housing-officer") == [("R8-000004", "returned")]


def test_a_start_lies_on_the_desk_on_its_day_and_not_before(world: World) -> None:
    world.seeded()
    number = ordered(world)
    world.follow()
    assert desk(world, "road-officer") == []
    world.clock.at = TUESDAY
    assert desk(world, "road-officer") == [(number, "start")]


def test_while_the_head_is_away_whoever_stands_in_has_it_on_the_desk_but_never_their_own(world: World) -> None:
    world.seeded()
    own, other = applied(world, "road-lead"), applied(world)
    world.follow()
    assert desk(world, "road-lead") == []
    absent(world, "road-director", until=MONDAY + timedelta(hours=3))
    assert desk(world, "road-lead") == [(other, "proxy")]
    world.clock.at += timedelta(minutes=5)
    readers = Readers(world.directory)
    whose = [p for p in world.directory.structure.names if own in _proxied(world, readers, p)]
    lead = world.directory.holder("road-lead", MONDAY)
    assert whose
    assert lead is not None
    assert lead.person not in whose
    world.clock.at += timedelta(hours=3)
    assert desk(world, "road-lead") == []


def absent(world: World, post: str, *, until: datetime) -> None:
    """The holder of `post` is away from Monday on."""
    holder = world.directory.holder(post, MONDAY)
    assert holder is not None
    absence = AbsenceRecorded(
        absence="a-1", person=holder.person, begins_at=MONDAY, ends_at=until, reason="出張", entered_by=holder.person
    )
    world.directory_facts(absence, by=holder.person)


def _proxied(world: World, readers: Readers, person: str) -> set[str]:
    terms = readers.desk(person, world.clock.at)
    return {item.number for item in Inbox(world.reads).items(terms, at=world.clock.at) if item.task == "proxy"}


def test_who_is_concerned_is_told_and_superiors_hear_of_start_and_end(busy: World) -> None:
    first, second = "telework-R8-000001", "telework-R8-000002"
    assert (first, "telework.approved") in told(busy, "road-officer")
    assert ("telework-R8-000005", "telework.revoked") in told(busy, "road-officer")
    assert (first, "telework.started") not in told(busy, "road-officer")
    assert {(first, "telework.started"), (first, "telework.ended")} <= set(told(busy, "road-director"))
    assert {(first, "telework.started"), (second, "telework.started")} <= set(told(busy, "road-lead"))
    assert (first, "telework.started") not in told(busy, "housing-director")
    assert ("telework-R8-000006", "telework.ordered") in told(busy, "road-lead")


def test_the_head_who_was_stood_in_for_is_told_afterwards_what_was_decided(world: World) -> None:
    """後閲 of a matter of one day: it is shown to the head, and asks nothing."""
    world.seeded()
    number = applied(world)
    absent(world, "road-director", until=MONDAY + timedelta(days=2))
    send(world, "approve", number, post="road-lead")
    world.follow()
    stream = f"telework-{number}"
    assert (stream, "telework.approved") in told(world, "road-director")
    assert (stream, "telework.approved") in told(world, "road-officer")
    assert (stream, "telework.approved") not in told(world, "road-lead")
    again = applied(world, day="2026-11-12")
    send(world, "return", again, post="road-lead", reason="業務内容を詳しく")
    world.follow()
    assert (f"telework-{again}", "telework.returned") in told(world, "road-director")


def test_what_the_head_decides_in_person_is_not_told_to_them(busy: World) -> None:
    assert not [code for _, code in told(busy, "road-director") if code in ("telework.approved", "telework.revoked")]


def test_a_returned_request_lapses_by_rule_and_the_person_is_told(busy: World) -> None:
    """The housing officer's request was returned and never handed in again."""
    number = "R8-000004"
    lapses_at = state_of(busy, number).lapses_at
    assert lapses_at is not None
    busy.clock.at = lapses_at
    (due,) = RECORD.due(state_of(busy, number), lapses_at, busy.directory)
    for _ in range(2):
        outcome = busy.writer.apply_rule(
            RECORD, number=number, verb=due.verb, rule="system:lapse", name=due.rule, occasion=due.occasion,
            command=due.command,
        )  # fmt: skip
        assert outcome.result == "accepted"
    busy.follow()
    assert numbers(busy, states=("withdrawn",)) == [number]
    assert (f"telework-{number}", "telework.lapsed") in told(busy, "housing-officer")
    assert [item for item in desk(busy, "housing-officer") if item[0] == number] == []


def test_a_units_day_shows_who_works_where_and_what_is_overdue(busy: World) -> None:
    teleworks = Teleworks(busy.reads)
    rows = {row.number: row for row in teleworks.of_day(["road"], DAY, EVERYTHING)}
    assert sorted(rows) == ["R8-000001", "R8-000002", "R8-000006"]
    overdue = teleworks.overdue(TeleworkFilters(overdue_at=busy.clock.at), EVERYTHING).requests
    colleagues = teleworks.colleagues(["road", "farming"], DAY)  # the farming officer's was asked for, not ordered
    assert {row.person for row in colleagues} == {row.person for row in rows.values()}
    assert {(row.number, row.awaited) for row in overdue} == {("R8-000006", "start"), ("R8-000003", "approval")}
    late = busy.clock.at + timedelta(days=30)
    some = teleworks.overdue(TeleworkFilters(overdue_at=late), EVERYTHING, limit=1)
    rest = teleworks.overdue(TeleworkFilters(overdue_at=late), EVERYTHING, cursor=some.next_cursor)
    assert [row.number for row in (*some.requests, *rest.requests)] == [
        row.number for row in teleworks.overdue(TeleworkFilters(overdue_at=late), EVERYTHING).requests
    ]


def test_ratios_count_people_of_the_unit_planned_and_actual(busy: World) -> None:
    found = {each.unit: each for each in ratios(Teleworks(busy.reads), busy.directory, ["road", "farming"], [DAY])}
    road, farming = found["road"], found["farming"]
    assert (road.planned, road.ordered, road.actual) == (3, 3, 2)
    assert (farming.planned, farming.ordered, farming.actual) == (1, 0, 0)
    people = staff_of(busy.directory, ["road"], [DAY])["road", DAY]
    holders = {
        holder.person
        for post in busy.directory.posts(DAY)
        if post.unit == "road" and (holder := busy.directory.holder(post.code, busy.clock.at)) and not holder.acting
    }
    assert people == holders
    assert road.staff == len(holders)
    assert road.share(road.planned) == pytest.approx(3 / len(holders), abs=1e-4)
