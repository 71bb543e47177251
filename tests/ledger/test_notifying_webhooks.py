"""Webhooks to a real receiver: signed, in each case's order, retried, replayed, nowhere inside unless allowed."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from itertools import groupby

import pytest

from domain.policies.webhook import Allowed
from tests.ledger.notifying_world import Notifying, Receiver, notifying, receiver, secret
from tests.ledger.projection_world import World


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as got:
        yield got


@pytest.fixture
def sending(world: World) -> Iterator[Notifying]:
    with notifying(world.seeded()) as made:
        yield made


def in_order_per_case(got: Receiver) -> bool:
    cases: dict[str, list[int]] = {}
    for each in got.received:
        cases.setdefault(each.data["data"]["number"], []).append(each.data["data"]["version"])
    return all([key for key, _ in groupby(versions)] == sorted(set(versions)) for versions in cases.values())


def test_a_receiver_gets_every_event_once_signed_and_without_content(
    world: World, sending: Notifying, there: Receiver
) -> None:
    number = sending.register(there.url)
    case = world.decided(world.drafted(title="機密の件名"))
    sending.run()
    facts = world.reader.facts(f"approval-{case}")
    assert there.positions() == [fact.position for fact in facts]
    assert all(each.signed_with(secret(number)) for each in there.received)
    assert not any(each.signed_with(secret("R8-999999")) for each in there.received)
    assert not any("機密" in each.body.decode() or "職員" in each.body.decode() for each in there.received)
    first = there.received[0].data
    assert first["type"] == "approval.drafted"
    assert first["data"]["url"] == f"https://kessai.pref.example.jp/v1/approvals/{case}"
    assert {row["state"] for row in sending.deliveries()} == {"delivered"}
    assert [row["status"] for row in sending.attempts()] == [200] * len(facts)


def test_only_what_was_asked_for_from_where_it_was_asked_for(world: World, sending: Notifying, there: Receiver) -> None:
    early = world.decided(world.drafted())
    begin = world.reader.head() + 1
    world.decided(world.drafted())
    sending.register(there.url, "approval.decided", from_position=begin)
    world.decided(world.drafted())
    sending.run()
    assert [each.data["type"] for each in there.received] == ["approval.decided"] * 2
    assert early not in {each.data["data"]["number"] for each in there.received}


def test_of_one_case_nothing_overtakes_what_failed_and_other_cases_go_on(
    world: World, sending: Notifying, there: Receiver
) -> None:
    stuck, fine = world.drafted(), world.drafted()
    there.answer = lambda got: (500 if got.data["data"]["number"] == stuck else 200, {}, b"")
    sending.register(there.url, from_position=1)
    sending.run()
    assert next(each for each in there.received if each.data["data"]["number"] == stuck).data["data"]["version"] == 1
    assert {each.data["data"]["version"] for each in there.received if each.data["data"]["number"] == stuck} == {1}
    assert len([each for each in there.received if each.data["data"]["number"] == fine]) == len(
        world.reader.facts(f"approval-{fine}")
    )
    there.answer = lambda got: (200, {}, b"")
    world.clock.at += timedelta(seconds=10)
    sending.run()
    assert in_order_per_case(there)
    assert {row["state"] for row in sending.deliveries()} == {"delivered"}


def test_a_failed_delivery_keeps_its_id_and_takes_a_new_time_and_is_given_up_visibly(
    world: World, sending: Notifying, there: Receiver
) -> None:
    sending.register(there.url, "approval.drafted")
    world.drafted()
    there.answer = lambda got: (503, {}, b"secret answer")
    for _ in range(60):
        sending.run()
        world.clock.at += timedelta(hours=2)
    (delivery,) = sending.deliveries()
    assert delivery["state"] == "given_up"
    assert delivery["attempts"] == len(there.received) > 8
    assert len(set(there.ids)) == 1
    assert len({each.headers["webhook-timestamp"] for each in there.received}) == len(there.received)
    assert {(row["outcome"], row["status"]) for row in sending.attempts()} == {("failed", 503)}
    assert not any("secret" in (row["detail"] or "") for row in sending.attempts())


def test_a_replay_sends_again_in_order_under_the_same_ids(world: World, sending: Notifying, there: Receiver) -> None:
    number = sending.register(there.url)
    for _ in range(3):
        world.decided(world.drafted())
    sending.run()
    first, again = there.received[:], sorted(there.positions())[4]
    there.received.clear()
    sending.webhook("replay", number, from_position=again)
    sending.run()
    assert sorted(there.ids) == sorted(each.id for each in first if each.data["data"]["position"] >= again)
    assert in_order_per_case(there)
    sending.run()
    assert len(there.ids) == len(first) - 4
    assert {row["round"] for row in sending.deliveries()} == {1, 2}


def test_a_replay_never_skips_what_is_not_yet_sent(world: World, sending: Notifying, there: Receiver) -> None:
    number = sending.register(there.url)
    world.decided(world.drafted())
    sending.webhook("replay", number, from_position=world.reader.head() + 100)
    sending.run()
    assert there.positions()[0] < world.reader.head() - 2


def test_disabled_nothing_is_sent_and_afterwards_everything(world: World, sending: Notifying, there: Receiver) -> None:
    number = sending.register(there.url)
    sending.webhook("disable", number, reason="更新のため")
    world.decided(world.drafted())
    sending.run()
    assert there.received == []
    sending.webhook("enable", number)
    sending.run()
    assert there.positions() == sorted(there.positions()) != []


def test_both_secrets_sign_while_one_replaces_the_other(world: World, sending: Notifying, there: Receiver) -> None:
    number = sending.register(there.url, "approval.drafted")
    sending.webhook("rotate-secret", number, overlap_hours=1)
    world.drafted()
    sending.run()
    world.clock.at += timedelta(hours=2)
    world.drafted()
    sending.run()
    first, second = there.received
    assert first.signed_with(secret(number, 1))
    assert first.signed_with(secret(number, 2))
    assert not second.signed_with(secret(number, 1))
    assert second.signed_with(secret(number, 2))


def test_a_receiver_that_is_gone_is_left_alone_until_somebody_says_otherwise(
    world: World, sending: Notifying, there: Receiver
) -> None:
    number = sending.register(there.url, "approval.drafted")
    there.answer = lambda got: (410, {}, b"")
    world.drafted()
    sending.run()
    world.drafted()
    sending.run()
    assert len(there.received) == 1
    assert next(row["state"] for row in sending.deliveries()) == "given_up"
    there.answer = lambda got: (200, {}, b"")
    sending.webhook("replay", number, from_position=1)
    sending.run()
    assert len(there.received) == 3


def test_redirects_are_not_followed_and_long_answers_not_read(
    world: World, sending: Notifying, there: Receiver
) -> None:
    sending.register(there.url, "approval.drafted")
    there.answer = lambda got: (302, {"Location": there.url + "/elsewhere"}, b"")
    world.drafted()
    sending.run()
    assert len(there.received) == 1
    there.answer = lambda got: (200, {"Content-Length": str(10**9)}, b"x" * 1_000_000)
    world.clock.at += timedelta(minutes=1)
    sending.run()
    assert [row["state"] for row in sending.deliveries()] == ["delivered"]


def test_a_receiver_that_asks_for_a_pause_gets_it(world: World, sending: Notifying, there: Receiver) -> None:
    sending.register(there.url, "approval.drafted")
    there.answer = lambda got: (429, {"Retry-After": "600"}, b"")
    world.drafted()
    sending.run()
    world.clock.at += timedelta(minutes=9)
    sending.run()
    assert len(there.received) == 1
    world.clock.at += timedelta(minutes=2)
    sending.run()
    assert len(there.received) == 2


def test_nothing_goes_inside_unless_it_is_allowed(world: World, there: Receiver) -> None:
    with notifying(world.seeded(), allowed=Allowed()) as sending:
        sending.register(there.url, "approval.drafted")
        world.drafted()
        sending.run()
        assert there.received == []
        assert [row["detail"] for row in sending.attempts()] == ["refused: the address lies inside"]


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1"], []])
def test_a_name_that_leads_inside_is_refused(world: World, there: Receiver, found: list[str]) -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int):
        asked.append(host)
        return tuple(ip_address(each) for each in found)

    with notifying(world.seeded(), allowed=Allowed(), resolve=resolve) as sending:
        sending.register(there.url.replace("http://127.0.0.1", "https://records.example.jp"), "approval.drafted")
        world.drafted()
        sending.run()
    assert asked == ["records.example.jp"]
    assert there.received == []


def test_the_address_that_was_looked_at_is_the_one_that_is_called(world: World, there: Receiver) -> None:
    """A name that leads elsewhere at the second question (DNS rebinding) gains nothing: there is no second question."""
    asked: list[str] = []

    async def resolve(host: str, port: int):
        asked.append(host)
        return (ip_address("127.0.0.1"),)

    with notifying(world.seeded(), allowed=Allowed.of(["127.0.0.1"]), resolve=resolve) as sending:
        sending.register(there.url.replace("127.0.0.1", "does-not-exist.invalid"), "approval.drafted")
        world.drafted()
        sending.run()
    assert asked == ["does-not-exist.invalid"]
    assert [each.headers["host"] for each in there.received] == [
        there.url.removeprefix("http://").removesuffix("/in").replace("127.0.0.1", "does-not-exist.invalid")
    ]
