"""Webhookの状態: one subscription as its facts leave it."""

from datetime import datetime
from typing import Literal

import msgspec

from domain.events import Actor, Event, Meta
from domain.webhook.facts import ReplayRequested, SecretRotated, WebhookDisabled, WebhookEnabled, WebhookRegistered

Status = Literal["none", "active", "disabled"]


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """`previous_until` is how long the secret before `generation` signs too. `replay` is the version of the record at
    which everything from `replay_from` on was last asked for again; 0: never.
    """

    version: int = 0
    status: Status = "none"
    url: str = ""
    events: tuple[str, ...] = ()
    from_position: int | None = None
    generation: int = 1
    previous_until: datetime | None = None
    replay: int = 0
    replay_from: int = 0
    reason: str | None = None
    registered_by: Actor | None = None


def evolve(state: Webhook, event: Event, meta: Meta) -> Webhook:
    """Give the subscription after one more fact."""
    changed: dict[str, object] = {}
    version = state.version + 1
    match event:
        case WebhookRegistered():
            changed = {
                "status": "active",
                "url": event.url,
                "events": event.events,
                "from_position": event.from_position,
                "registered_by": meta.by,
            }
        case WebhookDisabled():
            changed = {"status": "disabled", "reason": event.reason}
        case WebhookEnabled():
            changed = {"status": "active", "reason": None}
        case SecretRotated():
            changed = {"generation": event.generation, "previous_until": event.previous_until}
        case ReplayRequested():
            changed = {"replay": version, "replay_from": event.from_position}
    return msgspec.structs.replace(state, version=version, **changed)
