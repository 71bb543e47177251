"""The last seat and one live order a person on the real ledger: two workers, many threads, one transaction each."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import cycle
from uuid import uuid5

import pytest

from domain.calendars import Calendars, load_holidays
from domain.clock import civil_date
from domain.envelope import NAMESPACE, Envelope, Outcome
from domain.events import Event
from domain.ledger.store import LedgerStore
from domain.ledger.writing import LedgerWriter
from domain.telework import RECORD
from domain.telework.held import SeatTaken
from domain.telework.holding import day_stream, days_taken, seat_stream, seated
from kessai.processes import EVENTS
from tests.ledger.projection_world import World
from tests.ledger.telework_days import NEXT_DAY, applied, try_to

DAY = date.fromisoformat(NEXT_DAY)
PLACE, SEATS, APPLICANTS, AT_ONCE = "tokachi-1f", 4, 50, 10


@pytest.fixture
def workers(world: World) -> Iterator[tuple[LedgerWriter, ...]]:
    """Two workers in processes of their own, as far as the ledger can tell: nothing is shared but Postgres."""
    world.seeded()
    stores = [
        LedgerStore(
            database_url=world.settings.database_url, schema=world.schema, events=EVENTS, pool_size=AT_ONCE // 2
        )
        for _ in range(2)
    ]
    calendars = Calendars.from_rows(load_holidays())
    yield tuple(LedgerWriter(store, clock=world.clock, calendars=calendars) for store in stores)
    for store in stores:
        store.close()


def one_post_a_person(world: World) -> list[str]:
    found: dict[str, str] = {}
    for post in world.directory.posts(civil_date(world.clock.at)):
        holder = world.directory.holder(post.code, world.clock.at)
        if holder is not None and not holder.acting and post.rank != "governor":
            found.setdefault(holder.person, post.code)
    return list(found.values())


def envelope(world: World, verb: str, number: str, post: str, **body: object) -> Envelope:
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    text = RECORD.commands[verb].model_validate(body, strict=False).model_dump_json(by_alias=True, exclude_unset=True)
    return Envelope(
        noun=RECORD.noun, number=number, verb=verb, label=verb, body=text,
        command_id=uuid5(NAMESPACE, f"{world.schema}/{number}/{verb}/{post}"),
        payload_sha256=hashlib.sha256(text.encode()).hexdigest(),
        person=holder.person, post=post, correlation_id=f"telework-{number}",
    )  # fmt: skip


def at_once(workers: Sequence[LedgerWriter], sent: Sequence[Envelope]) -> list[Outcome]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda pair: pair[0].handle(RECORD, pair[1]), zip(cycle(workers), sent, strict=False)))


def guarded(world: World, stream: str) -> list[Event]:
    return [fact.event for fact in world.reader.facts(stream)]


def test_of_fifty_who_apply_at_once_for_the_last_seat_one_gets_it(
    world: World, workers: tuple[LedgerWriter, ...]
) -> None:
    posts = one_post_a_person(world)[: SEATS - 1 + APPLICANTS]
    assert len(posts) == SEATS - 1 + APPLICANTS
    for post in posts[: SEATS - 1]:
        applied(world, post, kind="satellite_office", place=PLACE)
    wanted = {"kind": "satellite_office", "place": PLACE, "day": NEXT_DAY, "tasks": "起案", "reachable_by": "内線"}
    sent = [envelope(world, "submit", f"R8-{n:06d}", post, **wanted) for n, post in enumerate(posts[SEATS - 1 :], 101)]
    outcomes = at_once(workers, sent)
    assert Counter((each.result, each.code) for each in outcomes) == {
        ("accepted", None): 1,
        ("refused", "satellite-full"): APPLICANTS - 1,
    }
    events = guarded(world, seat_stream(PLACE, DAY))
    for length, event in enumerate(events, 1):
        assert isinstance(event, SeatTaken)
        assert len(seated(events[:length])) <= event.capacity == SEATS
    begun = [each for each in sent if world.reader.facts(f"telework-{each.number}")]
    assert [each.number for each in begun] == [seated(events)[-1]]
    assert [each.result for each in at_once(workers, sent)] == [each.result for each in outcomes]


def test_whoever_applies_gives_back_and_applies_again_at_once_never_exceeds_the_seats(
    world: World, workers: tuple[LedgerWriter, ...]
) -> None:
    posts = one_post_a_person(world)[:20]
    held = {post: applied(world, post, kind="satellite_office", place=PLACE) for post in posts[:SEATS]}
    wanted = {"kind": "satellite_office", "place": PLACE, "day": NEXT_DAY, "tasks": "起案", "reachable_by": "内線"}
    applies = [envelope(world, "submit", f"R8-{n:06d}", post, **wanted) for n, post in enumerate(posts[SEATS:], 201)]
    leaves = [envelope(world, "withdraw", number, post) for post, number in held.items()]
    mixed = [each for pair in zip(applies[::4], leaves, strict=True) for each in pair] + applies
    outcomes = at_once(workers, list(dict.fromkeys(mixed)))
    assert {(each.result, each.code) for each in outcomes} <= {("accepted", None), ("refused", "satellite-full")}
    events = guarded(world, seat_stream(PLACE, DAY))
    assert max(len(seated(events[:length])) for length in range(1, len(events) + 1)) == SEATS
    accepted = sum(each.result == "accepted" for each in outcomes) - len(leaves)
    assert len(seated(events)) == accepted


def test_of_requests_and_orders_at_once_for_one_person_and_day_one_stands(
    world: World, workers: tuple[LedgerWriter, ...]
) -> None:
    asked = {"kind": "home", "day": NEXT_DAY, "tasks": "起案", "reachable_by": "内線"}
    order = {"kind": "home", "day": NEXT_DAY, "tasks": "集計", "reason": "大雪", "to_post": "road-officer"}
    sent = [envelope(world, "submit", f"R8-{n:06d}", "road-officer", **asked) for n in range(301, 309)]
    sent += [envelope(world, "order", f"R8-{n:06d}", "road-director", **order) for n in range(401, 409)]
    outcomes = at_once(workers, sent)
    assert Counter((each.result, each.code) for each in outcomes) == {
        ("accepted", None): 1,
        ("refused", "already-ordered"): 15,
    }
    person = world.directory.holder("road-officer", world.clock.at)
    assert person is not None
    assert list(days_taken(guarded(world, day_stream(person.person, DAY))).values()) == [DAY]
    again = try_to(world, "submit", "R8-000999", post="road-officer", **asked)
    assert (again.result, again.code) == ("refused", "already-ordered")
