"""閲覧: who may see a case."""

from datetime import date

import pytest

from domain.approval import RECORD
from domain.approval.state import Approval
from tests.records.approval_story import Desk, draft, jst


def reads(desk: Desk, post: str) -> bool:
    return RECORD.may_read(desk.state, desk.holder_of(post), desk.directory, desk.now)


@pytest.mark.parametrize(
    ("post", "allowed"),
    [
        ("road-officer", True),  # the drafter
        ("road-chief", True),  # in the route
        ("affairs-director", True),
        ("construction-director", True),  # the line above
        ("vice-governor-2", True),
        ("governor", True),
        ("audit-senior", True),  # an auditor
        ("road-senior", False),  # a colleague
        ("housing-director", False),
        ("affairs-lead", False),
        ("vice-governor-1", False),
        ("personnel-director", False),
        ("treasury-officer", False),  # finance, but not its kind
    ],
)
def test_a_case_is_for_its_participants_the_line_above_and_auditors(post: str, allowed: bool) -> None:
    assert reads(draft(), post) == allowed


def test_the_drafters_unit_reads_what_is_decided_since_it_enforces_it() -> None:
    desk = draft()
    assert not reads(desk, "road-senior")
    assert reads(desk.pass_on(), "road-senior")


def test_finance_reads_its_own_kinds() -> None:
    assert reads(draft(kind="payment_order", amount_yen=1), "treasury-officer")


def test_whoever_may_stand_in_for_somebody_absent_reads_while_it_matters() -> None:
    desk = draft().pass_on(until="affairs-director")
    assert not reads(desk, "affairs-lead")
    desk.away("affairs-director", desk.now, jst(2026, 11, 12))
    assert reads(desk, "affairs-lead")
    assert reads(desk, "general-deputy")
    assert not reads(desk.at(jst(2026, 11, 12)), "affairs-lead")


def test_whoever_is_informed_of_a_delay_reads() -> None:
    desk = draft().pass_on(until="affairs-director").at(jst(2026, 11, 30)).tick()
    assert reads(desk, "general-deputy")


def test_a_new_holder_reads_for_the_post_and_the_old_one_reads_on() -> None:
    desk = draft().replace_holder("affairs-director", "0999", date(2026, 12, 1)).at(jst(2026, 12, 1))
    assert reads(desk, "affairs-director")
    assert RECORD.may_read(desk.state, "0111", desk.directory, desk.now)


def test_a_reader_to_whom_it_was_shown_reads() -> None:
    desk = draft().when("circulate", by="road-officer", posts=["dx-director"])
    assert reads(desk, "dx-director")
    assert reads(desk.replace_holder("dx-director", "0999", date(2026, 12, 1)).at(jst(2026, 12, 1)), "dx-director")


def test_of_a_case_that_does_not_exist_there_is_nothing_to_hide() -> None:
    desk = Desk()
    assert RECORD.may_read(Approval(), "0532", desk.directory, desk.now)
