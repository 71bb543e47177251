"""Who may subscribe a system to our events, and what may be done to a subscription."""

from datetime import datetime, timedelta
from typing import Any

from domain.directory import Directory
from domain.events import Event, On
from domain.policies.webhook import BadTarget, target_of
from domain.record import Command, Given
from domain.refusals import Refused, require
from domain.webhook.commands import Disable, Enable, Register, Replay, RotateSecret
from domain.webhook.facts import ReplayRequested, SecretRotated, WebhookDisabled, WebhookEnabled, WebhookRegistered
from domain.webhook.state import Webhook

MAY_CHANGE = frozenset({"operator", "directory-admin"})
MAY_READ = MAY_CHANGE | {"auditor"}


def decide(state: Webhook, command: Command, given: Given) -> list[Event | On]:
    """The facts that follow from a command, or a refusal.

    Only persons with the role `operator` or `directory-admin` change subscriptions. Whether the installation sends to
    an address inside the prefecture is its own setting: API and sender look at it, the record cannot.
    """
    allowed = given.by.kind == "person" and given.directory.roles(given.by.person, given.now) & MAY_CHANGE
    require(allowed, "not-operator")
    if isinstance(command, Register):
        return [_registered(state, command)]
    require(state.status != "none", "not-found")
    match command:
        case Disable():
            require(state.status == "active", "already-disabled")
            return [WebhookDisabled(reason=command.reason)]
        case Enable():
            require(state.status == "disabled", "already-enabled")
            return [WebhookEnabled()]
        case RotateSecret():
            until = given.now + timedelta(hours=command.overlap_hours)
            return [SecretRotated(generation=state.generation + 1, previous_until=until)]
        case Replay():
            return [ReplayRequested(from_position=command.from_position)]
    raise Refused("unknown-verb")


def _registered(state: Webhook, command: Register) -> Event:
    require(state.status == "none", "already-registered")
    try:
        target_of(command.url)
    except BadTarget as error:
        raise Refused("webhook-url", "url", str(error)) from error
    return WebhookRegistered(url=command.url, events=command.events, from_position=command.from_position)


def may_read(state: Webhook, person: str, directory: Directory, at: datetime) -> bool:
    """Whether the person may see subscriptions."""
    return bool(directory.roles(person, at) & MAY_READ)


def document(state: Webhook, version: int, number: str) -> dict[str, Any]:
    """The public document."""
    by = state.registered_by
    return {
        "number": number,
        "state": state.status,
        "version": version,
        "url": state.url,
        "events": list(state.events),
        "from_position": state.from_position,
        "secret_generation": state.generation,
        "previous_secret_until": state.previous_until,
        "reason": state.reason,
        "registered_by": {"post": by.post, "title": by.title, "person": by.person} if by else None,
    }
