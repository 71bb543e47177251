"""配信の決まり: letters wait for the end of quiet hours, failures wait longer each time and end, nobody's proxy is
written to while the holder is there.
"""

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import Calendars, load_holidays
from domain.clock import JST
from domain.delivery.holding import held_until
from domain.delivery.recipients import person_of
from domain.delivery.retries import WAIT_MAX, next_attempt
from domain.events import Actor, Meta
from domain.rulebook import Rulebook, adopted, evolve
from tests.records.office import Office, jst

CALENDARS = Calendars.from_rows(load_holidays())
DAYS = timedelta(days=3)
BEGIN = jst(2026, 11, 9)


def rules(**quiet: str) -> Rulebook:
    text = {"edition": "2026-04", "valid_from": "2026-04-01", "from": "20:00", "to": "07:30", **quiet}
    meta = Meta(command_id="0" * 32, correlation_id="r", by=Actor(person="1", name="r"), at=BEGIN)  # type: ignore[arg-type]
    return evolve(Rulebook(), adopted("quiet_hours", {**text, "except": ["urgent", "incident"]}), meta)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-24 10:00", "2026-11-24 10:00"),
        ("2026-11-24 20:00", "2026-11-25 07:30"),
        ("2026-11-25 03:00", "2026-11-25 07:30"),
        ("2026-11-20 21:00", "2026-11-24 07:30"),  # a Friday evening before three closed days
        ("2026-12-28 20:01", "2027-01-04 07:30"),  # over New Year
        ("2027-04-28 22:00", "2027-04-30 07:30"),  # Golden Week begins with one day
    ],
)
def test_a_letter_waits_for_the_end_of_quiet_hours(at: str, until: str) -> None:
    instant, free = (datetime.fromisoformat(each).replace(tzinfo=JST) for each in (at, until))
    assert held_until(instant, occasion=None, rules=rules(), calendars=CALENDARS) == free
    for occasion in ("urgent", "incident"):
        assert held_until(instant, occasion=occasion, rules=rules(), calendars=CALENDARS) == instant


def test_quiet_hours_within_a_day_and_without_rules() -> None:
    noon = datetime(2026, 11, 24, 12, 30, tzinfo=JST)
    within = rules(**{"from": "12:00", "to": "13:00"})
    assert held_until(noon, occasion=None, rules=within, calendars=CALENDARS) == noon + timedelta(minutes=30)
    assert held_until(noon, occasion=None, rules=Rulebook(), calendars=CALENDARS) == noon


def attempts(name: str, *, asked: timedelta | None = None) -> list[datetime]:
    now, found = BEGIN, list[datetime]()
    while len(found) < 1000:
        again = next_attempt(
            name, attempts=len(found) + 1, first_at=BEGIN, now=now, give_up_after=DAYS, asked_wait=asked
        )
        if again is None:
            return found
        found.append(again)
        now = again
    raise AssertionError("it never gives up")


@given(st.text(min_size=1, max_size=20))
def test_failures_wait_longer_each_time_and_end(name: str) -> None:
    found = attempts(name)
    waits = [later - earlier for earlier, later in zip([BEGIN, *found], found, strict=False)]
    assert timedelta(seconds=5) <= waits[0] <= timedelta(seconds=6)
    assert all(later > earlier for earlier, later in itertools.pairwise(waits[:6]))  # then they are as long as they get
    assert max(waits) <= WAIT_MAX * 1.2
    assert found[-1] <= BEGIN + DAYS
    assert found == attempts(name)


def test_a_receiver_may_ask_for_a_pause_but_not_for_ever() -> None:
    assert attempts("a", asked=timedelta(hours=1))[0] == BEGIN + timedelta(hours=1)
    assert attempts("a", asked=timedelta(days=9))[0] == BEGIN + WAIT_MAX


def test_a_term_means_the_person_of_that_moment() -> None:
    office = Office()
    director = office.holder_of("road-director")

    def now(term: str) -> str | None:
        return person_of(term, office.directory, office.now)

    assert now("person:0525") == "0525"
    assert now("post:road-director") == director
    assert now("heir:0525@road-officer") == office.holder_of("road-officer")
    assert now("role:finance") is now("unit:road") is now("post:nobody") is now("for:road-director") is None


def test_the_first_proxy_is_written_to_only_while_the_holder_is_away() -> None:
    office = Office()
    term = "for:road-director/road"
    assert person_of(term, office.directory, office.now) is None
    office.away("road-director", jst(2026, 11, 9, 8), jst(2026, 11, 10, 8))
    first = office.directory.proxies("road-director", office.now, line_of="road")[0].person
    assert person_of(term, office.directory, office.now) == first != office.holder_of("road-director")
    assert person_of(f"{term}@x", office.directory, office.now) is None
