"""案件の一覧: within what the reader may see, from the read models."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api.answers import json_answer, time_text
from api.asking import Asker
from api.listing import one_page, reader_scope
from api.openapi import READS, gives
from api.parts import ApiParts, Parts
from api.reading import After, Cursor, Limit, known_query, page, read_models_reached
from api.routes.case_filters import CaseFilters
from api.shapes.approval import CasePage
from projections.queries.approval import ListedCase
from projections.readers import ReaderScope

AS_IN_ROW = (
    *("number", "kind", "title", "state", "version", "amount_yen", "counterparty", "flags", "urgent", "needed_by"),
    *("unit", "unit_name", "waiting_on", "fiscal_year", "drafted_on", "submitted_on", "document_number"),
    *("enforced_on", "post_review", "amends"),
)
_as_in_row = attrgetter(*AS_IN_ROW)

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
    wanted, scope = filters.within(directory, now), await reader_scope(parts, asker, now)
    found = await one_page(parts.approvals.list_cases, wanted, scope, cursor=cursor, limit=limit)
    return json_answer(page([summary(row) for row in found.cases], found.next_cursor))


def summary(row: ListedCase) -> dict[str, Any]:
    """Give one case as lists show it."""
    return {
        **dict(zip(AS_IN_ROW, _as_in_row(row), strict=True)),
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


def summaries(parts: ApiParts, opened: Iterable[int], scope: ReaderScope) -> dict[int, dict[str, Any]]:
    """Give the cases that began at these positions, as lists show them; only those this reader may open."""
    return {at: summary(row) for at, row in parts.approvals.cases_of(opened, scope).items()}
