"""Reading telework over HTTP: documents, time travel, timelines, who may see, and input that is refused at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from api.shapes.events import EventPage
from api.shapes.telework import TeleworkDocument
from domain.clock import JST
from kessai.clocks import VirtualClock
from tests.conftest import Database
from tests.web.api_world import ApiWorld, opened, refused

WAITING, DONE = "R8-000001", "R8-000002"
MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=JST)  # a Tuesday
REQUEST: dict[str, Any] = {
    "kind": "home",
    "day": "2026-11-25",
    "tasks": "道路台帳の整理",
    "reachable_by": "内線4321",
    "slots": [
        {"kind": "telework", "from": "08:30", "to": "15:00"},
        {"kind": "leave", "from": "15:00", "to": "17:15"},
    ],
}
ORDER: dict[str, Any] = {
    "to_post": "road-senior",
    "kind": "home",
    "day": "2026-11-24",
    "tasks": "通行規制の取りまとめ",
    "reason": "大雪により登庁が危険なため",
}


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    """One request that waits for its head, and one order whose day is done."""
    folder = tmp_path_factory.mktemp("api")
    clock = VirtualClock(folder / "clock")
    clock.set(MORNING)
    settings = replace(database.settings(), clock="virtual", clock_file=folder / "clock")
    with opened(settings, folder) as world:
        world.write_to("telework", "road-officer", "submit", WAITING, **REQUEST)
        world.write_to("telework", "road-director", "order", DONE, **ORDER)
        called = {"reported_at": clock.now().isoformat()}
        world.write_to("telework", "road-lead", "start", DONE, by_telephone=called)
        world.write_to(
            "telework", "road-senior", "request-overtime", DONE, minutes=60, category="urgent", reason="通行止め"
        )
        world.write_to("telework", "road-director", "order-overtime", DONE, minutes=30)
        world.write_to("telework", "road-senior", "end", DONE, device_time=clock.now().isoformat())
        world.write_to("telework", "road-senior", "report", DONE, content="規制12件を取りまとめた。")
        world.write_to("telework", "road-director", "acknowledge", DONE)
        yield world


def test_a_request_is_shown_as_the_contract_says(world: ApiWorld) -> None:
    response = world.get(f"/v1/telework-requests/{WAITING}")
    TeleworkDocument.model_validate_json(response.content)
    document = response.json()
    assert (document["number"], document["kind"], document["day"]) == (WAITING, "home", "2026-11-25")
    assert (document["state"], document["waiting_on"], document["late"]) == ("submitted", ["road-director"], False)
    assert (document["applicant"]["post"], document["head"]["post"]) == ("road-officer", "road-director")
    assert (document["apply_until"], document["due_at"]) == ("2026-11-24T08:15:00Z", "2026-11-24T23:30:00Z")
    assert document["slots"] == REQUEST["slots"]
    assert document["rules"]["rule_set"] == "tochigi_like"
    assert response.headers["etag"] == f'"{document["version"]}"'


def test_a_day_that_is_done_shows_who_ordered_recorded_and_acknowledged_it(world: ApiWorld) -> None:
    response = world.get(f"/v1/telework-requests/{DONE}", post="road-senior")
    TeleworkDocument.model_validate_json(response.content)
    document = response.json()
    assert (document["state"], document["waiting_on"], document["due_at"]) == ("acknowledged", [], None)
    assert (document["by_command"], document["command_reason"]) == (True, ORDER["reason"])
    assert document["order"]["by"]["post"] == "road-director"
    assert document["started"]["by_telephone"]["recorder"]["name"] == "職員0522"
    assert document["ended"]["by_telephone"] is None
    assert [(each["state"], each["ordered_minutes"]) for each in document["overtime"]] == [("ordered", 30)]
    assert document["acknowledged"]["by"]["post"] == "road-director"


def test_a_request_is_seen_by_its_line_and_by_nobody_else(world: ApiWorld) -> None:
    for post in ("road-officer", "road-director", "road-lead", "road-chief", "construction-director", "audit-senior"):
        assert world.get(f"/v1/telework-requests/{WAITING}", post=post).status_code == 200, post
    for post in ("road-senior", "housing-officer", "housing-director", "personnel-director"):
        for path in (WAITING, f"{WAITING}/events"):
            refused(world.get(f"/v1/telework-requests/{path}", post=post), "not-found", 404)


@pytest.mark.parametrize("number", ["R8-999999", "nonsense", "R8-000001%00"])
def test_a_request_that_does_not_exist_is_not_found(world: ApiWorld, number: str) -> None:
    refused(world.get(f"/v1/telework-requests/{number}"), "not-found", 404)


def test_a_request_is_shown_as_of_a_position_and_as_of_a_time(world: ApiWorld) -> None:
    path, post = f"/v1/telework-requests/{DONE}", "road-senior"
    events = world.get(f"{path}/events", post=post).json()["items"]
    started = next(each for each in events if each["type"] == "telework.started.v1")
    assert world.get(f"{path}?as_of={started['position'] - 1}", post=post).json()["state"] == "ordered"
    assert world.get(f"{path}?as_of={started['position']}", post=post).json()["state"] == "working"
    recorded = datetime.fromisoformat(events[-1]["recorded_at"]).astimezone(UTC).isoformat().replace("+00:00", "Z")
    assert world.get(f"{path}?as_of={recorded}", post=post).json()["state"] == "acknowledged"
    refused(world.get(f"{path}?as_of=2020-01-01T00:00:00Z", post=post), "not-found", 404, "as_of")


def test_the_timeline_names_every_fact_in_japanese(world: ApiWorld) -> None:
    response = world.get(f"/v1/telework-requests/{DONE}/events", post="road-senior")
    EventPage.model_validate_json(response.content)
    items = response.json()["items"]
    assert [each["type"].split(".")[1] for each in items] == [
        *("ordered", "started", "overtime-requested", "overtime-ordered", "ended", "reported", "acknowledged")
    ]
    assert not any(each["label"].isascii() for each in items)
    first = world.get(f"/v1/telework-requests/{DONE}/events?limit=3", post="road-senior").json()
    rest = f"/v1/telework-requests/{DONE}/events?cursor={first['next_cursor']}"
    assert first["items"] + world.get(rest, post="road-senior").json()["items"] == items


def test_a_position_that_is_not_reached_in_time_is_told(world: ApiWorld) -> None:
    head = world.composition.reader.head()
    assert world.get(f"/v1/telework-requests/{WAITING}?after={head}").status_code == 200
    refused(world.get(f"/v1/telework-requests/{WAITING}?after={head + 1_000_000}"), "behind", 503, "after")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "cafe"}, "kind"),
        ({"day": "11/25"}, "day"),
        ({"tasks": ""}, "tasks"),
        ({"reachable_by": None}, "reachable_by"),
        ({"place": "本庁舎"}, "place"),
        ({"slots": [{"kind": "nap", "from": "08:30", "to": "17:15"}]}, "slots.0.kind"),
        ({"slots": [{"kind": "leave", "from": "8:30", "to": "17:15"}]}, "slots.0.from"),
        ({"slots": [{"kind": "leave", "from": "08:30", "to": "25:00"}]}, "slots.0.to"),
        ({"applicant": "0525"}, "applicant"),
    ],
)
def test_each_wrong_field_of_a_request_is_named(world: ApiWorld, changed: dict[str, Any], field: str) -> None:
    refused(world.post("/v1/telework-requests", {**REQUEST, **changed}), "invalid", 400, field)


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("start", {"by_telephone": {}}, "by_telephone.reported_at"),
        ("start", {"device_time": "2026-11-24T08:30:00"}, "device_time"),
        ("end", {"by_telephone": "08:30"}, "by_telephone"),
        ("report", {}, "content"),
        ("request-overtime", {"minutes": 0, "category": "urgent", "reason": "x"}, "minutes"),
        ("order-overtime", {"minutes": "30"}, "minutes"),
        ("reject", {}, "reason"),
        ("remind", {}, None),
    ],
)
def test_each_wrong_field_of_an_act_is_named(
    world: ApiWorld, verb: str, body: dict[str, Any], field: str | None
) -> None:
    response = world.post(f"/v1/telework-requests/{WAITING}/{verb}", body)
    if field is None:
        refused(response, "not-found", 404)
    else:
        refused(response, "invalid", 400, field)


def test_every_act_needs_a_key_and_a_token(world: ApiWorld) -> None:
    for path, body in (("requests", REQUEST), ("orders", ORDER), (f"requests/{WAITING}/approve", {})):
        refused(world.post(f"/v1/telework-{path}", body, key=None), "key-missing", 400, "Idempotency-Key")
        assert world.http.post(f"/v1/telework-{path}", json=body).status_code == 401
