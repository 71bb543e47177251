"""テレワークデイズの一覧と、所属と実施日ごとの予定と実績, from the read models."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer, time_text
from api.asking import Asker
from api.auth.principal import Principal
from api.cases import Number, open_case
from api.errors import Problem
from api.listing import one_page
from api.openapi import READS, gives
from api.parts import ApiParts, Parts
from api.reading import After, AsOf, Cursor, Limit, Moment, known_query, page, read_models_reached
from api.routes.case_filters import Code, Day
from api.shapes.campaign import CampaignPage, CampaignRatios
from domain.campaign import RECORD
from domain.campaign.document import counts, figure_document, total_of
from domain.campaign.facts import Figure
from domain.campaign.state import Campaign, Shown
from domain.directory import Directory
from projections.campaign import CampaignRow
from projections.queries.campaign import CampaignFilters
from projections.queries.campaign_figures import figures
from projections.queries.telework_ratios import Counting
from projections.readers import ReaderScope

AS_IN_ROW = (
    *("number", "name", "state", "version", "first_day", "last_day", "target_percent", "fiscal_year"),
    *("units_asked", "units_joined", "units_unanswered"),
)

NOW = Moment()

router = APIRouter(tags=["telework"], dependencies=[Depends(known_query)])


@router.get(
    "/v1/telework-campaigns",
    operation_id="list_campaigns",
    summary="テレワークデイズの一覧(新しい順)",
    responses={**gives(200, CampaignPage, "一覧の一頁"), **READS},
)
async def list_campaigns(
    asker: Asker,
    parts: Parts,
    state: Annotated[list[Shown] | None, Query(description="状態(複数可)")] = None,
    unit: Annotated[Code | None, Query(description="この所属が参加している")] = None,
    day: Annotated[Day, Query(description="期間がこの日を含む")] = None,
    after: After = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """For whoever has a post: a campaign says nothing of people."""
    await read_models_reached(parts, after, RECORD.noun)
    require_post(asker, await parts.directory(), parts.clock.now())
    filters = CampaignFilters(states=tuple(state) if state else None, unit=unit, day=day)
    found = await one_page(parts.campaigns.list_campaigns, filters, cursor=cursor, limit=limit)
    return json_answer(page([summary(row) for row in found.campaigns], found.next_cursor))


@router.get(
    "/v1/telework-campaigns/{number}/ratios",
    operation_id="get_campaign_ratios",
    summary="参加している所属と実施日ごとの予定と実績。人数だけで、氏名は含まない",
    responses={**gives(200, CampaignRatios, "予定と実績"), **READS},
)
async def get_ratios(number: Number, asker: Asker, parts: Parts, as_of: AsOf, after: After = None) -> Response:
    """From the events of telework as they stand now, or stood then; once the result is fixed, the result."""
    await read_models_reached(parts, after, RECORD.noun, "telework")
    state: Campaign = (await open_case(parts, RECORD, number, asker, as_of)).state
    names = {each.unit: each.unit_name for each in state.units}
    found = await run_in_threadpool(counted, parts, state, await parts.directory(), as_of)
    items = [{**figure_document(each), "unit_name": names[each.unit]} for each in found]
    return json_answer(
        {
            "number": number,
            "fixed": state.status == "fixed",
            "target_percent": state.target_percent,
            "total": total_of(found),
            "items": items,
        }
    )


def counted(parts: ApiParts, state: Campaign, directory: Directory, moment: Moment = NOW) -> Sequence[Figure]:
    """Give the figures of a campaign's units and days: the fixed ones, else as the read model has them now, or as the
    facts said at the moment.
    """
    if state.status == "fixed":
        return state.figures
    past = parts.telework_register.counts_until(position=moment.position, at=moment.at)
    teleworks: Counting = parts.teleworks if moment == NOW else past
    return tuple(figures(teleworks, directory, {each.unit: each.days for each in state.joined}))


def summary(row: CampaignRow) -> dict[str, Any]:
    """Give one campaign as lists show it."""
    organiser = {name: getattr(row, f"organiser_{name}") for name in ("unit", "unit_name", "post", "title")}
    fixed = row.staff is not None and row.planned is not None and row.actual is not None
    return {
        **{name: getattr(row, name) for name in AS_IN_ROW},
        "organiser": organiser,
        "due_at": time_text(row.due_at),
        "total": counts(row.staff or 0, row.planned or 0, row.actual or 0) if fixed else None,
    }


def summaries(parts: ApiParts, opened: Iterable[int], scope: ReaderScope) -> dict[int, dict[str, Any]]:
    """Give the campaigns that began at these positions, as lists show them; every reader of an inbox may."""
    return {at: summary(row) for at, row in parts.campaigns.campaigns_of(opened).items()}


def require_post(asker: Principal, directory: Directory, at: datetime) -> None:
    """Refuse `forbidden` to a person without a post."""
    if asker.kind == "person" and not directory.posts_of(asker.id, at):
        raise Problem("forbidden", detail="Only holders of a post may read campaigns.")
