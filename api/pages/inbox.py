"""受信箱: what waits on the reader, what they should see, what they drafted, and what they are told."""

from collections.abc import Mapping, Sequence
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
from api.routes.approval_list import stands_in_for
from domain.approval.state import RUNNING
from projections.notice import NoticeRow
from projections.queries.approval import Filters
from projections.queries.inbox import InboxItem, Task
from projections.queries.notice import Notices

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
        posts = (post,) if post in reader.post_codes else reader.post_codes
        absent = stands_in_for(reader.person, reader.directory, reader.now) if posts == reader.post_codes else ()
        counts = await run_in_threadpool(
            parts.inbox.counts, person=reader.person, posts=posts, proxy_posts=absent, at=reader.now
        )
        context = await run_in_threadpool(self._content, parts, reader, tab, posts, absent)
        return render(
            request, "approval/inbox.html", reader=reader, tabs=_tabs(tab, counts), tab=tab, behind=late,
            chosen=post if post in reader.post_codes else None, items_max=ITEMS_MAX, **context,
        )  # fmt: skip

    def _content(
        self, parts: ApiParts, reader: Reader, tab: str, posts: Sequence[str], absent: Sequence[str]
    ) -> dict[str, Any]:
        if tab == NOTICES:
            rows = self._notices.newest(person=reader.person, posts=posts, limit=NOTICES_MAX)
            return {"cards": (), "running": (), "notices": [_told(row) for row in rows]}
        items = parts.inbox.items(person=reader.person, posts=posts, proxy_posts=absent, at=reader.now, limit=200)
        cards = [awaited(item, reader) for item in _of_tab(items, tab)][:ITEMS_MAX]
        return {"cards": cards, "running": _running(parts, reader) if tab == DRAFTS else (), "notices": ()}


def _of_tab(items: Sequence[InboxItem], tab: str) -> list[InboxItem]:
    """What lies still goes behind what waits; otherwise the order of the query stays."""
    return sorted((item for item in items if item.task in TASKS[tab]), key=lambda item: item.task == "held")


def _running(parts: ApiParts, reader: Reader) -> list[Card]:
    mine = Filters(drafter=reader.person, states=(*sorted(RUNNING), "held"))
    return [listed(row, reader) for row in parts.approvals.list_cases(mine, reader.scope, limit=ITEMS_MAX).cases]


def _tabs(current: str, counts: Mapping[str, int]) -> list[Tab]:
    return [
        Tab(
            name=name,
            label=label,
            count=sum(counts.get(task, 0) for task in TASKS[name]) if name in TASKS else None,
            current=name == current,
        )
        for name, label in TABS.items()
    ]


def _told(row: NoticeRow) -> Told:
    noun, _, number = row.stream.partition("-")
    is_case = noun == "approval"
    return Told(
        label=LABELS.get(f"{row.code}.v1", row.code),
        about=number if is_case else "職員録",
        href=f"/approvals/{number}" if is_case else None,
        row=row,
    )
