"""電子契約の日付: expiry, reminders, the contract's day, retention and renewal, as pure rules."""

import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policies.contract import (
    archive_at,
    contract_date,
    dates_differ,
    expiry,
    last_day_to_sign,
    mail_domain,
    reminders,
    renewal_due,
    retained_until,
    within,
)
from domain.policies.contract_rules import ContractRules
from kessai.rule_files import packaged_editions
from tests.records.approval_story import calendars
from tests.records.office import jst


def rules() -> ContractRules:
    (edition,) = (each for each in packaged_editions() if each.subject == "contract")
    return ContractRules.model_validate_json(edition.body)


RULES = rules()
NOW = jst(2026, 11, 9)


@pytest.mark.parametrize(
    ("now", "days", "until"),
    [
        (jst(2026, 11, 9), 7, jst(2026, 11, 16, 17, 15)),
        (jst(2026, 11, 9), 5, jst(2026, 11, 16, 17, 15)),  # a Saturday
        (jst(2026, 11, 16), 7, jst(2026, 11, 24, 17, 15)),  # 23 November is a holiday
        (jst(2026, 12, 22), 7, jst(2027, 1, 4, 17, 15)),  # the days around New Year
        (jst(2026, 11, 9, 23, 59), 1, jst(2026, 11, 10, 17, 15)),
    ],
)
def test_the_last_day_is_an_office_day(now: datetime, days: int, until: datetime) -> None:
    assert expiry(now, days, calendars=calendars()) == until


def test_a_written_date_bounds_the_days() -> None:
    written = date(2026, 11, 9)
    last = last_day_to_sign(written, RULES)
    assert last == date(2026, 11, 16)
    assert expiry(NOW, 30, calendars=calendars(), at_most=last) == jst(2026, 11, 16, 17, 15)
    assert last_day_to_sign(None, RULES) is None


def test_reminders_at_half_of_the_time_and_a_day_before() -> None:
    until = NOW + timedelta(days=7)
    assert reminders(NOW, until, RULES.invitations) == (NOW + timedelta(days=3.5), NOW + timedelta(days=6))
    assert reminders(NOW, NOW + timedelta(hours=6), RULES.invitations) == (NOW + timedelta(hours=3),)
    assert reminders(NOW, NOW + timedelta(days=2), RULES.invitations) == (NOW + timedelta(days=1),)


@given(st.integers(min_value=1, max_value=60 * 24 * 60))
def test_no_reminder_lies_outside_the_time_that_is_left(minutes: int) -> None:
    until = NOW + timedelta(minutes=minutes)
    found = reminders(NOW, until, RULES.invitations)
    assert all(NOW < at < until for at in found)
    assert list(found) == sorted(set(found))


def test_the_contract_bears_the_day_in_japan() -> None:
    late = jst(2026, 11, 10, 0, 30)  # still the 9th in UTC
    assert contract_date("last_signature", written=None, last_signature_at=late) == date(2026, 11, 10)
    assert contract_date("written", written=date(2026, 11, 9), last_signature_at=late) == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("day", "effective", "period", "differ"),
    [
        (date(2026, 11, 9), None, None, False),
        (date(2026, 11, 9), date(2026, 12, 1), date(2026, 12, 1), False),
        (date(2026, 11, 8), None, None, True),
        (date(2026, 11, 10), None, None, True),
        (date(2026, 11, 9), date(2026, 11, 8), None, True),
        (date(2026, 11, 9), None, date(2026, 4, 1), True),
    ],
)
def test_dates_that_differ_are_seen(day: date, effective: date | None, period: date | None, *, differ: bool) -> None:
    found = dates_differ(contract_date=day, last_signature_at=NOW, effective_from=effective, period_from=period)
    assert found is differ


@pytest.mark.parametrize(
    ("day", "performed", "years", "until"),
    [
        (date(2026, 11, 9), None, 5, date(2032, 3, 31)),
        (date(2026, 11, 9), date(2027, 3, 31), 5, date(2032, 3, 31)),
        (date(2026, 11, 9), date(2027, 4, 1), 5, date(2033, 3, 31)),
        (date(2027, 3, 31), None, 10, date(2037, 3, 31)),
        (date(2027, 4, 1), None, 30, date(2058, 3, 31)),
    ],
)
def test_retention_runs_in_fiscal_years(day: date, performed: date | None, years: int, until: date) -> None:
    assert retained_until(day, performed, years) == until


def test_renewal_is_due_before_the_time_stamp_ends() -> None:
    ends, archiving = jst(2036, 11, 9), RULES.archiving
    due = ends - timedelta(days=archiving.renewal_margin_days)
    soon = due - timedelta(seconds=1)
    assert renewal_due(renew_at=ends, algorithm="sha256", now=due, rules=archiving)
    assert not renewal_due(renew_at=ends, algorithm="sha256", now=soon, rules=archiving)
    assert not renewal_due(renew_at=None, algorithm="sha256", now=due, rules=archiving)


def test_renewal_is_due_before_the_algorithm_ends() -> None:
    text = json.loads(RULES.archiving.model_dump_json())
    sunset = type(RULES.archiving).model_validate_json(
        json.dumps(text | {"algorithm_sunsets": {"sha256": "2035-01-01"}})
    )
    far = jst(2040, 1, 1)
    assert renewal_due(renew_at=far, algorithm="sha256", now=jst(2034, 12, 1), rules=sunset)
    assert not renewal_due(renew_at=far, algorithm="sha512", now=jst(2034, 12, 1), rules=sunset)
    assert not renewal_due(renew_at=far, algorithm="sha256", now=jst(2034, 9, 1), rules=sunset)


def test_archiving_waits_for_newer_revocation_data() -> None:
    assert archive_at(NOW, RULES.archiving) == NOW + timedelta(hours=RULES.archiving.after_hours)


def test_mail_domains() -> None:
    assert mail_domain("A.B@Bridge.Example") == "bridge.example"
    assert within("mail.pref.example.lg.jp", ("pref.example.lg.jp",))
    assert not within("xpref.example.lg.jp", ("pref.example.lg.jp",))
