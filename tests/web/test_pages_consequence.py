"""What a page says before and after: what follows from a yes, also where a decision is none; and what lapsed."""

from datetime import UTC, datetime
from uuid import UUID

from api.pages.approval_acts import ACTS
from api.pages.chronicle import Entry, chronicle
from api.pages.consequence import consequence
from domain.approval import facts
from domain.events import Fact
from tests.records.approval_rules import lowered
from tests.records.approval_story import Desk, draft, jst

URGENT = "契約の期限が11月20日です。"


def told(desk: Desk, verb: str, by: str) -> str:
    return consequence(ACTS[verb], desk.state, desk.given(desk.actor(by), UUID(int=0)))


def test_a_decision_is_told_with_its_number_and_who_enforces() -> None:
    desk = draft().pass_on(until="construction-deputy")
    said = told(desk, "decide", "construction-deputy")
    assert said == "決裁すると、この案件は「決裁済み」になります。文書番号が付き、道路課が施行します。"


def test_a_decision_whose_authority_has_moved_higher_is_told_as_an_approval_that_goes_up() -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.rules = lowered()
    assert told(desk, "decide", "construction-deputy") == (
        "決裁すると、決裁の権限が上位の職に移っているため、決裁ではなく承認として記録され、"
        "建設部長（職員0501）の決裁に進みます。"
    )
    desk.when("decide", by="construction-deputy").then_told(
        facts.StepApproved, facts.RouteRevised, facts.StepsActivated
    )


def test_where_others_are_asked_before_the_higher_decider_both_are_told() -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.rules = lowered(budget_from=12_000_000)
    assert told(desk, "decide", "construction-deputy") == (
        "決裁すると、決裁の権限が上位の職に移っているため、決裁ではなく承認として記録され、"
        "財政課長（職員0131）の合議に進みます。その後、建設部長（職員0501）が決裁します。"
    )


def test_a_decision_before_which_somebody_is_to_be_asked_by_now_is_told_as_none() -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.rules = lowered(deputy=20_000_000, budget_from=12_000_000)
    assert told(desk, "decide", "construction-deputy") == (
        "決裁すると、今の規程と組織では先に必要な処理があるため、まだ決裁にはならず、"
        "財政課長（職員0131）の合議に進みます。その後、決裁のためにあなたへ戻ります。"
    )


def test_a_proxy_decision_whose_authority_has_moved_higher_is_told_as_none() -> None:
    desk = draft().pass_on(until="construction-deputy")
    desk.away("construction-deputy", desk.now, jst(2026, 11, 30))
    assert told(desk, "proxy-decide", "road-director").endswith("施行します。後日、本来の決裁者が後閲します。")
    desk.rules = lowered()
    said = told(desk, "proxy-decide", "road-director")
    assert said.startswith("代決すると、決裁の権限が上位の職に移っているため、代決にはならず、")
    assert said.endswith("その後、建設部長（職員0501）が決裁します。")


def test_a_concurrence_by_proxy_is_told_as_what_it_is() -> None:
    desk = draft().pass_on(until="affairs-director")
    desk.away("affairs-director", desk.now, jst(2026, 11, 30))
    assert told(desk, "proxy-decide", "affairs-lead") == "代決すると、建設部次長（職員0502）の決裁に進みます。"


def test_what_is_not_open_promises_nothing() -> None:
    assert told(draft(), "decide", "road-chief") == ""


def test_a_post_review_that_lapsed_is_told_as_such() -> None:
    desk = draft(kind="payment_order", amount_yen=2_000_000).pass_on(until="road-director")
    desk.away("road-director", desk.now, jst(2026, 11, 20))
    desk.when("proxy-decide", by="road-lead", urgency=URGENT)
    desk.when("examine", by="treasury-director", outcome="return", reason="請求書の日付")
    last = entries(desk)[-1]
    assert (last.label, last.tone) == ("後閲の取りやめ", "quiet")
    assert last.notes == ("代決された決裁が差し戻されたため、後閲は要らなくなりました。",)


def test_a_post_review_is_told_by_its_outcome() -> None:
    for outcome, label, tone in (("seen", "後閲", "good"), ("objected", "後閲: 異議あり", "back")):
        desk = draft().pass_on(until="construction-deputy")
        desk.away("construction-deputy", desk.now, jst(2026, 11, 10))
        desk.when("proxy-decide", by="road-director", urgency=URGENT).at(jst(2026, 11, 12))
        desk.when("post-review", by="construction-deputy", outcome=outcome, comment="確認しました。")
        assert (entries(desk)[-1].label, entries(desk)[-1].tone, entries(desk)[-1].notes) == (label, tone, ())


def entries(desk: Desk) -> tuple[Entry, ...]:
    recorded = datetime(2026, 11, 30, tzinfo=UTC)
    return chronicle(
        [
            Fact(stream=desk.stream, version=n, position=n, event=event, meta=meta, recorded_at=recorded)
            for n, (event, meta) in enumerate(desk.history, start=1)
        ]
    )
