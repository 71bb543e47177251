"""受信箱: what waits for one person now, from every process; each process says how its cases are shown."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer, time_text
from api.asking import Asker, KessaiPost
from api.auth.principal import choose_post, require_person
from api.openapi import READS, gives
from api.parts import ApiParts, Parts
from api.reading import After, Cursor, Limit, foreign_cursor, known_query, read_models_reached
from api.routes import approval_list, campaign_list, contract_list, entry_list, telework_list
from api.shapes.inbox import InboxDocument
from projections.queries.cursors import BadCursor
from projections.queries.inbox import InboxItem, cursor_after
from projections.readers import ReaderScope

Summaries = Callable[[ApiParts, Iterable[int], ReaderScope], Mapping[int, dict[str, Any]]]
SUMMARIES: Mapping[str, Summaries] = MappingProxyType(
    {
        "approval": approval_list.summaries,
        "telework": telework_list.summaries,
        "entry": entry_list.summaries,
        "campaign": campaign_list.summaries,
        "contract": contract_list.summaries,
    }
)

router = APIRouter(tags=["inbox"], dependencies=[Depends(known_query)])


@router.get(
    "/v1/inbox",
    operation_id="get_inbox",
    summary="受信箱: いま自分がするべきこと(至急、期限の順)",
    responses={**gives(200, InboxDocument, "受信箱"), **READS},
)
async def inbox(
    asker: Asker,
    parts: Parts,
    kessai_post: KessaiPost = None,
    after: After = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """What waits for any of the asker's posts, or, with Kessai-Post, for that one; `more` if there is more yet."""
    require_person(asker)
    await read_models_reached(parts, after, *SUMMARIES)
    directory, now = await parts.directory(), parts.clock.now()
    chosen = choose_post(asker, kessai_post, directory, now) if kessai_post is not None else None
    posts = [chosen.code] if chosen else [post.code for post in directory.posts_of(asker.id, now)]
    readers = await parts.directory.readers()
    terms, scope = readers.desk(asker.id, now, post=chosen.code if chosen else None), readers.scope(asker.id, now)

    def look() -> tuple[list[dict[str, Any]], str | None]:
        found = parts.inbox.items(terms, at=now, cursor=cursor, limit=limit + 1)
        following = cursor_after(found[limit - 1]) if len(found) > limit else None
        return _shown(parts, found[:limit], scope), following

    try:
        items, following = await run_in_threadpool(look)
    except BadCursor as error:
        raise foreign_cursor() from error
    document = {"person": asker.id, "posts": posts, "items": items, "more": following is not None}
    return json_answer({**document, "next_cursor": following})


def _shown(parts: ApiParts, items: tuple[InboxItem, ...], scope: ReaderScope) -> list[dict[str, Any]]:
    """Give the items with their cases; what this reader could not open is not shown."""
    cases = {
        noun: summaries(parts, [item.opened for item in items if item.noun == noun], scope)
        for noun, summaries in SUMMARIES.items()
    }
    return [
        {
            "task": item.task,
            "noun": item.noun,
            "since": time_text(item.since),
            "due_at": time_text(item.due_at),
            "case": cases[item.noun][item.opened],
        }
        for item in items
        if item.opened in cases[item.noun]
    ]
