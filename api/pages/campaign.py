"""テレワークデイズの画面: the campaigns, and one of them with the planned and actual ratio of its units and days."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.errors import Problem
from api.pages import campaign_labels
from api.pages.acts import Act, open_acts
from api.pages.campaign_acts import ACTS
from api.pages.campaign_desk import CampaignLook, lay, may_open
from api.pages.desk import who
from api.pages.flash import behind, take_flash
from api.pages.page_route import Number, add_page, page_router
from api.pages.rendering import render
from api.parts import parts_of
from api.routes.campaign_list import counted, summary
from domain.campaign import RECORD
from domain.campaign.document import figure_document, total_of
from domain.campaign.facts import Figure
from domain.campaign.view import because
from projections.queries.campaign import CampaignFilters
from projections.queries.cursors import BadCursor

PAGE_CAMPAIGNS = 20


class CampaignPages:
    """`/telework-campaigns` and `/telework-campaigns/{number}`. Nothing here changes a campaign."""

    def __init__(self) -> None:
        self.router = page_router()
        add_page(self.router, f"/{RECORD.plural}", self.all)
        add_page(self.router, f"/{RECORD.plural}/{{number}}", self.campaign)

    async def all(self, request: Request, cursor: Annotated[str | None, Query(max_length=64)] = None) -> Response:
        """The campaigns, newest first."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        late = await behind(request, parts, RECORD.noun)
        try:
            found = await run_in_threadpool(
                parts.campaigns.list_campaigns, CampaignFilters(), cursor=cursor, limit=PAGE_CAMPAIGNS
            )
        except BadCursor as error:
            raise Problem("invalid", field="cursor") from error
        return render(
            request, "campaign/list.html", reader=reader, campaigns=[summary(row) for row in found.campaigns],
            next_cursor=found.next_cursor, behind=late, may_open=may_open(reader), words=campaign_labels,
        )  # fmt: skip

    async def campaign(self, request: Request, number: Number) -> Response:
        """One campaign: its period and target, the reader's own units, planned and actual ratios, who has not
        answered.
        """
        parts = parts_of(request)
        late = await behind(request, parts, "telework")
        look = await lay(request, parts, number)
        figures = await run_in_threadpool(counted, parts, look.state, look.reader.directory)
        return render(
            request, "campaign/campaign.html", **shown(look), **tables(look, figures), waits=because(look.state),
            acts=acts_of(look), flash=take_flash(request), behind=late,
        )  # fmt: skip


def shown(look: CampaignLook) -> dict[str, Any]:
    """Everything of a campaign that its pages show."""
    words = campaign_labels
    return {"reader": look.reader, "look": look, "state": look.state, "words": words, "names": words.FIELDS}


def acts_of(look: CampaignLook) -> tuple[Act, ...]:
    """The organiser's acts open to the reader."""
    return open_acts(tuple(ACTS.values()), RECORD, look.state, look.given).open


def tables(look: CampaignLook, figures: Sequence[Figure]) -> dict[str, Any]:
    """The figures as tables: all together, unit by unit, and each unit's days."""
    by_unit: dict[str, list[Figure]] = {each.unit: [] for each in look.state.joined}
    for figure in figures:
        by_unit[figure.unit].append(figure)
    units = [
        {"unit": each, "total": total_of(by_unit[each.unit]), "days": list(map(_day, by_unit[each.unit]))}
        for each in look.state.joined
    ]
    return {"total": total_of(figures), "units": units}


def _day(figure: Figure) -> dict[str, Any]:
    return {**figure_document(figure), "day": figure.day}
