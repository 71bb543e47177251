"""電子決裁: /v1/approvals, one operation for each verb of the record."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import event_document, json_answer, versioned
from api.asking import Asker, IfMatch, Key, Sending
from api.attached import require_documents
from api.cases import Number, known_number, open_case
from api.event_labels import LABELS
from api.openapi import POSITION, READS, VERSION, WRITES, gives, schema_name, takes
from api.parts import Parts
from api.preview import preview
from api.reading import After, AsOf, Cursor, Limit, cursor_of, known_query, ledger_reached, number_of, page
from api.routes.approval_examples import EXAMPLES
from api.sending import case_answer, read_command, send
from api.shapes.approval import ApprovalDocument, ApprovalPreview
from api.shapes.events import EventPage
from domain.approval import RECORD
from domain.approval.commands import Draft
from domain.record import Command

VERBS: Mapping[str, type[Command]] = {
    verb: shape for verb, shape in RECORD.commands.items() if verb not in RECORD.system | RECORD.creates
}
BODIES: Mapping[str, Mapping[str, Any]] = {
    schema_name(RECORD.noun, verb): shape.model_json_schema(ref_template="#/components/schemas/{model}")
    for verb, shape in RECORD.commands.items()
    if verb not in RECORD.system
}
CREATED = gives(201, ApprovalDocument, "起案された案件", position=POSITION, version=VERSION)
CHANGED = gives(200, ApprovalDocument, "その後の案件", position=POSITION, version=VERSION)

router = APIRouter(prefix="/v1/approvals", tags=["approvals"], dependencies=[Depends(known_query)])


@router.post(
    "",
    status_code=201,
    operation_id="create_approval",
    summary="起案して提出する(submit が false なら起案だけ)",
    responses={**CREATED, **WRITES},
    openapi_extra=takes("ApprovalDraft", example=EXAMPLES["draft"]),
)
async def create(request: Request, sender: Sending, key: Key, parts: Parts) -> Response:
    """A case's number is reserved first: the same key gets the same number."""
    command = await read_command(request, Draft)
    await require_documents(parts, command)
    answered = await send(request, parts, sender, key, noun=RECORD.noun, number=None, verb="draft", body=command)
    return await case_answer(parts, RECORD, answered, status=201)


@router.post(
    "/preview",
    operation_id="preview_approval",
    summary="提出したときの経路・決裁者・合議先を見る(何も記録しない)",
    responses={**gives(200, ApprovalPreview, "提出したときの案件。番号と版は null"), **WRITES},
    openapi_extra=takes("ApprovalDraft", example=EXAMPLES["draft"]),
)
async def look_ahead(request: Request, sender: Sending, parts: Parts) -> Response:
    """The function that plans the route here is the one that submission calls."""
    command = (await read_command(request, Draft)).model_copy(update={"submit": True})
    await require_documents(parts, command)
    return json_answer(await run_in_threadpool(preview, parts, RECORD, command, sender))


@router.get(
    "/{number}",
    operation_id="get_approval",
    summary="案件を見る",
    responses={**gives(200, ApprovalDocument, "案件", version=VERSION), **READS},
)
async def show(number: Number, asker: Asker, parts: Parts, as_of: AsOf, after: After = None) -> Response:
    """Read from the ledger itself: never behind what was acknowledged."""
    await ledger_reached(parts, after)
    case = await open_case(parts, RECORD, number, asker, as_of)
    return versioned(RECORD.document(case.state, case.version, number))


@router.get(
    "/{number}/events",
    operation_id="list_approval_events",
    summary="案件の経過を古い順に見る",
    responses={**gives(200, EventPage, "経過"), **READS},
)
async def timeline(
    number: Number,
    asker: Asker,
    parts: Parts,
    as_of: AsOf,
    after: After = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Every fact of the case with who, when and, in Japanese, what."""
    await ledger_reached(parts, after)
    case = await open_case(parts, RECORD, number, asker, as_of)
    seen = 0 if cursor is None else number_of(cursor)
    later = [fact for fact in case.facts if fact.version > seen]
    items = [event_document(fact, LABELS) for fact in later[:limit]]
    return json_answer(page(items, cursor_of(later[limit - 1].version) if len(later) > limit else None))


def _act(verb: str, shape: type[Command]) -> Callable[..., Awaitable[Response]]:
    async def act(
        request: Request, number: Number, sender: Sending, key: Key, if_match: IfMatch, parts: Parts
    ) -> Response:
        command = await read_command(request, shape, if_match=if_match)
        await require_documents(parts, command)
        known = known_number(number)
        answered = await send(request, parts, sender, key, noun=RECORD.noun, number=known, verb=verb, body=command)
        return await case_answer(parts, RECORD, answered, status=200)

    act.__doc__ = shape.__doc__
    return act


for _verb, _shape in VERBS.items():
    router.add_api_route(
        f"/{{number}}/{_verb}",
        _act(_verb, _shape),
        methods=["POST"],
        operation_id=f"{_verb.replace('-', '_')}_approval",
        summary=RECORD.labels[_verb],
        responses={**CHANGED, **WRITES},
        openapi_extra=takes(
            schema_name(RECORD.noun, _verb),
            required=any(field.is_required() for field in _shape.model_fields.values()),
            example=EXAMPLES.get(_verb),
        ),
    )
