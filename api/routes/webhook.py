"""Webhook: /v1/webhooks, one operation for each verb of the record, and what was delivered."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer, versioned
from api.asking import Asker
from api.auth.principal import Principal, require_person
from api.cases import Number, open_case
from api.errors import Problem, invalid
from api.event_labels import LABELS
from api.gateway import Answered
from api.openapi import READS, VERSION, gives
from api.parts import ApiParts, Parts
from api.reading import After, Cursor, Limit, cursor_of, known_query, ledger_reached, number_of, page
from api.record_routes import RecordRoutes, bodies
from api.shapes.webhook import (
    Channel,
    DeliveryPage,
    DeliveryState,
    WebhookDetail,
    WebhookDocument,
    WebhookPage,
    WebhookWithSecret,
)
from domain.policies.webhook import BadTarget, refusal_before, target_of
from domain.record import Command, Record
from domain.streams import parse
from domain.webhook import RECORD
from domain.webhook.commands import Register
from domain.webhook.decide import MAY_READ

NEWEST = 20
EVENT_NAMES = frozenset(tag.rpartition(".v")[0] for tag in LABELS)
KNOWN = frozenset({"*", *EVENT_NAMES, *(f"{name.partition('.')[0]}.*" for name in EVENT_NAMES)})
TELLS_SECRET = frozenset({"register", "rotate-secret"})
BODIES = bodies(RECORD)
EXAMPLES: Mapping[str, Any] = {
    "register": {"url": "https://records.pref.example.jp/kessai", "events": ["approval.decided", "telework.*"]},
    "disable": {"reason": "文書管理システムの更新のため"},
    "rotate-secret": {"overlap_hours": 24},
    "replay": {"from_position": 4711},
}
router = APIRouter(tags=["webhooks"], dependencies=[Depends(known_query)])


@router.get(
    "/v1/webhooks",
    operation_id="list_webhooks",
    summary="Webhookの送信先の一覧",
    responses={**gives(200, WebhookPage, "送信先"), **READS},
)
async def webhooks(
    asker: Asker, parts: Parts, after: After = None, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """By number, read from the ledger itself."""
    await _require_reader(parts, asker)
    await ledger_reached(parts, after)
    start = 0 if cursor is None else number_of(cursor)

    def look() -> tuple[list[dict[str, Any]], str | None]:
        streams = sorted(parts.reader.open_streams(RECORD))
        some = [str(getattr(parse(stream), "number", "")) for stream in streams[start : start + limit]]
        more = cursor_of(start + limit) if len(streams) > start + limit else None
        return [RECORD.document(*parts.reader.fold(RECORD, number), number) for number in some], more

    return json_answer(page(*await run_in_threadpool(look)))


@router.get(
    "/v1/webhooks/{number}",
    operation_id="get_webhook",
    summary="Webhookの送信先と新しい配信を見る",
    responses={**gives(200, WebhookDetail, "送信先", version=VERSION), **READS},
)
async def show(number: Number, asker: Asker, parts: Parts, after: After = None) -> Response:
    """With how far it is, what waits, and the newest deliveries with their attempts."""
    await ledger_reached(parts, after)
    case = await open_case(parts, RECORD, number, asker)

    def detail() -> dict[str, Any]:
        found = parts.deliveries.progress(number)
        halted = found is not None and found["halted"] == case.version
        progress = {"position": found["position"], "waiting": found["waiting"], "halted": halted} if found else None
        newest = parts.deliveries.found(channel="webhook", target=number, limit=NEWEST)
        document = RECORD.document(case.state, case.version, number)
        return {**document, "progress": progress, "deliveries": [_delivery(row) for row in newest]}

    return versioned(await run_in_threadpool(detail))


@router.get(
    "/v1/deliveries",
    operation_id="list_deliveries",
    summary="配信の記録(運用と監査。ほかの職員は自分あてのメールだけ)",
    responses={**gives(200, DeliveryPage, "配信。新しい順"), **READS},
)
async def deliveries(
    asker: Asker,
    parts: Parts,
    state: Annotated[DeliveryState | None, Query(description="状態")] = None,
    channel: Annotated[Channel | None, Query(description="メールかWebhookか")] = None,
    target: Annotated[
        str | None, Query(max_length=64, pattern=r"^[A-Za-z0-9-]+$", description="職員番号、またはWebhookの番号")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Planned, delivered, given up or no longer needed: each with its attempts."""
    require_person(asker)
    if not await _is_reader(parts, asker):
        if target not in (None, asker.id) or channel == "webhook":
            raise Problem("forbidden")
        channel, target = "mail", asker.id
    before = None if cursor is None else number_of(cursor)
    rows = await run_in_threadpool(
        parts.deliveries.found, state=state, channel=channel, target=target, before=before, limit=limit + 1
    )
    following = cursor_of(rows[limit - 1]["serial"]) if len(rows) > limit else None
    return json_answer(page([_delivery(row) for row in rows[:limit]], following))


async def _refuse_before(parts: ApiParts, command: Command) -> None:
    """Refuse what the installation will not send to, as far as it shows without asking the network: a target inside
    the prefecture's networks must be allowed by its settings.
    """
    if not isinstance(command, Register):
        return
    unknown = next((each for each in command.events if each not in KNOWN), None)
    if unknown is not None:
        raise invalid("events", f"{unknown} という出来事はありません。")
    try:
        reason = refusal_before(target_of(command.url), parts.webhook_targets)
    except BadTarget as error:
        raise Problem("webhook-url", field="url", detail=f"{error}.".capitalize()) from error
    if reason is not None:
        raise Problem("webhook-target-refused", field="url")


async def _answer(parts: ApiParts, record: Record[Any], verb: str, answered: Answered, status: int) -> Response:
    """The webhook as it stood when the command was done, with that generation's secret where the command made one."""
    number, outcome = answered.number, answered.outcome

    def folded() -> dict[str, Any]:
        state, version = parts.reader.fold(record, number, version=outcome.version)
        shown = {"secret": parts.webhook_secrets(number, state.generation)[0]} if verb in TELLS_SECRET else {}
        return {**record.document(state, version, number), **shown}

    return versioned(await run_in_threadpool(folded), status=status, position=outcome.position)


async def _is_reader(parts: ApiParts, asker: Principal) -> bool:
    directory = await parts.directory()
    return asker.kind == "person" and bool(directory.roles(asker.id, parts.clock.now()) & MAY_READ)


async def _require_reader(parts: ApiParts, asker: Principal) -> None:
    require_person(asker)
    if not await _is_reader(parts, asker):
        raise Problem("forbidden")


def _delivery(row: Mapping[str, Any]) -> dict[str, Any]:
    stream = parse(row["stream"])
    shown = {name: value for name, value in row.items() if name not in ("serial", "stream")}
    return {**shown, "noun": stream.noun if stream else "", "number": stream.number if stream else ""}


routes = RecordRoutes(
    router=router,
    record=RECORD,
    shape=WebhookDocument,
    case="送信先",
    examples=EXAMPLES,
    before=_refuse_before,
    shapes=dict.fromkeys(TELLS_SECRET, WebhookWithSecret),
    answer=_answer,
)
routes.add_creation(
    "register",
    path="/v1/webhooks",
    operation="create_webhook",
    summary="Webhookの送信先を登録する",
    made="登録された送信先と秘密",
)
routes.add_acts()
