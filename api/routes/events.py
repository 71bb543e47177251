"""事実の全体: the whole ledger for auditors, page by page or as a stream of server-sent events."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import event_document, json_answer
from api.asking import Asker
from api.auth.principal import Principal, require_person
from api.errors import Problem, invalid
from api.event_labels import LABELS
from api.openapi import READS, gives
from api.parts import ApiParts, Parts
from api.reading import POSITION_MAX, Cursor, Limit, cursor_of, known_query, ledger_reached, number_of, page
from api.shapes.events import EventPage

START = "この位置より後の事実から。まだ届いていない位置なら届くまで待つ(5秒、以後 503 behind)"

router = APIRouter(tags=["events"], dependencies=[Depends(known_query)])


@router.get(
    "/v1/events",
    operation_id="list_events",
    summary="台帳のすべての事実(監査のみ)。Accept: text/event-stream なら続けて流す",
    responses={**gives(200, EventPage, "事実の一頁。text/event-stream では一件ずつ、id は位置"), **READS},
)
async def events(
    request: Request,
    asker: Asker,
    parts: Parts,
    after: Annotated[int | None, Query(ge=0, le=POSITION_MAX, description=START)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", description="流れの続き(位置)")] = None,
) -> Response:
    """In commit order. Reading everything is for auditors alone."""
    await _require_auditor(parts, asker)
    await ledger_reached(parts, after)
    start = (after or 0) if cursor is None else number_of(cursor)
    if "text/event-stream" in request.headers.get("accept", ""):
        return parts.streams.open(parts.reader, _resumed(last_event_id, start))
    facts = await run_in_threadpool(parts.reader.after, start, limit + 1)
    items = [event_document(fact, LABELS) for fact in facts[:limit]]
    return json_answer(page(items, cursor_of(facts[limit - 1].position) if len(facts) > limit else None))


async def _require_auditor(parts: ApiParts, asker: Principal) -> None:
    require_person(asker)
    directory = await parts.directory()
    if "auditor" not in directory.roles(asker.id, parts.clock.now()):
        raise Problem("forbidden")


def _resumed(last_event_id: str | None, start: int) -> int:
    if last_event_id is None:
        return start
    if not (last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) <= 18):
        raise invalid("Last-Event-ID", "位置(整数)で指定してください。")
    return int(last_event_id)
