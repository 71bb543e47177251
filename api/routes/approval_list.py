"""案件の一覧と受信箱: within what the reader may see, from the read models."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer, time_text
from api.asking import Asker, KessaiPost
from api.auth.principal import Principal, choose_post, require_person
from api.openapi import READS, gives
from api.parts import ApiParts, Parts
from api.reading import After, Cursor, Limit, foreign_cursor, known_query, page, read_models_reached
from api.routes.case_filters import CaseFilters
from api.shapes.approval import CasePage, InboxDocument
from domain.directory import Directory
from projections.approval import CaseRow
from projections.queries.approval import BadCursor
from projections.queries.inbox import InboxItem
from projections.readers import ReaderScope

AS_IN_ROW = (
    *("number", "kind", "title", "state", "version", "amount_yen", "counterparty", "flags", "urgent", "needed_by"),
    *("unit", "unit_name", "waiting_on", "fiscal_year", "drafted_on", "submitted_on", "document_number"),
    *("enforced_on", "post_review", "amends"),
)

router = APIRouter(tags=["approvals"], dependencies=[Depends(known_query)])


@router.get(
    "/v1/approvals",
    operation_id="list_approvals",
    summary="案件の一覧(新しい順)",
    responses={**gives(200, CasePage, "一覧の一頁"), **READS},
)
async def list_cases(
    asker: Asker,
    parts: Parts,
    filters: Annotated[CaseFilters, Depends()],
    after: After = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Only cases this reader may open."""
    await read_models_reached(parts, after, "approval")
    directory, now = await parts.directory(), parts.clock.now()
    wanted, scope = filters.within(directory, now), await _scope(parts, asker, now)
    try:
        found = await run_in_threadpool(parts.approvals.list_cases, wanted, scope, cursor=cursor, limit=limit)
    except BadCursor as error:
        raise foreign_cursor() from error
    return json_answer(page([summary(row) for row in found.cases], found.next_cursor))


@router.get(
    "/v1/inbox",
    operation_id="get_inbox",
    summary="受信箱: いま自分がするべきこと(至急、期限の順)",
    responses={**gives(200, InboxDocument, "受信箱"), **READS},
)
async def inbox(
    asker: Asker, parts: Parts, kessai_post: KessaiPost = None, after: After = None, limit: Limit = 100
) -> Response:
    """What waits for any of the asker's posts, or, with Kessai-Post, for that one; `more` if there is more yet."""
    require_person(asker)
    await read_models_reached(parts, after, "approval")
    directory, now = await parts.directory(), parts.clock.now()
    chosen = choose_post(asker, kessai_post, directory, now) if kessai_post is not None else None
    posts = [chosen.code] if chosen else [post.code for post in directory.posts_of(asker.id, now)]
    absent = () if chosen else stands_in_for(asker.id, directory, now)
    items = await run_in_threadpool(
        parts.inbox.items, person=asker.id, posts=posts, proxy_posts=absent, at=now, limit=limit + 1
    )
    shown = [_item(item) for item in items[:limit]]
    return json_answer({"person": asker.id, "posts": posts, "items": shown, "more": len(items) > limit})


def stands_in_for(person: str, directory: Directory, at: datetime) -> tuple[str, ...]:
    """Give the posts whose holders are away and for which `person` is in the proxy order of some case; whether they
    come first in a given one is decided with that case.
    """
    own_units = {post.unit for post in directory.posts_of(person, at)}
    away = [each for each in directory.absences_of if each != person and directory.absence(each, at) is not None]
    found = []
    for post in (post for each in away for post in directory.posts_of(each, at)):
        orders = (directory.proxies(post.code, at, line_of=unit) for unit in (post.unit, *own_units))
        if any(proxy.person == person for order in orders for proxy in order):
            found.append(post.code)
    return tuple(found)


def summary(row: CaseRow) -> dict[str, Any]:
    """Give one case as lists show it."""
    return {
        **{name: getattr(row, name) for name in AS_IN_ROW},
        "drafter": {
            "post": row.drafter_post,
            "title": row.drafter_title,
            "person": row.drafter_person,
            "name": row.drafter_name,
        },
        "decider": {"post": row.decider_post, "title": row.decider_title} if row.decider_post else None,
        "due_at": time_text(row.due_at),
        "held_until": time_text(row.held_until),
        "decided_at": time_text(row.decided_at),
    }


def _item(item: InboxItem) -> dict[str, Any]:
    return {"task": item.task, "due_at": time_text(item.due_at), "case": summary(item.case)}


async def _scope(parts: ApiParts, asker: Principal, at: datetime) -> ReaderScope:
    return await parts.directory.scope(asker.id, at) if asker.kind == "person" else ReaderScope()
