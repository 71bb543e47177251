"""管理簿: carry-out with permission, return and reminder; loss that waits for nobody; cloud services as mere data."""

from datetime import date, timedelta

import pytest

from domain.entry import RECORD, facts
from domain.refusals import Refused
from tests.records.entry_story import LOSS, SERVICE, USB, Book
from tests.records.office import MORNING, jst

HEAD = "road-director"
ICT = ("ict-director", "ict-shukan", "ict-chief")
CARRY_OUT = "asset-carry-out"


def carried_out() -> Book:
    book = Book().enters(CARRY_OUT, **USB).when("permit", by=HEAD, conditions="暗号化すること")
    return book.when("carry-out", by="road-officer")


# 持出し


def test_an_asset_goes_out_with_permission_and_comes_back() -> None:
    book = Book().enters(CARRY_OUT, **USB).then("requested", HEAD)
    book.when("permit", by=HEAD).then("permitted", "road-officer").then_told("road-officer")
    book.when("carry-out", by="road-officer").then("carried_out", "road-officer")
    book.when("return", by="road-officer").then("checking", HEAD)
    book.when("check-return", by=HEAD, returned_in="whole").then("returned")
    assert book.state.closed
    assert [type(event).__name__ for event in book.told] == ["Moved", "Closed"]


def test_nothing_goes_out_before_the_permission() -> None:
    Book().enters(CARRY_OUT, **USB).then_refused("not-in-this-state", "carry-out", by="road-officer")


def test_nobody_permits_their_own_and_only_the_head_permits() -> None:
    book = Book().enters(CARRY_OUT, **USB)
    book.then_refused("self-approval", "permit", by="road-officer")
    book.then_refused("forbidden", "permit", by="road-chief").then_refused("not-found", "permit", by="housing-director")


def test_the_entry_of_a_head_is_permitted_by_the_next_above() -> None:
    book = Book().enters(CARRY_OUT, by=HEAD, **USB).then("requested", "construction-deputy")
    book.then_refused("self-approval", "permit", by=HEAD).when("permit", by="construction-deputy").then(
        "permitted", HEAD
    )


def test_for_an_absent_head_the_first_who_may_stand_in_permits_on_their_behalf() -> None:
    book = Book().away(HEAD, MORNING, MORNING + timedelta(days=3)).enters(CARRY_OUT, **USB)
    book.then_refused("forbidden", "permit", by="road-chief").when("permit", by="road-lead").then(
        "permitted", "road-officer"
    )
    moved = book.told[0]
    assert isinstance(moved, facts.Moved)
    assert moved.on_behalf_of is not None
    assert moved.on_behalf_of.post == HEAD


def test_a_refused_carry_out_is_over() -> None:
    book = Book().enters(CARRY_OUT, **USB).when("refuse", by=HEAD, reason="持ち出す必要がない").then("refused")
    book.then_refused("already-closed", "carry-out", by="road-officer")


def test_an_overdue_return_is_reminded_reported_to_the_head_once_and_reminded_again() -> None:
    book = carried_out()
    assert book.state.standing.due_at == jst(2026, 11, 13, 17, 15)
    book.at(jst(2026, 11, 12, 9, 0)).tick()
    assert [type(event).__name__ for event in book.told] == ["Reminded"]
    book.at(jst(2026, 11, 13, 17, 15)).tick().then_told(HEAD, "road-officer")
    assert book.document["overdue"]
    assert book.tick().told == ()
    book.at(jst(2026, 11, 20, 9, 0)).tick()
    assert [type(event).__name__ for event in book.told] == ["Reminded"]
    assert book.state.status == "carried_out", "time moves nothing"


def test_a_later_return_date_is_a_new_deadline() -> None:
    book = carried_out().at(jst(2026, 11, 13, 18, 0)).tick()
    book.when("extend", by=HEAD, return_by="2026-11-20", reason="作業が残ったため")
    assert (book.document["overdue"], book.state.standing.due_at) == (False, jst(2026, 11, 20, 17, 15))
    book.then("carried_out", "road-officer")


def test_a_deadline_in_the_past_is_refused() -> None:
    late = {**USB, "return_by": "2026-11-06"}
    Book().then_refused("in-the-past", f"enter {CARRY_OUT}", by="road-officer", field="fields.return_by", **late)


def test_a_lost_asset_tells_superior_and_ict_division_at_once_and_stays_until_an_incident_is_named() -> None:
    book = carried_out().when("lose", by="road-officer", reason="電車に置き忘れた").then("lost", "road-officer")
    book.then_told(HEAD, *ICT)
    assert book.document["opens"] == "incident"
    book.then_refused("link-not-found", "link-incident", by="road-officer", incident="R8-000002")
    book.entry("R8-000002").enters("incident", **LOSS, carry_out="R8-000001").then("reported", *ICT)
    book.entry("R8-000001").when("link-incident", by="road-officer", incident="R8-000002").then("incident_open")
    assert book.state.closed


def test_a_link_names_a_record_that_exists() -> None:
    book = Book(others={"telework-R8-000007"})
    where = f"enter {CARRY_OUT}"
    book.then_refused("link-not-found", where, by="road-officer", field="fields.telework", **USB, telework="R8-000008")
    book.then_refused("field-invalid", where, by="road-officer", field="fields.telework", **USB, telework="七番")
    book.enters(CARRY_OUT, **USB, telework="R8-000007")
    assert book.state.said["telework"] == "R8-000007"


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"kind": "car"}, "field-invalid", "fields.kind"),
        ({"return_by": "2026-13-01"}, "field-invalid", "fields.return_by"),
        ({"return_by": "20261201"}, "field-invalid", "fields.return_by"),
        ({"return_by": "1900-01-01"}, "field-invalid", "fields.return_by"),
        ({"encrypted": "はい"}, "field-invalid", "fields.encrypted"),
        ({"content": True}, "field-invalid", "fields.content"),
        ({"content": "  "}, "field-required", "fields.content"),
        ({"content": "あ" * 201}, "field-invalid", "fields.content"),
        ({"colour": "red"}, "unknown-field", "fields.colour"),
        ({"conditions": "先に書く"}, "unknown-field", "fields.conditions"),
    ],
)
def test_what_the_definition_does_not_ask_for_is_refused_by_field(
    changed: dict[str, str], code: str, field: str
) -> None:
    Book().then_refused(code, f"enter {CARRY_OUT}", by="road-officer", field=field, **{**USB, **changed})


def test_an_unknown_register_and_an_unknown_verb() -> None:
    book = Book().then_refused("unknown-register", "enter keys", by="road-officer", **USB)
    book.enters(CARRY_OUT, **USB).then_refused("unknown-verb", "launch", by="road-officer")
    with pytest.raises(Refused, match="already-entered"):
        book.enters(CARRY_OUT, **USB)


# 紛失・盗難


def test_a_loss_is_told_to_the_superior_and_the_ict_division_in_one_moment_and_waits_for_no_approval() -> None:
    book = Book().enters("incident", **LOSS).then_told(HEAD, *ICT).then("reported", *ICT)
    assert [type(event).__name__ for event in book.told] == ["Entered", "PeopleTold"]
    book.when("disable", by="ict-chief", measure="遠隔で利用を停止した").then("device_disabled", "road-officer")
    book.when("note", by="road-officer", note="遺失物センターに届け出た", police="第123号").then_told(HEAD, *ICT)
    book.then("device_disabled", "road-officer")
    book.when("close", by="road-officer", report="発見に至らず", prevention="持出しを減らす").then("closed")
    assert [line["label"] for line in book.document["timeline"]] == ["記入", "端末停止", "経過の記録", "顛末報告"]


def test_a_loss_at_night_on_a_closed_day_with_the_head_away_is_told_at_once_also_to_whoever_stands_in() -> None:
    night = jst(2026, 11, 15, 2, 0)
    book = Book(now=night).away(HEAD, night - timedelta(hours=1), night + timedelta(days=2))
    book.enters("incident", **LOSS).then_told(HEAD, "road-lead", *ICT)


def test_a_loss_can_be_reported_though_nobody_is_there_to_be_told() -> None:
    book = Book()
    for post in (HEAD, "construction-director", *ICT):
        book.vacate(post, date(2026, 11, 8))
    book.vacate("construction-deputy", date(2026, 11, 8)).enters("incident", **LOSS)
    assert book.state.status == "reported"


def test_the_loss_of_a_head_is_told_to_the_next_above() -> None:
    Book().enters("incident", by=HEAD, **LOSS).then_told("construction-deputy", *ICT)


def test_a_loss_is_confidential() -> None:
    book = Book().enters("incident", **LOSS)
    readers = {"road-officer", HEAD, *ICT, "construction-director", "governor", "audit-senior"}
    for post in (*readers, "road-chief", "housing-director", "dx-officer"):
        may = RECORD.may_read(book.state, book.holder_of(post), book.directory, book.now)
        assert may == (post in readers), post


def test_a_carry_out_is_for_the_whole_unit() -> None:
    book = Book().enters(CARRY_OUT, **USB)
    assert RECORD.may_read(book.state, book.holder_of("road-chief"), book.directory, book.now)
    assert not RECORD.may_read(book.state, book.holder_of("housing-officer"), book.directory, book.now)


def test_after_a_transfer_the_successor_and_the_entrant_may_go_on() -> None:
    book = carried_out().replace_holder("road-officer", "0599", date(2026, 11, 10)).at(jst(2026, 11, 10))
    book.when("return", by="road-officer").then("checking", HEAD)


# クラウドサービス: a third instance, data alone


def test_class_two_is_consulted_and_approved_with_conditions_until_a_day() -> None:
    book = Book().enters("cloud-service", **SERVICE).then("consulted", "ict-director").then_told(HEAD, *ICT)
    book.then_refused("field-required", "approve", by="ict-director", field="fields.expires_on")
    book.then_refused("forbidden", "approve", by=HEAD)
    book.when("approve", by="ict-director", expires_on="2027-03-31", conditions="要約の確認をすること")
    book.then("approved", "road-officer").then_told("road-officer", HEAD)
    assert book.state.standing.due_at == jst(2027, 3, 31, 17, 15)
    book.when("end-use", by="road-officer").then("ended")


def test_class_two_can_be_denied() -> None:
    book = Book().enters("cloud-service", **SERVICE).when("deny", by="ict-director", reason="国外保存のため")
    book.then("denied")


def test_class_three_is_only_reported_and_waits_for_nobody() -> None:
    book = Book().enters("cloud-service", **{**SERVICE, "classification": "class-3"}).then("reported")
    book.then_told(HEAD, *ICT).then_refused("not-in-this-state", "approve", by="ict-director", expires_on="2027-03-31")
    assert RECORD.view(book.state, 2).because == "報告済みです"


def test_the_ict_head_does_not_approve_their_own() -> None:
    book = Book().enters("cloud-service", by="ict-director", **SERVICE).then("consulted", "policy-director")
    book.then_refused("self-approval", "approve", by="ict-director", expires_on="2027-03-31")
