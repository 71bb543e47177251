"""Lists of telework show each person exactly what the record lets them open, also after transfers and absences."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.directory.facts import (
    AbsenceRecorded,
    Appointed,
    AppointmentEnded,
    PostAbolished,
    PostChanged,
    PostEstablished,
)
from domain.telework.standing import may_read
from projections.queries.inbox import Inbox
from projections.queries.telework import TeleworkFilters, Teleworks
from projections.readers import Readers
from tests.ledger.projection_world import MONDAY, World
from tests.ledger.telework_days import applied, ordered, send, state_of

SPRING = datetime(2027, 4, 1, 1, 0, tzinfo=UTC)  # ten in the morning of 1 April in Japan
EVE, FIRST = date(2027, 3, 31), date(2027, 4, 1)
STRANGER = "9999"


@pytest.fixture
def busy(world: World) -> World:
    """Requests of people of every rank in several divisions, some of them closed."""
    world.seeded()
    ordered(world)
    applied(world, "road-chief")
    applied(world, "road-lead", day="2026-11-11")
    applied(world, "road-director")
    applied(world, "construction-director")
    applied(world, "farming-officer")
    closed = applied(world, "housing-officer")
    send(world, "reject", closed, post="housing-director", reason="窓口当番のため")
    withdrawn = applied(world, "road-officer", day="2026-11-13")
    send(world, "withdraw", withdrawn, post="road-officer")
    return world


def person_of(world: World, post: str) -> str:
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    return holder.person


def assert_the_lists_follow_the_rule(world: World) -> dict[str, set[str]]:
    """Give who lists what, after comparing with who may open it; what lies on a desk can be opened, too."""
    world.follow()
    teleworks, directory, now = Teleworks(world.reads), world.directory, world.clock.at
    readers, inbox = Readers(directory), Inbox(world.reads)
    states = {row["number"]: state_of(world, row["number"]) for row in world.rows("rm_telework")}
    assert states
    found = {}
    for person in sorted({*directory.structure.names, STRANGER}):
        scope = readers.scope(person, now)
        found[person] = {row.number for row in teleworks.list_requests(TeleworkFilters(), scope).requests}
        assert found[person] == {n for n, state in states.items() if may_read(state, person, directory, now)}, person
        waiting = {item.number for item in inbox.items(readers.desk(person, now), at=now) if item.task == "proxy"}
        assert waiting <= found[person], person
    return found


def away(world: World, post: str, *, hours: int = 8) -> None:
    person = person_of(world, post)
    absence = AbsenceRecorded(
        absence=f"a-{post}", person=person, begins_at=world.clock.at, ends_at=world.clock.at + timedelta(hours=hours),
        reason="出張", entered_by=person,
    )  # fmt: skip
    world.directory_facts(absence, by=person)


def leaves(world: World, post: str) -> AppointmentEnded:
    """Whoever holds the post leaves it at the end of the fiscal year."""
    spell = world.directory.structure.appointments[post][-1]
    return AppointmentEnded(post=post, person=spell.person, valid_from=spell.valid_from, valid_to=EVE)


def comes(post: str, person: str) -> Appointed:
    return Appointed(post=post, person=person, name=f"職員{person}", kind="regular", valid_from=FIRST)


def test_everybody_sees_in_lists_what_they_may_open_and_nothing_else(busy: World) -> None:
    found = assert_the_lists_follow_the_rule(busy)
    everything = {row["number"] for row in busy.rows("rm_telework")}
    auditors = [p for p in found if "auditor" in busy.directory.roles(p, busy.clock.at)]
    assert auditors
    assert all(found[auditor] == everything for auditor in auditors)
    assert found[STRANGER] == set()
    assert found[person_of(busy, "housing-officer")] == {"R8-000007"}
    assert {"R8-000001", "R8-000002", "R8-000008"} <= found[person_of(busy, "road-lead")]


@pytest.mark.parametrize(
    "post", ["road-director", "construction-director", "construction-deputy", "vice-governor-1", "governor"]
)
def test_while_a_head_is_away_whoever_stands_in_sees_what_is_open(busy: World, post: str) -> None:
    before = assert_the_lists_follow_the_rule(busy)
    if busy.directory.holder(post, MONDAY) is None:
        pytest.fail(f"the demo organisation has no holder of {post}")
    away(busy, post)
    assert_the_lists_follow_the_rule(busy)
    busy.clock.at += timedelta(hours=8)
    assert assert_the_lists_follow_the_rule(busy) == before


def test_when_head_and_proxies_are_away_the_next_of_the_line_sees_it(busy: World) -> None:
    away(busy, "road-director")
    away(busy, "road-lead")
    away(busy, "construction-deputy")
    assert_the_lists_follow_the_rule(busy)


def test_what_somebody_did_follows_them_to_another_division_and_the_old_head_keeps_only_what_they_acted_on(
    busy: World,
) -> None:
    before = assert_the_lists_follow_the_rule(busy)
    officer, housing = person_of(busy, "road-officer"), person_of(busy, "housing-director")
    busy.directory_facts(
        leaves(busy, "road-officer"), leaves(busy, "housing-officer"), comes("housing-officer", officer), by="0121"
    )
    busy.clock.at = SPRING
    after = assert_the_lists_follow_the_rule(busy)
    assert {"R8-000001", "R8-000008"} <= after[housing] - before[housing]
    road = person_of(busy, "road-director")
    assert "R8-000001" in after[road]
    assert "R8-000008" in before[road] - after[road]


def test_what_a_person_with_two_posts_did_is_seen_by_the_line_of_each(busy: World) -> None:
    officer = person_of(busy, "road-officer")
    busy.directory_facts(
        leaves(busy, "farming-officer"),
        Appointed(post="farming-officer", person=officer, name=f"職員{officer}", kind="concurrent", valid_from=FIRST),
        by="0121",
    )
    busy.clock.at = SPRING
    found = assert_the_lists_follow_the_rule(busy)
    assert "R8-000001" not in found[person_of(busy, "farming-director")]
    assert "R8-000001" in found[person_of(busy, "road-director")]


def test_what_somebody_did_who_left_the_prefecture_stays_with_their_post(busy: World) -> None:
    busy.directory_facts(leaves(busy, "road-officer"), comes("road-officer", "0991"), by="0121")
    busy.clock.at = SPRING
    found = assert_the_lists_follow_the_rule(busy)
    assert {"R8-000001", "R8-000008"} <= found[person_of(busy, "road-director")]
    assert "R8-000001" not in found["0991"]


def test_a_post_that_moves_or_is_replaced_takes_along_what_was_done_in_it(busy: World) -> None:
    chief = busy.directory.structure.appointments["road-chief"][-1]
    post = busy.directory.post("road-officer", MONDAY.date())
    assert post is not None
    busy.directory_facts(
        PostChanged(
            post="road-officer", title=post.title, unit="housing", rank=post.rank, oversees=post.oversees,
            valid_from=FIRST,
        ),
        PostEstablished(
            post="road-planner", title="道路企画係長", unit="road", rank="chief", oversees=(), valid_from=FIRST
        ),
        leaves(busy, "road-chief"),
        comes("road-planner", chief.person),
        PostAbolished(post="road-chief", abolished_on=FIRST, successor="road-planner"),
        by="0121",
    )  # fmt: skip
    busy.clock.at = SPRING
    found = assert_the_lists_follow_the_rule(busy)
    assert "R8-000008" in found[person_of(busy, "housing-director")]
    assert "R8-000002" in found[person_of(busy, "road-director")]
