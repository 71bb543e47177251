"""The shape of webhooks and deliveries as they are answered."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.shapes.problem import Shape

DeliveryState = Literal["planned", "delivered", "given_up", "obsolete"]
Channel = Literal["mail", "webhook", "outside", "gateway"]


class RegisteredBy(Shape):
    """登録した職員"""

    post: str | None
    title: str | None
    person: str


class WebhookDocument(Shape):
    """Webhookの送信先。秘密は登録と更新の答えにだけ現れる"""

    number: str
    state: Literal["active", "disabled"]
    version: int
    url: str
    events: list[str]
    from_position: int | None
    secret_generation: int
    previous_secret_until: datetime | None
    reason: str | None
    registered_by: RegisteredBy


class WebhookWithSecret(WebhookDocument):
    """登録または更新した送信先と、その署名の秘密(Standard Webhooks の `whsec_…`)"""

    secret: str


class Attempt(Shape):
    """一回の送信。`outcome` が null なら結果が分からないまま途切れ、同じ id で送り直される"""

    round: int
    number: int
    begun_at: datetime
    ended_at: datetime | None
    outcome: Literal["delivered", "failed"] | None
    status: int | None
    detail: str | None


class Delivery(Shape):
    """一件の配信。`id` は何度送っても同じ"""

    id: str
    channel: Channel
    target: str = Field(description="職員番号(mail)、Webhookの番号、または契約と署名者(outside、gateway)")
    noun: str
    number: str
    position: int
    code: str
    kind: Literal["task", "reminder", "notice", "event"]
    state: DeliveryState
    round: int
    attempts: int
    planned_at: datetime
    not_before: datetime
    settled_at: datetime | None
    error: str | None
    tries: list[Attempt]


class DeliveryPage(Shape):
    """配信の一頁"""

    items: list[Delivery]
    next_cursor: str | None


class WebhookProgress(Shape):
    """送信の進み。`halted` は、送信先が 410 で終わりを告げたため止まっていること"""

    position: int
    waiting: int
    halted: bool


class WebhookDetail(WebhookDocument):
    """送信先と、その新しい配信"""

    progress: WebhookProgress | None
    deliveries: list[Delivery]


class WebhookPage(Shape):
    """送信先の一覧"""

    items: list[WebhookDocument]
    next_cursor: str | None
