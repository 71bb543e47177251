"""Lists show each person exactly the cases that the reading rule of the record lets them open (design.md §7)."""

from datetime import timedelta

from domain.approval.standing import may_read
from domain.directory.facts import Appointed, AppointmentEnded, RoleGranted
from kessai.processes import RECORDS
from projections.queries.approval import Approvals, Filters
from projections.readers import reader_scope
from tests.ledger.projection_world import MONDAY, World


def people(world: World) -> list[str]:
    directory = world.directory
    holders = (directory.holder(post.code, world.clock.at) for post in directory.posts(MONDAY.date()))
    return sorted({holder.person for holder in holders if holder} | {"9999"})


def assert_the_lists_follow_the_rule(world: World) -> None:
    world.follow()
    approvals, directory, now = Approvals(world.reads), world.directory, world.clock.at
    states = {
        row["number"]: world.reader.fold(RECORDS["approval"], row["number"])[0] for row in world.rows("rm_approval")
    }
    assert states
    for person in people(world):
        scope = reader_scope(directory, person, now)
        listed = {case.number for case in approvals.list_cases(Filters(), scope).cases}
        assert listed == {n for n, state in states.items() if may_read(state, person, directory, now)}, person
        for number in states:
            assert (approvals.case_row(number, scope) is not None) == (number in listed)


def test_everybody_sees_in_lists_what_they_may_open_and_nothing_else(world: World) -> None:
    world.seeded()
    world.decided(world.drafted(kind="outsourcing", title="委託", amount_yen=12_000_000))
    world.drafted(post="farming-officer")
    world.drafted(post="welfare-officer", kind="payment_order", title="支出命令", amount_yen=100_000)
    world.drafted(submit=False)
    shown = world.drafted()
    world.send("circulate", shown, post="road-officer", posts=["ict-director"])
    assert_the_lists_follow_the_rule(world)


def test_after_a_transfer_the_new_holder_sees_the_cases_and_who_acted_still_does(world: World) -> None:
    number = world.seeded().drafted()
    chief = world.directory.holder("road-chief", world.clock.at)
    assert chief is not None
    world.send("approve", number, post="road-chief")
    today, tomorrow = MONDAY.date(), MONDAY.date() + timedelta(days=1)
    since = world.directory.structure.appointments["road-chief"][0].valid_from
    world.directory_facts(
        AppointmentEnded(post="road-chief", person=chief.person, valid_from=since, valid_to=today),
        Appointed(post="road-chief", person="0999", name="職員0999", kind="regular", valid_from=tomorrow),
        RoleGranted(post="road-chief", role="finance", valid_from=today),
        by="0121",
    )
    world.drafted(post="welfare-officer", kind="payment_order", title="支出命令", amount_yen=100_000)
    world.clock.at += timedelta(days=2)
    assert_the_lists_follow_the_rule(world)
    approvals = Approvals(world.reads)
    new, old = (reader_scope(world.directory, person, world.clock.at) for person in ("0999", chief.person))
    assert len(approvals.list_cases(Filters(), new).cases) == 2
    assert [case.number for case in approvals.list_cases(Filters(), old).cases] == [number]
