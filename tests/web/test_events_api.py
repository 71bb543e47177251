"""The whole ledger over HTTP, for auditors alone: in pages, and as a stream that goes on where it was."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.event_stream import EventStreams
from api.shapes.events import EventPage
from tests.conftest import Database
from tests.web.api_world import ApiWorld, opened, refused

AUDITOR = "audit-senior"
ROUTINE = {"kind": "routine_reply", "title": "照会への回答", "body": "回答してよろしいか伺います。"}


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    streams = EventStreams(places=1, seconds_max=3.0)
    with opened(database.settings(), tmp_path_factory.mktemp("api"), streams=streams) as world:
        world.write("road-officer", "draft", **ROUTINE)
        yield world


def test_only_auditors_read_everything(world: ApiWorld) -> None:
    refused(world.get("/v1/events"), "forbidden", 403)
    refused(world.get("/v1/events", post="governor"), "forbidden", 403)
    assert world.get("/v1/events", post=AUDITOR).status_code == 200


def test_events_come_in_commit_order_without_holes(world: ApiWorld) -> None:
    seen = list[Any]()
    query: str | None = ""
    while query is not None:
        response = world.get(f"/v1/events?limit=50{query}", post=AUDITOR)
        EventPage.model_validate_json(response.content)
        seen += response.json()["items"]
        following = response.json()["next_cursor"]
        query = f"&cursor={following}" if following else None
    head = world.composition.reader.head()
    assert [each["position"] for each in seen] == list(range(1, head + 1))
    assert {each["stream"].partition("-")[0] for each in seen} == {"approval", "directory", "rulebook"}
    assert all(each["label"] != each["type"] for each in seen)


def test_events_after_a_position(world: ApiWorld) -> None:
    head = world.composition.reader.head()
    assert world.get(f"/v1/events?after={head}", post=AUDITOR).json() == {"items": [], "next_cursor": None}
    (last,) = world.get(f"/v1/events?after={head - 1}", post=AUDITOR).json()["items"]
    assert last["position"] == head
    refused(world.get(f"/v1/events?after={head + 1}", post=AUDITOR), "behind", 503)


def positions(world: ApiWorld, count: int, **headers: str) -> list[int]:
    """The positions of the first events of a stream."""
    found: list[int] = []
    asked = world.headers(AUDITOR, Accept="text/event-stream", **headers)
    with world.http.stream("GET", "/v1/events", headers=asked) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        for line in response.iter_lines():
            if line.startswith("data: "):
                found.append(json.loads(line.removeprefix("data: "))["position"])
            if len(found) == count:
                break
    return found


def test_the_stream_gives_each_event_and_goes_on_where_it_was(world: ApiWorld) -> None:
    assert positions(world, 3) == [1, 2, 3]
    wait_for_a_place(world)
    assert positions(world, 2, **{"Last-Event-ID": "3"}) == [4, 5]
    wait_for_a_place(world)
    refused(world.get("/v1/events", post=AUDITOR, Accept="text/event-stream", **{"Last-Event-ID": "x"}), "invalid", 400)


def test_a_stream_without_a_place_is_told_to_come_back(world: ApiWorld) -> None:
    wait_for_a_place(world)
    asked = world.headers(AUDITOR, Accept="text/event-stream")
    with world.http.stream("GET", "/v1/events", headers=asked) as response:
        lines = response.iter_lines()
        next(lines)
        refused(world.get("/v1/events", post=AUDITOR, Accept="text/event-stream"), "busy", 503)


def wait_for_a_place(world: ApiWorld) -> None:
    """The server notices a reader that left at its next event or pause."""
    for _ in range(200):
        if world.parts.streams.under_way == 0:
            return
        world.http.get("/healthz")
    raise AssertionError("the stream goes on without its reader")
