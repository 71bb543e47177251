"""Webhookの記録: who may subscribe a system to our events, and what follows from what was said."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.calendars import Calendars, load_holidays
from domain.events import Actor, Event, Fact, Meta
from domain.record import Command, Given
from domain.refusals import Refused
from domain.rulebook import Rulebook
from domain.webhook import RECORD, Webhook, facts
from domain.webhook.commands import Disable, Enable, Register, Replay, RotateSecret
from domain.webhook.message import body, message_id, wanted
from tests.records.office import Office

OFFICE = Office()
URL = "https://records.example.jp/kessai"
REGISTER = Register(url=URL, events=("approval.decided", "telework.*"))


def given(post: str = "ict-chief", *, kind: Any = "person") -> Given:
    by = Actor(kind=kind, person=OFFICE.holder_of(post), name="職員", post=post)
    return Given(
        now=OFFICE.now, by=by, directory=OFFICE.directory, rules=Rulebook(), command_id=UUID(int=1), number="R8-000001",
        calendars=Calendars.from_rows(load_holidays()),
    )  # fmt: skip


def after(*events: Event) -> Webhook:
    state, by = RECORD.initial, given().by
    for event in events:
        meta = Meta(command_id=UUID(int=1), correlation_id="w", by=by, at=OFFICE.now)
        state = RECORD.evolve(state, event, meta)
    return state


def decided(state: Webhook, command: Command, **who: Any) -> list[Any]:
    return RECORD.decide(state, command, given(**who))


def refused(state: Webhook, command: Command, code: str, **who: Any) -> None:
    with pytest.raises(Refused) as caught:
        decided(state, command, **who)
    assert caught.value.code == code


REGISTERED = facts.WebhookRegistered(url=URL, events=REGISTER.events)


@pytest.mark.parametrize("post", ["ict-chief", "personnel-director"])
def test_an_operator_or_the_directorys_administrator_registers(post: str) -> None:
    assert decided(RECORD.initial, REGISTER, post=post) == [REGISTERED]


def test_nobody_else_changes_anything_and_no_service_account() -> None:
    for state, command in (
        (RECORD.initial, REGISTER),
        (after(REGISTERED), Disable(reason="r")),
        (after(REGISTERED), RotateSecret()),
        (after(REGISTERED), Replay(from_position=1)),
    ):
        refused(state, command, "not-operator", post="road-officer")
        refused(state, command, "not-operator", kind="service")


def test_a_number_is_registered_once_and_only_what_is_registered_is_changed() -> None:
    refused(after(REGISTERED), REGISTER, "already-registered")
    refused(RECORD.initial, Enable(), "not-found")
    refused(RECORD.initial, Register(url="https://127.1/", events=("*",)), "webhook-url")


def test_sending_is_stopped_and_begun_again() -> None:
    stopped = facts.WebhookDisabled(reason="更新のため")
    assert decided(after(REGISTERED), Disable(reason="更新のため")) == [stopped]
    refused(after(REGISTERED, stopped), Disable(reason="r"), "already-disabled")
    refused(after(REGISTERED), Enable(), "already-enabled")
    assert decided(after(REGISTERED, stopped), Enable()) == [facts.WebhookEnabled()]
    assert after(REGISTERED, stopped, facts.WebhookEnabled()).status == "active"


def test_the_secret_before_signs_on_for_a_while() -> None:
    (event,) = decided(after(REGISTERED), RotateSecret(overlap_hours=2))
    assert event == facts.SecretRotated(generation=2, previous_until=OFFICE.now + timedelta(hours=2))
    assert after(REGISTERED, event).generation == 2


def test_a_replay_is_known_by_the_version_that_asked_for_it() -> None:
    (event,) = decided(after(REGISTERED), Replay(from_position=40))
    state = after(REGISTERED, event, event)
    assert (state.replay, state.replay_from, state.version) == (3, 40, 3)


def test_no_secret_is_in_events_or_document() -> None:
    document = RECORD.document(after(REGISTERED), 1, "R8-000001")
    assert "secret" not in " ".join(str(value) for value in document.values())
    assert document["registered_by"]["person"] == OFFICE.holder_of("ict-chief")
    assert not any(
        "secret" in name and name != "generation" for event in facts.EVENTS for name in event.__struct_fields__
    )


def test_only_operators_administrators_and_auditors_see_subscriptions() -> None:
    seen = {
        post for post in ("ict-chief", "personnel-director", "audit-senior", "road-officer", "governor")
        if RECORD.may_read(after(REGISTERED), OFFICE.holder_of(post), OFFICE.directory, OFFICE.now)
    }  # fmt: skip
    assert seen == {"ict-chief", "personnel-director", "audit-senior"}


def fact(stream: str = "webhook-R8-000001", position: int = 7) -> Fact:
    meta = Meta(command_id=UUID(int=9), correlation_id="w", by=given().by, at=OFFICE.now)
    event = facts.WebhookDisabled(reason="機密の理由")
    return Fact(stream=stream, version=2, position=position, event=event, meta=meta, recorded_at=OFFICE.now)


@pytest.mark.parametrize(
    ("patterns", "told"),
    [(("*",), True), (("webhook.*",), True), (("webhook.disabled",), True), (("webhook.enabled", "approval.*"), False)],
)
def test_patterns_choose_events(patterns: tuple[str, ...], told: bool) -> None:
    assert wanted(patterns, fact()) is told
    assert not wanted(patterns, fact("document-number/道路/2026"))


def test_a_message_names_the_case_and_nothing_in_it_and_has_one_id_for_ever() -> None:
    text = body(fact(), resource="https://kessai.example.jp/v1/webhooks/R8-000001").decode()
    assert "機密" not in text
    assert "職員" not in text
    assert '"type":"webhook.disabled"' in text
    assert '"position":7' in text
    assert message_id(fact()) == message_id(fact(position=8))
    assert message_id(fact()) != message_id(fact("webhook-R8-000002"))
    assert "." not in message_id(fact())
