"""A fourth register is a text: a take-home order with its explanation, confirmed by whom it is given to, which ends by
itself after its period.
"""

import pytest

from domain.entry import RECORD, facts
from kessai.rule_files import editions_from_yaml
from kessai.rule_text import FaultyText
from tests.records.approval_story import rulebook
from tests.records.entry_story import Book
from tests.records.office import jst
from tests.records.take_home_register import CODE, TAKE_HOME, take_home_edition, take_home_text

HEAD, OFFICER = "road-director", "road-officer"
ORDER = {"to": OFFICER, "explanation": "年末年始の除雪作業の連絡のため", "until": "2026-11-13"}
LAST_DAY = jst(2026, 11, 13, 17, 15)


def ordered() -> Book:
    return Book(rules=rulebook((take_home_edition(),))).enters(CODE, by=HEAD, **ORDER)


def test_an_order_is_told_to_whom_it_is_given_and_waits_for_their_confirmation() -> None:
    book = ordered().then("ordered", OFFICER).then_told(OFFICER)
    book.then_refused("forbidden", "confirm", by="road-chief").then_refused("forbidden", "confirm", by=HEAD)
    book.when("confirm", by=OFFICER).then("explained").then_told(HEAD)
    assert RECORD.view(book.state, 1).because == "持帰り中です(R8.11.13 17:15まで)"


def test_an_order_needs_its_explanation_and_a_post_that_somebody_holds() -> None:
    book = Book(rules=rulebook((take_home_edition(),)))
    where = f"enter {CODE}"
    book.then_refused("field-required", where, by=HEAD, field="fields.explanation", **{**ORDER, "explanation": " "})
    book.then_refused("field-invalid", where, by=HEAD, field="fields.to", **{**ORDER, "to": "nobody"})
    book.then_refused("in-the-past", where, by=HEAD, field="fields.until", **{**ORDER, "until": "2026-11-06"})


def test_only_a_superior_orders_and_nobody_themselves() -> None:
    book = Book(rules=rulebook((take_home_edition(),)))
    where = f"enter {CODE}"
    book.then_refused("not-unit-head", where, by="road-chief", field="fields.to", **ORDER)
    book.then_refused("not-unit-head", where, by="housing-director", field="fields.to", **ORDER)
    book.then_refused("self-approval", where, by=HEAD, field="fields.to", **{**ORDER, "to": HEAD})
    book.enters(CODE, by="construction-director", **ORDER).then("ordered", OFFICER)


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_it_ends_by_itself_after_its_period_and_says_so(is_confirmed: bool) -> None:
    book = ordered()
    if is_confirmed:
        book.when("confirm", by=OFFICER)
    book.at(LAST_DAY).tick().then("over").then_told(OFFICER)
    assert [type(event) for event in book.told] == [facts.Moved, facts.PeopleTold, facts.Closed]
    line = book.document["timeline"][-1]
    assert (line["label"], line["by_title"]) == ("満了", None)
    assert book.tick().told == ()
    book.then_refused("already-closed", "revoke", by=HEAD, reason="不要になった")


def test_before_the_end_of_the_period_time_moves_nothing() -> None:
    book = ordered().when("confirm", by=OFFICER).at(jst(2026, 11, 13, 17, 14)).tick()
    assert (book.told, book.state.status) == ((), "explained")
    book.when("revoke", by=HEAD, reason="道路が復旧した").then("revoked").at(LAST_DAY).tick()
    assert book.told == ()


def test_whoever_is_ordered_reads_the_order_and_other_units_do_not() -> None:
    book = ordered()
    assert RECORD.may_read(book.state, book.holder_of(OFFICER), book.directory, book.now)
    assert not RECORD.may_read(book.state, book.holder_of("housing-officer"), book.directory, book.now)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "then: over, tells: ['field:to']}}\n            - exp",
            "then: gone}}\n            - exp",
            "then: 満了して移る",
        ),
        (
            "then: over, tells: ['field:to']}}\n            - exp",
            "tells: ['field:to']}}\n            - exp",
            "due.tells",
        ),
        ("then: over, ", "then: over, repeat_office_days: 1, ", "due.repeat_office_days: 満了する状態(then)"),
        ("type: post, required: true", "type: post", "職(post)の項目「to」はありません"),
        ("orders: to", "orders: until", "begins[0].orders: 記入のときに必須の職(post)の項目「until」はありません"),
        ("orders: to", "permission: 'field:to'", "permission: 記入した本人が選ぶ職の許可にはできません"),
        ("orders: to", "permission: head", "states.ordered.due.then: 許可を待つ状態は、期限が来ても進みません"),
    ],
)
def test_a_period_an_order_and_whom_it_names_are_looked_at_when_the_text_is_read(
    old: str, new: str, fault: str
) -> None:
    assert old in TAKE_HOME
    with pytest.raises(FaultyText) as refused:
        editions_from_yaml(take_home_text(more=TAKE_HOME.replace(old, new, 1)))
    assert fault in "\n".join(str(each) for each in refused.value.faults)
