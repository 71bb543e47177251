"""受信箱: what waits on the reader, what they should see, what they drafted, and what they are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.event_labels import LABELS
from api.pages.approval_cards import listed
from api.pages.cards import Card, InInbox, Together
from api.pages.desk import Reader, who
from api.pages.flash import behind
from api.pages.page_route import add_page, page_router
from api.pages.rendering import render
from api.parts import ApiParts, parts_of
from domain.approval.state import RUNNING
from projections.notices import NoticeRow
from projections.queries.approval import Filters
from projections.queries.inbox import InboxItem
from projections.queries.notices import Notices

MINE, SEE, DRAFTS, NOTICES = "mine", "see", "drafts", "notices"
TABS: Mapping[str, str] = MappingProxyType(
    {MINE: "自分の番", SEE: "後閲・供覧", DRAFTS: "自分の起案", NOTICES: "お知らせ"}
)
TASKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        MINE: (
            *("act", "proxy", "overtime", "acknowledge", "start", "end", "report", "close", "close_proxy", "held"),
            *("sign", "consent", "release", "attend", "file_paper", "vote", "review"),
        ),
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

    def __init__(self, notices: Notices, processes: Sequence[InInbox]) -> None:
        self._notices = notices
        self._processes = {process.record.noun: process for process in processes}
        self.router = page_router()
        add_page(self.router, "/", self.inbox)

    async def inbox(
        self, request: Request, tab: Annotated[str, Query()] = MINE, post: Annotated[str | None, Query()] = None
    ) -> Response:
        """One tab of the inbox, for all of the reader's posts or one of them. Changes nothing."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        late = await behind(request, parts, *self._processes)
        tab = tab if tab in TABS else MINE
        chosen = post if post in reader.post_codes else None
        terms = reader.desk(chosen)
        counts = await run_in_threadpool(parts.inbox.counts, terms, at=reader.now)
        context = await run_in_threadpool(self._content, parts, reader, tab, terms)
        return render(
            request, "inbox.html", reader=reader, tabs=_tabs(tab, counts), tab=tab, behind=late,
            chosen=chosen, items_max=ITEMS_MAX, together=self._together(counts) if tab == MINE else (), **context,
        )  # fmt: skip

    def _content(self, parts: ApiParts, reader: Reader, tab: str, terms: Sequence[str]) -> dict[str, Any]:
        if tab == NOTICES:
            rows = self._notices.newest(terms, limit=NOTICES_MAX)
            return {"cards": (), "running": (), "notices": [self._told(row) for row in rows]}
        items = parts.inbox.items(terms, at=reader.now, tasks=TASKS[tab])
        waits = sorted(items, key=lambda item: item.task == "held")  # what lies still goes behind what waits
        cards = self._cards(parts, reader, waits[:ITEMS_MAX])
        return {"cards": cards, "running": _running(parts, reader) if tab == DRAFTS else (), "notices": ()}

    def _cards(self, parts: ApiParts, reader: Reader, items: Sequence[InboxItem]) -> list[Card]:
        shown: dict[InboxItem, Card] = {}
        for noun, process in self._processes.items():
            shown |= process.awaited(parts, reader, [item for item in items if item.noun == noun])
        return [shown[item] for item in items if item in shown]

    def _together(self, counts: Mapping[tuple[str, str], int]) -> list[tuple[Together, int]]:
        """Where several tasks are answered at once, and how many there are: worth a page from two."""
        offered = [(noun, each.together) for noun, each in self._processes.items() if each.together]
        waiting = [(page, sum(counts.get((noun, task), 0) for task in page.tasks)) for noun, page in offered]
        return [(page, count) for page, count in waiting if count > 1]

    def _told(self, row: NoticeRow) -> Told:
        noun, _, number = row.stream.partition("-")
        process = self._processes.get(noun)
        return Told(
            label=LABELS.get(f"{row.code}.v1", row.code),
            about=f"{process.record.label} {number}" if process else "職員録",
            href=f"/{process.record.plural}/{number}" if process else None,
            row=row,
        )


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
