"""Webhookの事実: what may happen to one system's subscription to our events. No secret is ever among them."""

from datetime import datetime

from domain.events import Event


class WebhookRegistered(Event, frozen=True, kw_only=True, tag="webhook.registered.v1"):
    """登録: `events` are patterns over event names (`approval.decided`, `approval.*`, `*`); events before
    `from_position` are not sent, none given: those before this one.
    """

    url: str
    events: tuple[str, ...]
    from_position: int | None = None


class WebhookDisabled(Event, frozen=True, kw_only=True, tag="webhook.disabled.v1"):
    """停止: nothing more is sent; what happens meanwhile is sent after it is enabled again."""

    reason: str


class WebhookEnabled(Event, frozen=True, kw_only=True, tag="webhook.enabled.v1"):
    """再開"""


class SecretRotated(Event, frozen=True, kw_only=True, tag="webhook.secret-rotated.v1"):
    """秘密の更新: the secret of this generation signs from now on, and the one before beside it until
    `previous_until`.
    """

    generation: int
    previous_until: datetime


class ReplayRequested(Event, frozen=True, kw_only=True, tag="webhook.replay-requested.v1"):
    """再送: everything from this position on is sent again, under the same delivery ids."""

    from_position: int


EVENTS: tuple[type[Event], ...] = (WebhookRegistered, WebhookDisabled, WebhookEnabled, SecretRotated, ReplayRequested)
