"""How values are shown and read: days in 和暦, what is left of a deadline, amounts, changed texts."""

from datetime import UTC, date, datetime

import pytest
from starlette.datastructures import FormData

from api.errors import Problem
from api.pages.act_fields import ActForm, Field
from api.pages.changes import field_changes
from api.pages.formats import long_moment, short_day, size, time_left, yen
from api.pages.reading_forms import Typed, act_values, amounts, dates, key_of
from api.validation import FieldError
from domain.approval.facts import Draft
from domain.calendars import Calendars, load_holidays

CALENDARS = Calendars.from_rows(load_holidays())
FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # before a weekend and 勤労感謝の日


def draft(**changed):
    return Draft(**{"kind": "works", "title": "件名", "body": "一\n二\n三\n四\n五", "amount_yen": 1000, **changed})


@pytest.mark.parametrize(
    ("due", "text", "urgency"),
    [
        (datetime(2026, 11, 20, 8, 15, tzinfo=UTC), "本日17:15まで", "soon"),
        (datetime(2026, 11, 24, 8, 15, tzinfo=UTC), "あと1開庁日", "soon"),
        (datetime(2026, 11, 26, 8, 15, tzinfo=UTC), "あと3開庁日", "calm"),
        (datetime(2026, 11, 20, 2, 0, tzinfo=UTC), "期限超過", "late"),
        (datetime(2026, 11, 17, 8, 15, tzinfo=UTC), "期限超過（3開庁日）", "late"),
        (datetime(2026, 11, 22, 8, 15, tzinfo=UTC), "次の開庁日まで", "soon"),
    ],
)
def test_what_is_left_is_counted_in_office_days(due, text, urgency):
    assert time_left(due, FRIDAY, CALENDARS) == (text, urgency)


def test_days_and_amounts_are_shown_as_officials_write_them():
    assert short_day(date(2026, 11, 24)) == "R8.11.24（火）"
    assert long_moment(datetime(2026, 11, 24, 8, 15, tzinfo=UTC)) == "令和8年11月24日（火） 17:15"
    assert (yen(12_000_000), yen(None)) == ("12,000,000円", "―")
    assert [size(n) for n in (820, 12_288, 3_565_158)] == ["820バイト", "12KB", "3.4MB"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("12,000,000", 12_000_000), ("１２００万円", 12_000_000), ("1億2000万", 120_000_000), ("¥0", 0), ("3 000", 3000)],
)
def test_amounts_are_read_as_people_write_them(written, meant):
    assert amounts(Typed({"yen": [written]}), ["yen"], []) == {"yen": meant}


@pytest.mark.parametrize("written", ["たくさん", "-1", "1.5", "12,0x0", "円", "1" * 30])
def test_an_amount_that_is_none_is_named(written):
    errors: list[FieldError] = []
    assert amounts(Typed({"yen": [written]}), ["yen"], errors) == {}
    assert [error.field for error in errors] == ["yen"]


@pytest.mark.parametrize("written", ["2026-11-24", "令和8年11月24日", "R8.11.24", "８．１１．２４", " 2026-11-24 "])
def test_days_are_read_from_a_picker_and_as_officials_write_them(written):
    assert dates(Typed({"on": [written]}), ["on"], []) == {"on": "2026-11-24"}


def test_a_form_that_is_wrong_in_several_places_names_them_all():
    form = ActForm(
        verb="hold", heading="", short="", button="", confirm="確認",
        fields=(Field(name="reason", label="", kind="text", required=True), Field(name="until", label="", kind="date")),
    )  # fmt: skip
    with pytest.raises(Problem) as problem:
        act_values(form, Typed({"until": ["昨日"]}))
    assert [error.field for error in problem.value.errors] == ["reason", "until", "confirmed"]


def test_lines_end_as_in_a_text_and_files_are_not_texts():
    typed = Typed.of(FormData([("body", "一\r\n二"), ("flags", "a"), ("flags", "b")]))
    assert (typed.text("body"), typed.all("flags")) == ("一\n二", ["a", "b"])


@pytest.mark.parametrize("key", ["", "a b", "x" * 65, "鍵"])
def test_a_form_without_its_key_is_not_taken(key):
    with pytest.raises(Problem, match="key-missing"):
        key_of(Typed({"key": [key]}))


def test_a_changed_text_shows_the_changed_lines_and_what_stands_around_them():
    (change,) = field_changes(draft(), draft(body="一\n二\n三\n四\n六"))
    assert [(line.mark, line.text) for line in change.lines] == [
        ("gap", "…"), ("kept", "四"), ("removed", "五"), ("added", "六"),
    ]  # fmt: skip


def test_changed_fields_come_in_the_order_of_the_sheet():
    changes = field_changes(draft(), draft(urgent=True, amount_yen=2000, title="別の件名"))
    assert [(change.label, change.before, change.after) for change in changes] == [
        ("件名", "件名", "別の件名"), ("金額(税込)", "1,000円", "2,000円"), ("至急", "いいえ", "はい"),
    ]  # fmt: skip
