"""代決と後閲: acting once for somebody absent, and showing it to them afterwards."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain.approval import RECORD, facts
from tests.records.approval_rules import lowered
from tests.records.approval_story import Desk, draft, jst

ABROAD = jst(2026, 11, 18)  # vice-governor-1 is abroad from the 16th to the 27th of November
URGENT = "契約の期限が11月20日です。"


def for_the_vice_governor(**body: Any) -> Desk:
    """A case of the general affairs department that vice-governor-1 decides, waiting for that decision."""
    return draft("affairs-officer", desk=Desk(now=ABROAD), amount_yen=60_000_000, **body).pass_on(
        until="vice-governor-1"
    )


def decided_by_proxy() -> Desk:
    return for_the_vice_governor().when("proxy-decide", by="general-director", urgency=URGENT)


def test_while_the_vice_governor_is_abroad_the_department_director_decides_once() -> None:
    desk = decided_by_proxy().then("decided").then_told(facts.Decided, facts.PostReviewRequested)
    decided = desk.last(facts.Decided)
    assert decided.proxy.for_person == "0002"
    assert decided.proxy.urgency == URGENT
    assert decided.proxy.absent_until == jst(2026, 11, 28, 0)
    _, meta = next(each for each in desk.history if each[0] == decided)
    assert (meta.by.person, meta.on_behalf_of.person if meta.on_behalf_of else None) == ("0101", "0002")
    document = desk.document
    assert document["decided_by_proxy"]
    assert document["post_review"] == "due"
    assert document["post_review_due_at"] == "2026-12-02T08:15:00Z"  # the 3rd office day after Saturday the 28th
    assert document["route"][-1]["acted_by"]["person"] == "0101"


def test_the_proxy_order_is_kept_the_first_person_present_and_no_other() -> None:
    desk = draft(desk=Desk(now=ABROAD), amount_yen=30_000_000).pass_on(until="construction-director")
    desk.then_refused("not-absent", "proxy-decide", by="construction-deputy", urgency=URGENT)
    desk.away("construction-director", ABROAD, jst(2026, 11, 20))
    desk.then_refused("not-first-proxy", "proxy-decide", by="road-director", urgency=URGENT)
    desk.then_refused("forbidden", "proxy-decide", by="vice-governor-2", urgency=URGENT)
    desk.away("construction-deputy", ABROAD, jst(2026, 11, 19))
    desk.when("proxy-decide", by="road-director", urgency=URGENT).then("decided")


def test_the_drafter_is_no_proxy_and_whoever_is_back_decides_themselves() -> None:
    desk = draft("road-lead", amount_yen=9_000_000).then("awaiting_decision", "road-director")
    desk.away("road-director", desk.now, jst(2026, 11, 12))
    desk.then_refused("self-approval", "proxy-decide", by="road-lead", urgency=URGENT)
    desk.back("road-director").then_refused("not-absent", "proxy-decide", by="road-director", urgency=URGENT)
    desk.then_refused("not-found", "proxy-decide", by="road-chief", urgency=URGENT)  # may no longer stand in, nor read
    desk.when("decide", by="road-director").then("decided")


@pytest.mark.parametrize("flag", ["important", "unprecedented", "disputed"])
def test_a_reserved_case_is_not_for_proxies_unless_told_before_or_specially_urgent(flag: str) -> None:
    def desk() -> Desk:
        desk = draft(flags=[flag]).pass_on(until="construction-director")
        return desk.away("construction-director", desk.now, jst(2026, 11, 20))

    desk().then_refused("proxy-forbidden", "proxy-decide", by="construction-deputy", urgency=URGENT)
    told = desk().when("proxy-decide", by="construction-deputy", urgency=URGENT, prior_instruction="進めること")
    assert told.then("decided").last(facts.Decided).proxy.prior_instruction == "進めること"
    urgent = desk().when("proxy-decide", by="construction-deputy", urgency="災害復旧", special_urgency=True)
    assert urgent.then("decided").last(facts.Decided).proxy.special_urgency


def test_a_flag_that_the_table_does_not_name_forbids_no_proxy() -> None:
    desk = draft(flags=["assembly_related"]).pass_on(until="construction-director")
    desk.away("construction-director", desk.now, jst(2026, 11, 20))
    desk.when("proxy-decide", by="construction-deputy", urgency=URGENT).then("decided")


def test_urgency_is_said_in_words() -> None:
    with pytest.raises(ValidationError):
        for_the_vice_governor().when("proxy-decide", by="general-director", urgency="　")


def test_a_concurrence_by_proxy_agrees_for_the_absent_post() -> None:
    desk = draft().pass_on(until="affairs-director").away("affairs-director", jst(2026, 11, 9), jst(2026, 11, 12))
    desk.when("proxy-decide", by="affairs-lead", urgency=URGENT, comment="課長了承済み")
    given = desk.last(facts.ConcurrenceGiven)
    assert (given.outcome, given.opinion, given.proxy.urgency) == ("agree", "課長了承済み", URGENT)
    desk.then("awaiting_decision", "construction-deputy")
    assert desk.document["post_review"] == "none"


def test_an_examination_by_proxy_is_done_by_the_dutys_own_order() -> None:
    desk = draft(kind="payment_order", amount_yen=500_000).pass_on(until="treasury-director")
    desk.away("treasury-director", desk.now, jst(2026, 11, 12))
    desk.then_refused("not-first-proxy", "proxy-decide", by="treasury-affairs-director", urgency=URGENT)
    desk.when("proxy-decide", by="treasury-deputy", urgency=URGENT).then("decided").then_told(facts.Examined)
    assert desk.last(facts.Examined).proxy.for_post == "treasury-director"


def test_a_review_is_never_done_by_proxy() -> None:
    desk = draft().away("road-chief", jst(2026, 11, 9), jst(2026, 11, 12))
    desk.then_refused("wrong-act", "proxy-decide", by="road-lead", urgency=URGENT)


def test_of_several_absent_at_once_each_has_their_own_proxy() -> None:
    desk = draft(kind="write_off", amount_yen=3_000_000).pass_on(until="budget-director")
    for post in ("budget-director", "treasury-affairs-director"):
        desk.away(post, desk.now, jst(2026, 11, 12))
    desk.when("proxy-decide", by="treasury-affairs-shukan", urgency=URGENT).then("in_concurrence", "budget-director")
    desk.when("proxy-decide", by="budget-shukan", urgency=URGENT).then("in_review", "construction-deputy")


def test_the_absent_decider_reviews_after_the_return_and_not_before() -> None:
    desk = decided_by_proxy()
    desk.then_refused("still-absent", "post-review", by="vice-governor-1", outcome="seen")
    desk.then_refused("forbidden", "post-review", by="general-director", outcome="seen")
    desk.then_refused("forbidden", "post-review", by="governor", outcome="seen")
    desk.at(jst(2026, 11, 30)).when("post-review", by="vice-governor-1", outcome="seen").then("decided")
    assert desk.document["post_review"] == "done"
    desk.then_refused("already-reviewed", "post-review", by="vice-governor-1", outcome="objected", comment="異議")


def test_an_objection_needs_words_and_does_not_undo_the_decision() -> None:
    desk = decided_by_proxy().at(jst(2026, 11, 30))
    for comment in (None, "", " "):
        desk.then_refused("comment-required", "post-review", by="vice-governor-1", outcome="objected", comment=comment)
    desk.when("post-review", by="vice-governor-1", outcome="objected", comment="単価の根拠が弱い。").then("decided")
    assert desk.document["post_review"] == "objected"


def test_a_decision_of_ones_own_is_not_reviewed_afterwards() -> None:
    draft().pass_on().then_refused("no-post-review", "post-review", by="construction-deputy", outcome="seen")


def test_a_completed_case_stays_open_until_the_post_review_is_done() -> None:
    desk = decided_by_proxy().when("enforce", by="affairs-officer", method="電子契約", seal_mode="electronic")
    desk.when("complete", by="affairs-officer").then("completed")
    assert not RECORD.view(desk.state, 1).closed
    assert RECORD.view(desk.state, 1).waiting_on == ("vice-governor-1",)
    desk.at(jst(2026, 11, 30)).when("post-review", by="vice-governor-1", outcome="seen")
    assert RECORD.view(desk.state, 1).closed


def test_a_successor_reviews_for_a_decider_who_left_but_never_the_proxy_themselves() -> None:
    desk = decided_by_proxy().replace_holder("vice-governor-1", "0101", date(2026, 12, 1)).at(jst(2026, 12, 1))
    desk.then_refused("forbidden", "post-review", by="0101@vice-governor-1", outcome="seen")
    desk = decided_by_proxy().replace_holder("vice-governor-1", "0099", date(2026, 12, 1)).at(jst(2026, 12, 1))
    desk.when("post-review", by="0099@vice-governor-1", outcome="seen")


def test_an_early_return_lets_the_review_come_early() -> None:
    desk = decided_by_proxy().at(jst(2026, 11, 20)).back("vice-governor-1")
    desk.when("post-review", by="vice-governor-1", outcome="seen")


def test_the_post_review_of_a_decision_the_examiner_returned_lapses() -> None:
    desk = draft(kind="payment_order", amount_yen=2_000_000).pass_on(until="road-director")
    desk.away("road-director", desk.now, jst(2026, 11, 20))
    desk.when("proxy-decide", by="road-lead", urgency=URGENT).then("awaiting_examination", "treasury-director")
    desk.when("examine", by="treasury-director", outcome="return", reason="請求書の日付").then("returned")
    desk.then_told(facts.Returned, facts.PostReviewed)
    assert desk.document["post_review"] == "none"
    assert not desk.document["decided_by_proxy"]
    desk.when("submit", by="road-officer").pass_on(until="road-director").when(
        "proxy-decide", by="road-lead", urgency=URGENT
    )
    assert desk.document["post_review"] == "due"
    requested, reviewed = desk.count(facts.PostReviewRequested), desk.count(facts.PostReviewed)
    assert requested == reviewed + 1


def test_a_proxy_takes_no_decision_whose_authority_has_moved_higher_meanwhile() -> None:
    """The case goes up instead; the absent decider, by then a reviewer, may be pulled up over."""
    desk = draft().pass_on(until="construction-deputy").away("construction-deputy", jst(2026, 11, 9), jst(2026, 11, 20))
    desk.rules = lowered()
    desk.when("proxy-decide", by="road-director", urgency=URGENT).then("in_review", "construction-deputy")
    assert desk.count(facts.Decided) == 0
    desk.when("pull-up", by="construction-director", reason="不在のため").then(
        "awaiting_decision", "construction-director"
    )
