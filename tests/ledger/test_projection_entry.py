"""Registers in the read models: lists by filter, reading rights as the record has them, desks, and who is told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.directory.facts import AbsenceRecorded
from domain.entry import RECORD
from domain.envelope import Outcome
from projections.entry import ENTRY
from projections.queries.cursors import BadCursor
from projections.queries.entry import Entries, EntryFilters
from projections.queries.inbox import Inbox
from projections.queries.notices import Notices
from projections.readers import Readers, ReaderScope
from tests.ledger.projection_world import MONDAY, World
from tests.records.entry_story import LOSS, SERVICE, USB

EVERYTHING = ReaderScope(everything=True)


def send(world: World, verb: str, number: str, *, post: str, **body: Any) -> Outcome:
    """The holder of `post` sends a command of registers, which is accepted."""
    return world.send(verb, number, noun=RECORD.noun, post=post, **body)


def entered(world: World, number: str, register: str, values: dict[str, Any], post: str = "road-officer") -> str:
    send(world, "enter", number, post=post, register_code=register, fields=values)
    return number


def move(world: World, number: str, verb: str, post: str, **values: Any) -> None:
    send(world, "move", number, post=post, transition=verb, fields=values)


@pytest.fixture
def busy(world: World) -> World:
    """A carry-out that is out, one of another division still asked for, an incident, and a cloud service."""
    world.seeded()
    usb = entered(world, "R8-000001", "asset-carry-out", USB)
    move(world, usb, "permit", "road-director", conditions="暗号化")
    move(world, usb, "carry-out", "road-officer")
    entered(world, "R8-000002", "asset-carry-out", USB, "housing-officer")
    entered(world, "R8-000003", "incident", {**LOSS, "carry_out": usb})
    entered(world, "R8-000004", "cloud-service", SERVICE)
    world.follow(ENTRY)
    return world


def numbers(world: World, **filters: Any) -> list[str]:
    scope = filters.pop("scope", EVERYTHING)
    return [row.number for row in Entries(world.reads).list_entries(EntryFilters(**filters), scope).entries]


def test_a_list_is_narrowed_by_register_state_unit_days_and_words(busy: World) -> None:
    assert numbers(busy) == ["R8-000004", "R8-000003", "R8-000002", "R8-000001"]
    assert numbers(busy, register="asset-carry-out") == ["R8-000002", "R8-000001"]
    assert numbers(busy, register="asset-carry-out", states=("carried_out",)) == ["R8-000001"]
    assert numbers(busy, register="asset-carry-out", units=("housing",)) == ["R8-000002"]
    assert numbers(busy, entered_from=date(2026, 11, 10)) == []
    assert numbers(busy, entered_to=date(2026, 11, 9), text="議事録 事業者Ａ") == ["R8-000004"]
    assert numbers(busy, text="暗号化") == ["R8-000001"]
    assert numbers(busy, link="R8-000001") == ["R8-000003"]


def test_a_list_goes_on_where_it_ended(busy: World) -> None:
    entries = Entries(busy.reads)
    first = entries.list_entries(EntryFilters(), EVERYTHING, limit=3)
    second = entries.list_entries(EntryFilters(), EVERYTHING, cursor=first.next_cursor, limit=3)
    assert [row.number for row in second.entries] == ["R8-000001"]
    assert second.next_cursor is None
    for foreign in ("x", "YTE", "ZS0x", "ZTE=="):
        with pytest.raises(BadCursor):
            entries.list_entries(EntryFilters(), EVERYTHING, cursor=foreign)


def test_lists_follow_the_reading_rule_of_the_record(busy: World) -> None:
    """Also of the confidential ones, and while a head whose permission is awaited is away."""
    later = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
    for at, away in ((MONDAY, None), (later, "housing-director")):
        busy.clock.at = at
        if away is not None:
            _away(busy, away)
        _assert_the_lists_follow_the_rule(busy)


def _away(world: World, post: str) -> None:
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    since = world.clock.at - timedelta(hours=1)
    world.directory_facts(
        AbsenceRecorded(
            absence=f"a-{post}", person=holder.person, begins_at=since, ends_at=since + timedelta(days=2),
            reason="出張", entered_by=holder.person,
        ),
        by=holder.person,
    )  # fmt: skip


def _assert_the_lists_follow_the_rule(world: World) -> None:
    directory, at = world.directory, world.clock.at
    states = {number: world.reader.fold(RECORD, number)[0] for number in numbers(world)}
    readers = Readers(directory)
    for person in sorted({*directory.structure.names, "9999"}):
        listed = set(numbers(world, scope=readers.scope(person, at)))
        may = {number for number, state in states.items() if RECORD.may_read(state, person, directory, at)}
        assert listed == may, person


def desk(world: World, post: str) -> list[tuple[str, str]]:
    world.follow(ENTRY)
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    terms = Readers(world.directory).desk(holder.person, world.clock.at)
    return [(item.task, item.number) for item in Inbox(world.reads, (ENTRY,)).items(terms, at=world.clock.at)]


def test_an_entry_lies_on_the_desk_of_whom_it_waits_for_the_loss_first(busy: World) -> None:
    assert desk(busy, "road-officer") == [("act", "R8-000001")]
    assert desk(busy, "housing-director") == [("act", "R8-000002")]
    assert desk(busy, "ict-director") == [("act", "R8-000003"), ("act", "R8-000004")]
    move(busy, "R8-000003", "disable", "ict-chief", measure="遠隔消去")
    assert desk(busy, "ict-director") == [("act", "R8-000004")]
    assert desk(busy, "road-officer") == [("act", "R8-000003"), ("act", "R8-000001")]


def test_while_the_head_is_away_whoever_may_stand_in_finds_it_on_their_desk(busy: World) -> None:
    number = entered(busy, "R8-000005", "asset-carry-out", USB)
    _away(busy, "road-director")
    assert ("proxy", number) in desk(busy, "road-lead")
    move(busy, number, "permit", "road-lead")
    assert ("proxy", number) not in desk(busy, "road-lead")


def test_superior_and_ict_division_have_the_same_notice_of_a_loss(busy: World) -> None:
    told = {}
    for person in ("0521", "0211", "0212", "0213", "0523"):
        rows = Notices(busy.reads, (ENTRY,)).newest((f"person:{person}",))
        told[person] = [row.position for row in rows if row.stream == "entry-R8-000003"]
    assert told["0521"] == told["0211"] == told["0212"] == told["0213"] != []
    assert told["0523"] == []
