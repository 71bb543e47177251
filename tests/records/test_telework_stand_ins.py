"""代決: while the head is away whoever comes first in the order does everything the head does, and it is marked."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.records.office import jst
from tests.records.telework_story import Workday, home


def approved() -> Workday:
    return home().when("approve", by="road-director")


def working() -> Workday:
    return approved().at(11, 11, 8, 30).when("start", by="road-officer")


def asked() -> Workday:
    body = {"minutes": 60, "category": "urgent", "reason": "大雨"}
    return working().at(11, 11, 16).when("request-overtime", by="road-officer", **body)


def reported() -> Workday:
    day = working().at(11, 11, 17, 15).when("end", by="road-officer")
    return day.when("report", by="road-officer", content="済み")


ORDER = {"to_post": "road-officer", "kind": "home", "day": "2026-11-12", "tasks": "集計", "reason": "大雪"}
ACTS: list[tuple[Callable[[], Workday], str, dict[str, Any]]] = [
    (home, "approve", {}),
    (home, "return", {"reason": "再考"}),
    (home, "reject", {"reason": "窓口当番"}),
    (approved, "revoke", {"reason": "議会"}),
    (asked, "order-overtime", {"minutes": 30}),
    (asked, "refuse-overtime", {}),
    (Workday, "order", ORDER),
]


def away(day: Workday) -> Workday:
    day.away("road-director", jst(2026, 11, 9), jst(2026, 11, 13))
    return day


@pytest.mark.parametrize(("begin", "verb", "body"), ACTS, ids=[verb for _, verb, _ in ACTS])
def test_every_act_of_the_head_is_done_by_the_first_stand_in_and_says_for_whom(
    begin: Callable[[], Workday], verb: str, body: dict[str, Any]
) -> None:
    day = begin().then_refused("not-unit-head", verb, by="road-lead", **body)
    away(day).then_refused("not-first-proxy", verb, by="road-chief", **body)
    day.when(verb, by="road-lead", **body)
    event, meta = day.history[-1]
    assert meta.on_behalf_of is not None
    assert (meta.by.post, meta.on_behalf_of.post) == ("road-lead", "road-director")
    assert getattr(event, "on_behalf_of", None) == meta.on_behalf_of


@pytest.mark.parametrize(("begin", "verb", "body"), ACTS, ids=[verb for _, verb, _ in ACTS])
def test_what_the_head_does_in_person_names_nobody_else(
    begin: Callable[[], Workday], verb: str, body: dict[str, Any]
) -> None:
    event, meta = begin().when(verb, by="road-director", **body).history[-1]
    assert (meta.on_behalf_of, getattr(event, "on_behalf_of", None)) == (None, None)


def test_the_lead_assistant_director_acknowledges_in_their_own_right_and_the_line_above_only_as_a_stand_in() -> None:
    _, meta = reported().when("acknowledge", by="road-lead").history[-1]
    assert meta.on_behalf_of is None
    day = reported()
    day.then_refused("not-unit-head", "acknowledge", by="construction-deputy")


def test_a_stand_in_who_is_back_in_line_has_no_say() -> None:
    day = away(home()).at(11, 13, 10)
    day.then_refused("not-unit-head", "return", by="road-lead", reason="再考")
    day.when("return", by="road-director", reason="再考").then("returned", "road-officer")
