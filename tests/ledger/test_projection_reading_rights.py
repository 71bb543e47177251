"""Lists show each person exactly the cases that the reading rule of the record lets them open (design.md §7), whatever
has become of posts, units and people since the cases were written.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.approval.standing import may_read
from domain.directory.facts import (
    AbsenceRecorded,
    Appointed,
    AppointmentEnded,
    PostAbolished,
    PostChanged,
    PostEstablished,
    RoleGranted,
    UnitAbolished,
)
from kessai.processes import RECORDS
from projections.queries.approval import Approvals, Filters
from projections.queries.inbox import Inbox
from projections.readers import Readers
from tests.conftest import Database
from tests.ledger.projection_world import MONDAY, World

SPRING = datetime(2027, 4, 1, 1, 0, tzinfo=UTC)  # ten in the morning of 1 April in Japan
EVE = date(2027, 3, 31)
STRANGER = "9999"
PAYMENT: dict[str, Any] = {"kind": "payment_order", "title": "支出命令", "amount_yen": 100_000}
ORDER: dict[str, Any] = {"kind": "outsourcing", "title": "委託", "amount_yen": 12_000_000}


@pytest.fixture
def busy(world: World) -> World:
    """Cases of several divisions in every stage, one shown to somebody else, one held, one in its auditing."""
    world.seeded()
    world.decided(world.drafted(**ORDER))
    half_way = world.drafted(**ORDER)
    world.send("approve", half_way, post="road-chief")
    world.drafted(post="farming-officer")
    world.drafted(post="housing-officer")
    world.drafted(post="welfare-officer", **PAYMENT)
    world.drafted(submit=False)
    held = world.drafted()
    world.send("hold", held, post="road-chief", reason="資料待ち")
    shown = world.drafted()
    world.send("circulate", shown, post="road-officer", posts=["ict-director"])
    return world


def people(world: World) -> list[str]:
    """Everybody the directory has ever heard of, and a stranger."""
    return sorted({*world.directory.structure.names, STRANGER})


def assert_the_lists_follow_the_rule(world: World) -> dict[str, set[str]]:
    """Give who lists which cases, after comparing with who may open them; what lies on a desk can be opened, too."""
    world.follow()
    approvals, directory, now = Approvals(world.reads), world.directory, world.clock.at
    readers, told = Readers(directory), Inbox(world.reads)
    states = {
        row["number"]: world.reader.fold(RECORDS["approval"], row["number"])[0] for row in world.rows("rm_approval")
    }
    assert states
    found = {}
    for person in people(world):
        scope = readers.scope(person, now)
        found[person] = {case.number for case in approvals.list_cases(Filters(), scope).cases}
        assert found[person] == {n for n, state in states.items() if may_read(state, person, directory, now)}, person
        for number in states:
            assert (approvals.case_row(number, scope) is not None) == (number in found[person])
        assert {item.number for item in told.items(readers.desk(person, now), at=now)} <= found[person], person
    return found


def person_of(world: World, post: str) -> str:
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    return holder.person


def away(world: World, post: str, *, hours: int = 8) -> None:
    person = person_of(world, post)
    absence = AbsenceRecorded(
        absence=f"a-{post}", person=person, begins_at=world.clock.at, ends_at=world.clock.at + timedelta(hours=hours),
        reason="出張", entered_by=person,
    )  # fmt: skip
    world.directory_facts(absence, by=person)


def moved(world: World, post: str, to: str, *, on: date) -> None:
    """From the day after `on`, the post is somebody new's."""
    spell = world.directory.structure.appointments[post][-1]
    world.directory_facts(
        AppointmentEnded(post=post, person=spell.person, valid_from=spell.valid_from, valid_to=on),
        Appointed(
            post=post, person=to, name=f"職員{to}", kind="regular", valid_from=on + timedelta(days=1)
        ),
        by="0121",
    )  # fmt: skip


def test_everybody_sees_in_lists_what_they_may_open_and_nothing_else(busy: World) -> None:
    found = assert_the_lists_follow_the_rule(busy)
    everything = {row["number"] for row in busy.rows("rm_approval")}
    auditors = [p for p in found if "auditor" in busy.directory.roles(p, busy.clock.at)]
    assert auditors
    assert all(found[auditor] == everything for auditor in auditors)
    assert found[STRANGER] == set()


def test_finance_sees_its_kinds_and_nothing_of_others(busy: World) -> None:
    found = assert_the_lists_follow_the_rule(busy)
    strangers = found[person_of(busy, "farming-officer")]
    busy.directory_facts(RoleGranted(post="farming-officer", role="finance", valid_from=MONDAY.date()), by="0121")
    after = assert_the_lists_follow_the_rule(busy)[person_of(busy, "farming-officer")]
    kinds = {row["number"]: row["kind"] for row in busy.rows("rm_approval")}
    assert {kinds[number] for number in after - strangers} == {"payment_order"}


def test_after_the_first_of_april_the_successor_sees_the_cases_and_who_acted_still_does(busy: World) -> None:
    before = assert_the_lists_follow_the_rule(busy)
    chief, officer = person_of(busy, "road-chief"), person_of(busy, "road-officer")
    moved(busy, "road-chief", "0990", on=EVE)
    moved(busy, "road-officer", "0991", on=EVE)
    busy.clock.at = SPRING
    after = assert_the_lists_follow_the_rule(busy)
    assert after["0990"] >= before[chief]
    assert after["0991"] >= {row["number"] for row in busy.rows("rm_approval") if row["drafter_person"] == officer}
    assert after[officer] == before[officer]


def test_while_somebody_is_away_whoever_stands_in_sees_what_waits_for_them_and_no_longer(busy: World) -> None:
    number = busy.drafted(**ORDER)
    while (post := busy.waiting_post(number)) != "affairs-director":
        busy.send("approve", number, post=post or "")
    before = assert_the_lists_follow_the_rule(busy)
    away(busy, "affairs-director")
    during = assert_the_lists_follow_the_rule(busy)
    opened = {person for person in during if number in during[person] - before[person]}
    directory = busy.directory
    proxies = {proxy.person for proxy in directory.proxies("affairs-director", busy.clock.at, line_of="road")}
    line = {person for person in during if directory.in_line_above(person, "affairs", busy.clock.at)}
    assert proxies <= opened <= proxies | line
    busy.clock.at += timedelta(hours=8)
    assert assert_the_lists_follow_the_rule(busy) == before


@pytest.mark.parametrize("post", ["road-chief", "road-director", "ict-director", "affairs-director", "governor"])
def test_an_absence_of_anybody_in_the_route_opens_in_lists_what_it_opens(busy: World, post: str) -> None:
    away(busy, post)
    assert_the_lists_follow_the_rule(busy)


def test_a_vacant_post_opens_in_lists_what_it_opens(busy: World) -> None:
    spell = busy.directory.structure.appointments["road-chief"][-1]
    busy.directory_facts(
        AppointmentEnded(
            post="road-chief", person=spell.person, valid_from=spell.valid_from, valid_to=MONDAY.date()
        ),
        by="0121",
    )  # fmt: skip
    busy.clock.at += timedelta(days=1)
    assert_the_lists_follow_the_rule(busy)


def test_a_post_that_moves_to_another_unit_takes_its_cases_along(busy: World) -> None:
    before = assert_the_lists_follow_the_rule(busy)
    here, there = person_of(busy, "road-director"), person_of(busy, "housing-director")
    post = busy.directory.post("road-officer", MONDAY.date())
    assert post is not None
    busy.directory_facts(
        PostChanged(
            post="road-officer", title=post.title, unit="housing", rank=post.rank, oversees=post.oversees,
            valid_from=EVE + timedelta(days=1),
        ),
        by="0121",
    )  # fmt: skip
    busy.clock.at = SPRING
    after = assert_the_lists_follow_the_rule(busy)
    drafts = {row["number"] for row in busy.rows("rm_approval") if row["state"] == "draft"}
    assert drafts <= before[here] - after[here]
    assert drafts <= after[there] - before[there]


def test_what_an_abolished_post_had_is_seen_by_what_took_its_place(busy: World) -> None:
    chief = person_of(busy, "road-chief")
    before = assert_the_lists_follow_the_rule(busy)[chief]
    spell = busy.directory.structure.appointments["road-chief"][-1]
    first = EVE + timedelta(days=1)
    busy.directory_facts(
        PostEstablished(
            post="road-planner", title="道路企画係長", unit="road", rank="chief", oversees=(), valid_from=first
        ),
        Appointed(post="road-planner", person="0992", name="職員0992", kind="regular", valid_from=first),
        AppointmentEnded(post="road-chief", person=spell.person, valid_from=spell.valid_from, valid_to=EVE),
        PostAbolished(post="road-chief", abolished_on=first, successor="road-planner"),
        by="0121",
    )
    busy.clock.at = SPRING
    assert assert_the_lists_follow_the_rule(busy)["0992"] >= before


def test_what_a_merged_unit_had_is_seen_by_the_line_of_what_took_it_over(busy: World) -> None:
    before = assert_the_lists_follow_the_rule(busy)
    structure, first = busy.directory.structure, EVE + timedelta(days=1)
    posts = [post.code for post in busy.directory.posts(MONDAY.date()) if post.unit == "housing"]
    for code in posts:
        for spell in structure.appointments.get(code, ()):
            busy.directory_facts(
                AppointmentEnded(post=code, person=spell.person, valid_from=spell.valid_from, valid_to=EVE), by="0121"
            )
        busy.directory_facts(PostAbolished(post=code, abolished_on=first, successor=None), by="0121")
    busy.directory_facts(UnitAbolished(unit="housing", abolished_on=first, successors=("road",)), by="0121")
    busy.clock.at = SPRING
    after = assert_the_lists_follow_the_rule(busy)
    head = person_of(busy, "road-director")
    gained = after[head] - before[head]
    assert {row["unit"] for row in busy.rows("rm_approval") if row["number"] in gained} == {"housing"}


def test_what_a_person_may_see_is_worked_out_anew_when_somebody_leaves_or_a_day_begins(database: Database) -> None:
    world = World(database.settings()).seeded()
    away(world, "road-director", hours=2)
    readers, lead = Readers(world.directory), person_of(world, "road-lead")
    during = readers.scope(lead, MONDAY)
    assert readers.scope(lead, MONDAY + timedelta(hours=1)) is during
    assert readers.scope(lead, MONDAY + timedelta(hours=2)) != during
    assert readers.scope(lead, MONDAY - timedelta(days=1)) != during
    assert readers.scope(lead, MONDAY) == during
    world.close()
