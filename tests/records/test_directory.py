"""不在: who may enter whose absence, and when a second person is needed because the one who enters it gains from it."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.clock import JST
from domain.directory.facts import EVENTS, AbsenceCancelled, AbsenceRecorded, ChangeConfirmed, ChangeProposed
from domain.directory.notices import to_notify
from domain.directory.proposals import second_persons
from tests.records.directory_story import NOVEMBER, told

ADMIN, GOVERNOR, VICE_1, VICE_2 = "0121", "0001", "0002", "0003"  # 0121 is 人事課長, the only directory-admin
DIRECTOR, LEAD, CHIEF, OFFICER = "0521", "0522", "0523", "0525"  # of 道路課


def on(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=JST)


def away(person: str, **changes: Any) -> dict[str, Any]:
    return {"person": person, "from_": date(2026, 11, 10), "to": date(2026, 11, 12), "reason": "出張"} | changes


def test_one_enters_ones_own_absence_and_is_away_for_whole_days() -> None:
    story = told().when("record-absence", by=DIRECTOR, **away(DIRECTOR))
    (fact,) = story.facts
    assert isinstance(fact, AbsenceRecorded)
    assert (fact.person, fact.begins_at, fact.ends_at) == (DIRECTOR, on(10), on(13))
    assert story.directory.absence(DIRECTOR, on(9, 23)) is None
    absence = story.directory.absence(DIRECTOR, on(12, 23))
    assert absence is not None
    assert absence.returns_on == date(2026, 11, 13)
    assert story.directory.absence(DIRECTOR, on(13)) is None


def test_an_absence_may_be_a_matter_of_hours() -> None:
    story = told().when("record-absence", by=DIRECTOR, **away(DIRECTOR, from_=on(10, 13), to=on(10, 15)))
    assert [story.directory.absence(DIRECTOR, on(10, hour)) is not None for hour in (12, 13, 14, 15)] == [
        False,
        True,
        True,
        False,
    ]


def test_the_absence_of_a_post_is_that_of_the_person_behind_it() -> None:
    story = told().when("record-absence", by="0401", **away("x") | {"person": None, "post": "farming-director"})
    assert story.directory.absence("0401", on(11)) is not None  # 農政部長 acts for the vacant post


def test_a_colleague_who_does_not_gain_enters_an_absence_at_once_and_the_absent_one_is_told() -> None:
    story = told().when("record-absence", by=OFFICER, **away(DIRECTOR))
    (fact,) = story.facts
    assert isinstance(fact, AbsenceRecorded)
    assert to_notify(story.directory, fact, OFFICER) == (DIRECTOR,)


def test_whoever_would_stand_in_cannot_make_the_holder_absent_alone() -> None:
    story = told().when("record-absence", by=LEAD, **away(DIRECTOR))
    (fact,) = story.facts
    assert isinstance(fact, ChangeProposed)
    assert fact.concerned == (DIRECTOR,)
    assert story.directory.absence(DIRECTOR, on(11)) is None  # only confirmed absences count
    proposal = story.proposed()
    story.then_refused("self-confirmation", "confirm", by=LEAD, proposal=proposal)
    story.then_refused("not-second-person", "confirm", by=OFFICER, proposal=proposal)
    confirmed = story.when("confirm", by=DIRECTOR, proposal=proposal)
    confirmed.then(ChangeConfirmed(proposal=proposal, confirmed_by=DIRECTOR))
    assert confirmed.directory.absence(DIRECTOR, on(11)) is not None
    assert [holder.person for holder in confirmed.directory.proxies("road-director", on(11), line_of="road")] == [
        LEAD,
        CHIEF,
    ]
    confirmed.then_refused("proposal-closed", "confirm", by=DIRECTOR, proposal=proposal)


@pytest.mark.parametrize("second", ["0502", "0501", VICE_2, GOVERNOR, ADMIN])
def test_the_second_person_for_an_absence_stands_above_or_administers(second: str) -> None:
    story = told().when("record-absence", by=LEAD, **away(DIRECTOR))
    assert story.when("confirm", by=second, proposal=story.proposed()).directory.absence(DIRECTOR, on(11)) is not None


def test_nobody_who_gains_is_the_second_person() -> None:
    story = told().when("record-absence", by="0502", **away("0501"))  # 次長 enters the absence of 部長
    proposal = story.directory.pending()[0]
    assert [holder.person for holder in second_persons(story.directory, proposal, NOVEMBER)] == [
        GOVERNOR,
        VICE_2,
        ADMIN,
        "0501",
    ]
    story.then_refused("not-second-person", "confirm", by=DIRECTOR, proposal=proposal.proposal)


def test_one_gains_too_by_moving_up_in_an_order_in_which_the_absent_one_is_ahead() -> None:
    story = told().when("record-absence", by=CHIEF, **away(LEAD))
    assert story.proposed()
    story = told().when("record-absence", by=VICE_2, **away(VICE_1))  # both stand in for the governor, 0002 first
    assert story.proposed()
    story = told().when("record-absence", by=VICE_1, **away(VICE_2))
    assert not story.directory.pending()


def test_an_administrator_who_gains_needs_a_second_person_as_well() -> None:
    story = told().when("record-absence", by=ADMIN, **away("0101"))  # 総務部長: 課長 of the line may stand in
    proposal = story.proposed()
    story.then_refused("self-confirmation", "confirm", by=ADMIN, proposal=proposal)
    assert story.when("confirm", by=GOVERNOR, proposal=proposal).directory.absence("0101", on(11)) is not None


def test_a_stranger_enters_nobodys_absence() -> None:
    told().then_refused("not-for-this-person", "record-absence", by="0532", **away(DIRECTOR))


def test_a_refused_or_withdrawn_proposal_never_takes_effect() -> None:
    proposed = told().when("record-absence", by=LEAD, **away(DIRECTOR))
    proposal = proposed.proposed()
    proposed.then_refused("not-second-person", "refuse-proposal", by="0532", proposal=proposal, reason="関係ない")
    for person in (DIRECTOR, LEAD):
        story = proposed.when("refuse-proposal", by=person, proposal=proposal, reason="出勤している")
        assert story.directory.absence(DIRECTOR, on(11)) is None
        story.then_refused("proposal-closed", "confirm", by=DIRECTOR, proposal=proposal)
        (fact,) = story.facts
        assert isinstance(fact, EVENTS)
        assert to_notify(story.directory, fact, person) == tuple({DIRECTOR, LEAD} - {person})


def test_a_confirmation_that_comes_after_the_end_is_refused() -> None:
    story = told().when("record-absence", by=LEAD, **away(DIRECTOR))
    story.then_refused("proposal-outdated", "confirm", by=DIRECTOR, at=on(13), proposal=story.proposed())


def test_coming_back_early_ends_an_absence_and_cancelling_it_before_it_begins_undoes_it() -> None:
    story = told().when("record-absence", by=DIRECTOR, **away(DIRECTOR))
    (fact,) = story.facts
    assert isinstance(fact, AbsenceRecorded)
    back = story.when("cancel-absence", by=DIRECTOR, at=on(11, 14), absence=fact.absence, reason="早く戻った")
    back.then(AbsenceCancelled(absence=fact.absence, cancelled_at=on(11, 14), reason="早く戻った"))
    assert back.directory.absence(DIRECTOR, on(11, 13)) is not None
    assert back.directory.absence(DIRECTOR, on(11, 14)) is None
    back.then_refused("absence-over", "cancel-absence", by=DIRECTOR, at=on(11, 15), absence=fact.absence, reason="再")
    never = story.when("cancel-absence", by=DIRECTOR, absence=fact.absence, reason="中止")
    assert all(never.directory.absence(DIRECTOR, on(day)) is None for day in range(9, 15))
    story.then_refused("unknown-absence", "cancel-absence", by=DIRECTOR, absence="absence-9999", reason="?")


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("dates-reversed", {"to": date(2026, 11, 9)}),
        ("absence-over", {"from_": date(2026, 11, 1), "to": date(2026, 11, 8)}),
        ("unknown-person", {"person": "9999"}),
        ("person-or-post", {"post": "road-director"}),
        ("unknown-post", {"person": None, "post": "nowhere"}),
    ],
)
def test_absences_that_make_no_sense_are_refused(code: str, body: dict[str, Any]) -> None:
    told().then_refused(code, "record-absence", by=ADMIN, **away(DIRECTOR) | body)


def test_an_absence_already_recorded_is_not_recorded_twice() -> None:
    story = told().when("record-absence", by=DIRECTOR, **away(DIRECTOR))
    story.then_refused("already-absent", "record-absence", by=DIRECTOR, **away(DIRECTOR, to=date(2026, 11, 11)))
    story.when("record-absence", by=DIRECTOR, **away(DIRECTOR, to=date(2026, 11, 20)))  # a longer one adds something
