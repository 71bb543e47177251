"""電子契約の日付: how long a contract may be signed, when people are reminded, which day it bears, how long it is
kept.
"""

from datetime import UTC, date, datetime, time, timedelta

from domain.calendars import ONE_DAY, Calendars
from domain.clock import JST, civil_date
from domain.eras import fiscal_year
from domain.policies.contract_rules import Archiving, ContractRules, DateRule, Invitations
from domain.policies.deadlines import OFFICE_CLOSES


def expiry(now: datetime, days: int, *, calendars: Calendars, at_most: date | None = None) -> datetime:
    """署名期限: 17:15 JST of the n-th day after today (民法140条), or of the next office day where that is closed.
    `at_most`: of that day at the latest, open or not (a date written in the contract allows no more). Refuses
    `outside-calendar`.
    """
    day = calendars.office.next_open(civil_date(now) + days * ONE_DAY)
    return _at(day if at_most is None else min(day, at_most), OFFICE_CLOSES)


def reminders(now: datetime, expires_at: datetime, rules: Invitations) -> tuple[datetime, ...]:
    """催促: at half of the time that is left (`remind_percent`), and one day before the end (`remind_days_before`); in
    order, each once, none that is over already.
    """
    left = expires_at - now
    half = now + left * rules.remind_percent / 100
    before = expires_at - timedelta(days=rules.remind_days_before)
    return tuple(sorted({at for at in (half, before) if now < at < expires_at}))


def last_day_to_sign(written: date | None, rules: ContractRules) -> date | None:
    """Until when the last signature may come where the contract bears a date written beforehand; None: any day."""
    if written is None:
        return None
    return written + min(rules.written_date_lag_days, (date.max - written).days) * ONE_DAY


def contract_date(rule: DateRule, *, written: date | None, last_signature_at: datetime) -> date:
    """契約日: the day of the last signature in Japan, or the day written beforehand."""
    return written if rule == "written" and written is not None else civil_date(last_signature_at)


def dates_differ(
    *, contract_date: date, last_signature_at: datetime, effective_from: date | None, period_from: date | None
) -> bool:
    """Whether the contract date is not the day of the last signature, or performance begins before it (遡及)."""
    signed = civil_date(last_signature_at)
    begins = [day for day in (effective_from, period_from) if day is not None]
    return contract_date != signed or any(day < signed for day in begins)


def retained_until(contract_date: date, period_to: date | None, years: int) -> date:
    """保存期間の満了: 31 March, so many years after the 1 April that follows the day of the contract or the last day of
    its performance, whichever is later (reference/domain.md §2B.4-11).
    """
    done = contract_date if period_to is None else max(contract_date, period_to)
    return date(min(fiscal_year(done) + 1 + years, date.max.year), 3, 31)


def archive_at(last_signature_at: datetime, rules: Archiving) -> datetime:
    """長期保管の時期: when revocation data newer than the last signature should be there."""
    return last_signature_at + timedelta(hours=rules.after_hours)


def renewal_due(*, renew_at: datetime | None, algorithm: str, now: datetime, rules: Archiving) -> bool:
    """Whether an archive time stamp is to be renewed: its time is near, or its digest algorithm's end is."""
    margin = timedelta(days=rules.renewal_margin_days)
    if renew_at is not None and renew_at - margin <= now:
        return True
    sunset = rules.algorithm_sunsets.get(algorithm)
    return sunset is not None and _at(sunset, time(0)) - margin <= now


def mail_domain(email: str) -> str:
    """The domain of an address, in lower case."""
    return email.rpartition("@")[2].casefold()


def within(domain: str, named: tuple[str, ...]) -> bool:
    """Whether a domain is one of the named ones, or below one."""
    return any(domain == each or domain.endswith(f".{each}") for each in named)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, JST).astimezone(UTC)
