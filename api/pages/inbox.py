"""受信箱: what waits on the reader, what they should see, what they drafted, and what they are told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.event_labels import LABELS
from api.pages.cards import Card, awaited, listed
from api.pages.desk import Reader, who
from api.pages.flash import behind
from api.pages.page_route import PageRoute
from api.pages.rendering import render
from api.parts import ApiParts, parts_of
from domain.approval.state import RUNNING
from projections.approval.tasks import Task
from projections.notices import NoticeRow
from projections.queries.approval import Filters
from projections.queries.inbox import InboxItem
from projections.queries.notices import Notices

MINE, SEE, DRAFTS, NOTICES = "mine", "see", "drafts", "notices"
TABS: Mapping[str, str] = MappingProxyType(
    {MINE: "自分の番", SEE: "後閲・供覧", DRAFTS: "自分の起案", NOTICES: "お知らせ"}
)
TASKS: Mapping[str, tuple[Task, ...]] = MappingProxyType(
    {
        MINE: ("act", "proxy", "held"),
        SEE: ("post_review", "circulation"),
        DRAFTS: ("returned", "draft", "enforce", "complete"),
    }
)
CARDS: Mapping[str, Callable[[ApiParts, Reader, Sequence[InboxItem]], Mapping[InboxItem, Card]]] = MappingProxyType(
    {"approval": awaited}
)
PAGES: Mapping[str, str] = MappingProxyType({"approval": "/approvals/{number}"})  # where a notice leads, by noun
ITEMS_MAX = 40  # of some 600 bytes each: a page stays small
NOTICES_MAX = 50


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One tab: `count` is what there is to do there; None where there is nothing to do."""

    name: str
    label: str
    count: int | None
    current: bool


@dataclass(frozen=True, kw_only=True)
class Told:
    """One notice as people read it."""

    label: str
    about: str
    href: str | None
    row: NoticeRow


class InboxPages:
    """`/`: the page one comes to after the login."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self.router = APIRouter(include_in_schema=False, route_class=PageRoute)
        self.router.add_api_route("/", self.inbox, methods=["GET"], response_model=None)

    async def inbox(
        self, request: Request, tab: Annotated[str, Query()] = MINE, post: Annotated[str | None, Query()] = None
    ) -> Response:
        """One tab of the inbox, for all of the reader's posts or one of them. Changes nothing."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        late = await behind(request, parts)
        tab = tab if tab in TABS else MINE
        chosen = post if post in reader.post_codes else None
        terms = reader.desk(chosen)
        counts = await run_in_threadpool(parts.inbox.counts, terms, at=reader.now)
        context = await run_in_threadpool(self._content, parts, reader, tab, terms)
        return render(
            request, "approval/inbox.html", reader=reader, tabs=_tabs(tab, counts), tab=tab, behind=late,
            chosen=chosen, items_max=ITEMS_MAX, **context,
        )  # fmt: skip

    def _content(self, parts: ApiParts, reader: Reader, tab: str, terms: Sequence[str]) -> dict[str, Any]:
        if tab == NOTICES:
            rows = self._notices.newest(terms, limit=NOTICES_MAX)
            return {"cards": (), "running": (), "notices": [_told(row) for row in rows]}
        items = parts.inbox.items(terms, at=reader.now, tasks=TASKS[tab])
        waits = sorted(items, key=lambda item: item.task == "held")  # what lies still goes behind what waits
        cards = _cards(parts, reader, waits[:ITEMS_MAX])
        return {"cards": cards, "running": _running(parts, reader) if tab == DRAFTS else (), "notices": ()}


def _cards(parts: ApiParts, reader: Reader, items: Sequence[InboxItem]) -> list[Card]:
    shown: dict[InboxItem, Card] = {}
    for noun, cards_of in CARDS.items():
        shown |= cards_of(parts, reader, [item for item in items if item.noun == noun])
    return [shown[item] for item in items if item in shown]


def _running(parts: ApiParts, reader: Reader) -> list[Card]:
    mine = Filters(drafter=reader.person, states=(*sorted(RUNNING), "held"))
    return [listed(row, reader) for row in parts.approvals.list_cases(mine, reader.scope, limit=ITEMS_MAX).cases]


def _tabs(current: str, counts: Mapping[tuple[str, str], int]) -> list[Tab]:
    return [
        Tab(
            name=name,
            label=label,
            count=sum(count for (_, task), count in counts.items() if task in TASKS[name]) if name in TASKS else None,
            current=name == current,
        )
        for name, label in TABS.items()
    ]


def _told(row: NoticeRow) -> Told:
    noun, _, number = row.stream.partition("-")
    page = PAGES.get(noun)
    return Told(
        label=LABELS.get(f"{row.code}.v1", row.code),
        about=number if page else "職員録",
        href=page.format(number=number) if page else None,
        row=row,
    )
