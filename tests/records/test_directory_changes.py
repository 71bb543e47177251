"""職員録の変更: only an administrator changes the organisation, and never alone where he gains from it."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.clock import JST
from domain.directory.decide import decide_directory
from domain.directory.facts import ChangeProposed
from domain.directory.proposals import second_persons
from domain.refusals import Refused
from tests.records.directory_story import NOVEMBER, command, demo, given, told

ADMIN, GOVERNOR, VICE_1, OFFICER = "0121", "0001", "0002", "0525"  # 0121 is 人事課長, the only directory-admin
NOBODY_FOR_GOVERNOR = [{"absent": {"by": "post", "code": "x"}, "proxies": []}]
TWICE = [{"absent": {"by": "rank", "code": "chief"}, "proxies": []}] * 2
MYSELF_FOR_GOVERNOR = [
    {"absent": {"by": "post", "code": "governor"}, "proxies": [{"by": "post", "code": "personnel-director"}]}
]
HIGH_POST = "establish-post post=vice-governor-3 title=副知事(第3順位) unit=pref rank=vice_governor from=2026-11-09"

HARMLESS = (
    "end-appointment post=road-director person=0521 to=2027-03-31",
    "name-acting post=road-chief acting_post=road-lead from=2027-04-01",
    "end-acting post=farming-director to=2027-03-31",
    "grant post=ict-director role=operator from=2027-04-01",
    "withdraw post=ict-chief role=operator from=2027-04-01",
    "appoint post=farming-director person=0999 name=職員0999 from=2027-04-01",
    "establish-unit unit=river name=河川課 kind=division parent=construction from=2027-04-01",
    "change-unit unit=road name=道路整備課 from=2027-04-01",
    "establish-post post=road-2 title=道路課主事 unit=road rank=officer from=2027-04-01",
    "change-post post=road-officer title=道路課主任 from=2027-04-01",
    "adopt-proxy-order from=2027-04-01",
)


@pytest.mark.parametrize("text", HARMLESS)
def test_only_a_directory_admin_changes_the_organisation_and_alone_where_it_is_not_his_gain(text: str) -> None:
    body: dict[str, Any] = {"rules": []} if text.startswith("adopt") else {}
    told().then_refused("not-directory-admin", text, by=GOVERNOR, **body)
    story = told().when(text, by=ADMIN, **body)
    assert not story.directory.pending()
    assert story.directory.version == demo().version + 1


@pytest.mark.parametrize(
    "text",
    [
        "appoint post=vice-governor-3 person=0121 from=2026-11-10 kind=concurrent",
        "appoint post=farming-director person=0121 from=2027-04-01 kind=concurrent",
        "transfer person=0121 from_post=personnel-director to_post=vice-governor-3 on=2027-04-01",
        "name-acting post=vice-governor-3 acting_post=personnel-director from=2026-11-10",
        "name-acting post=governor acting_post=personnel-director from=2026-11-10",  # even while the governor is there
        "grant post=personnel-director role=finance from=2026-11-10",
        "grant post=personnel-director duty=accounting_manager from=2026-11-10",
        "change-post post=personnel-director rank=department_director from=2027-04-01",
        "change-post post=personnel-director unit=construction from=2027-04-01",
        "end-appointment post=general-deputy person=0102 to=2026-11-30",  # he would be next to stand in for 総務部長
    ],
)
def test_no_administrator_gains_alone_by_whatever_way(text: str) -> None:
    _only_with_a_second_person(text)


def test_no_administrator_gains_alone_by_overseeing_units_or_by_the_proxy_order() -> None:
    _only_with_a_second_person("adopt-proxy-order from=2026-11-10", rules=MYSELF_FOR_GOVERNOR)
    _only_with_a_second_person("change-post post=personnel-director from=2027-04-01", oversees=["audit"])


def _only_with_a_second_person(text: str, **body: Any) -> None:
    days = [datetime(2026, 11, 10, tzinfo=JST), datetime(2026, 12, 1, tzinfo=JST), datetime(2027, 4, 1, tzinfo=JST)]
    story = told().when(HIGH_POST, by=ADMIN)
    before = [story.directory.posts_of(ADMIN, day) for day in days]
    story = story.when(text, by=ADMIN, **body)
    (fact,) = story.facts
    assert isinstance(fact, ChangeProposed)
    assert [story.directory.posts_of(ADMIN, day) for day in days] == before
    proposal = story.proposed()
    story.then_refused("self-confirmation", "confirm", by=ADMIN, proposal=proposal)
    story.then_refused("not-second-person", "confirm", by=OFFICER, proposal=proposal)
    story.then_refused("not-second-person", "confirm", by="0122", proposal=proposal)  # the administrator's own officer
    confirmed = story.when("confirm", by=GOVERNOR, proposal=proposal).directory
    assert confirmed.structure != story.directory.structure


def test_an_administrator_does_not_become_governor_alone() -> None:
    myself = "appoint post=governor person=0121 kind=concurrent"
    story = told()
    story.then_refused("post-occupied", myself, by=ADMIN, from_=date(2026, 11, 10))
    upwards = "change-post post=personnel-director rank=governor from=2026-11-10"
    story.then_refused("organisation-broken", upwards, by=ADMIN)
    story = story.when("end-appointment post=governor person=0001 to=2026-11-10", by=ADMIN)
    story = story.when(myself, by=ADMIN, from_=date(2026, 11, 11))
    eleventh = datetime(2026, 11, 11, 9, tzinfo=JST)
    assert story.directory.holder("governor", eleventh) is None
    (waiting,) = story.directory.pending()
    second = [holder.person for holder in second_persons(story.directory, waiting, NOVEMBER)]
    assert second == [GOVERNOR, VICE_1, "0101"]
    holder = story.when("confirm", by=GOVERNOR, proposal=waiting.proposal).directory.holder("governor", eleventh)
    assert holder is not None
    assert holder.person == ADMIN


def test_whoever_gains_from_a_proposal_of_another_cannot_confirm_it() -> None:
    story = told().when("grant post=general-director role=directory-admin from=2026-11-01", by=ADMIN)
    moves = [
        {"person": "0101", "from_post": "general-director", "to_post": "vice-governor-3"},
        {"person": ADMIN, "from_post": "personnel-director", "to_post": "general-director"},
    ]
    story = story.when(HIGH_POST, by=ADMIN).when("transfer-many on=2027-04-01", by=ADMIN, moves=moves)
    story.then_refused("gains-from-change", "confirm", by="0101", proposal=story.proposed())
    story.when("confirm", by=VICE_1, proposal=story.proposed())


def test_a_second_administrator_may_confirm() -> None:
    story = told().when("grant post=reform-director role=directory-admin from=2026-11-01", by=ADMIN)
    story = story.when("grant post=personnel-director role=auditor from=2026-11-01", by=ADMIN)
    story = story.when("confirm", by="0161", proposal=story.proposed())
    assert story.directory.roles(ADMIN, NOVEMBER) == {"auditor", "directory-admin"}


def test_a_proposal_that_no_longer_fits_is_refused() -> None:
    story = told().when("end-appointment post=reform-director person=0161 to=2026-11-30", by=ADMIN)
    story = story.when("appoint post=reform-director person=0121 from=2026-12-01 kind=concurrent", by=ADMIN)
    proposal = story.proposed()
    story = story.when("appoint post=reform-director person=0999 name=職員0999 from=2026-12-01", by=ADMIN)
    story.then_refused("proposal-outdated", "confirm", by=GOVERNOR, proposal=proposal)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("unknown-post", "appoint post=x person=0525 from=2027-04-01"),
        ("unknown-person", "appoint post=road-director person=9999 from=2027-04-01"),
        ("dates-reversed", "appoint post=road-director person=0525 from=2027-04-01 to=2027-01-01"),
        ("post-occupied", "appoint post=road-director person=0532 from=2027-04-01"),
        ("already-regular", "appoint post=farming-director person=0525 from=2027-04-01"),
        ("not-appointed", "end-appointment post=road-director person=0525 to=2027-04-01"),
        ("dates-reversed", "end-appointment post=road-director person=0521 to=2026-03-01"),
        ("acting-for-itself", "name-acting post=road-chief acting_post=road-chief from=2027-04-01"),
        ("unknown-post", "name-acting post=road-chief acting_post=x from=2027-04-01"),
        ("already-acting", "name-acting post=farming-director acting_post=road-lead from=2027-04-01"),
        ("not-acting", "end-acting post=road-chief to=2027-04-01"),
        ("unknown-role", "grant post=road-chief role=king from=2027-04-01"),
        ("role-or-duty", "grant post=road-chief from=2027-04-01"),
        ("already-granted", "grant post=ict-chief role=operator from=2027-04-01"),
        ("not-granted", "withdraw post=road-chief role=operator from=2027-04-01"),
        ("not-granted", "withdraw post=road-chief duty=cashier from=2027-04-01"),
        ("nothing-to-change", "transfer person=0525 from_post=road-officer to_post=road-officer on=2027-04-01"),
        ("not-appointed", "transfer person=0525 from_post=road-chief to_post=housing-officer on=2027-04-01"),
        ("post-occupied", "transfer person=0525 from_post=road-officer to_post=housing-officer on=2027-04-01"),
        ("unknown-person", "transfer person=9999 from_post=road-officer to_post=housing-officer on=2027-04-01"),
        ("unit-exists", "establish-unit unit=road name=道路課 kind=division parent=construction from=2027-04-01"),
        ("unknown-unit", "establish-unit unit=river name=河川課 kind=division parent=x from=2027-04-01"),
        ("unknown-unit", "change-unit unit=x name=河川課 from=2027-04-01"),
        ("parent-cycle", "change-unit unit=construction parent=road from=2027-04-01"),
        ("nothing-to-change", "change-unit unit=road name=道路課 from=2027-04-01"),
        ("unit-in-use", "abolish-unit unit=road on=2027-04-01"),
        ("post-exists", "establish-post post=road-chief title=係長 unit=road rank=chief from=2027-04-01"),
        ("unknown-unit", "establish-post post=x title=係長 unit=x rank=chief from=2027-04-01"),
        ("unknown-post", "change-post post=x title=係長 from=2027-04-01"),
        ("nothing-to-change", "change-post post=road-chief unit=road from=2027-04-01"),
        ("post-in-use", "abolish-post post=road-chief on=2027-04-01"),
        ("unknown-proposal", "confirm proposal=proposal-1"),
    ],
)
def test_changes_that_contradict_the_directory_are_refused(code: str, text: str) -> None:
    told().then_refused(code, text, by=ADMIN)


def test_changes_that_would_break_the_organisation_are_refused() -> None:
    story = told()
    story.then_refused(
        "already-overseen", "change-post post=vice-governor-1 from=2027-04-01", by=ADMIN, oversees=["health"]
    )
    story.then_refused("rule-repeated", "adopt-proxy-order from=2027-04-01", by=ADMIN, rules=TWICE)
    story.then_refused("organisation-broken", "adopt-proxy-order from=2027-04-01", by=ADMIN, rules=NOBODY_FOR_GOVERNOR)
    story = story.when("establish-post post=x title=主幹 unit=road rank=chief from=2026-11-10", by=ADMIN)
    story = story.when("name-acting post=road-chief acting_post=x from=2026-11-10", by=ADMIN)
    story.then_refused("organisation-broken", "abolish-post post=x on=2027-04-01", by=ADMIN)


def test_a_service_account_changes_nothing() -> None:
    with pytest.raises(Refused) as refusal:
        decide_directory(
            demo(), command("confirm proposal=proposal-1"), given(demo(), "importer", NOVEMBER, kind="service")
        )
    assert refusal.value.code == "person-only"
