"""テレワークの一覧: what the read models say of one's own requests, a unit's day, and what waits for the reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Literal

from api.pages.desk import Reader
from api.pages.formats import clock, short_day
from api.pages.telework_labels import KINDS
from api.parts import ApiParts
from domain.telework import RECORD
from projections.queries.inbox import LIMIT_MAX, InboxItem, cursor_after
from projections.queries.telework import Colleague, TeleworkFilters
from projections.telework import RequestRow

LISTS = (RECORD.noun,)
QUEUED_MAX = 100
Answer = Literal["approve", "acknowledge", "overtime"]
ANSWERS: dict[str, Answer] = {
    "act": "approve",
    "proxy": "approve",
    "acknowledge": "acknowledge",
    "overtime": "overtime",
}  # what each task of the inbox is answered with


@dataclass(frozen=True, kw_only=True)
class Awaiting:
    """One request that waits for the reader, and for what; `post` is the one they would answer as."""

    task: Answer
    row: RequestRow
    post: str
    is_proxy: bool

    @property
    def label(self) -> str:
        """In one line: whose, when, where."""
        row = self.row
        place = row.place_name or KINDS[row.kind]
        return f"{row.name}　{short_day(row.day)} {clock(row.starts_at)}–{clock(row.ends_at)}　{place}"


def own_recent(parts: ApiParts, reader: Reader, *, limit: int) -> tuple[RequestRow, ...]:
    """Give the reader's own requests and orders, newest first."""
    return parts.teleworks.list_requests(TeleworkFilters(person=reader.person), reader.scope, limit=limit).requests


def last_number(parts: ApiParts, reader: Reader) -> str | None:
    """Give the reader's last own request (no order by command, whose words are not theirs), or None."""
    return next((row.number for row in own_recent(parts, reader, limit=20) if not row.by_command), None)


def of_day(parts: ApiParts, reader: Reader, unit: str, day: date) -> tuple[RequestRow, ...]:
    """Give who of a unit has that day of telework, as far as the reader may know."""
    return parts.teleworks.of_day([unit], day, reader.scope)


def colleagues(parts: ApiParts, reader: Reader, unit: str, day: date) -> tuple[Colleague, ...]:
    """Give who else of the unit was ordered that day and how to reach them, if it is the reader's own unit (TW-07)."""
    if unit not in {post.unit for post in reader.directory.posts_of(reader.person, reader.now)}:
        return ()
    return parts.teleworks.colleagues([unit], day)


def awaiting(parts: ApiParts, reader: Reader) -> list[Awaiting]:
    """Give what waits for the reader as head, stand-in, 総括補佐 or GL: at most `QUEUED_MAX`, by day."""
    mine = list(islice(_items(parts, reader), 2 * QUEUED_MAX))
    rows = parts.teleworks.requests_of([item.opened for item in mine], reader.scope)
    found: dict[tuple[str, Answer], Awaiting] = {}
    for item in mine:
        row = rows.get(item.opened)
        if row is None or row.person == reader.person:
            continue
        post = row.head_post if row.head_post in reader.post_codes else reader.post.code if reader.post else ""
        one = Awaiting(task=ANSWERS[item.task], row=row, post=post, is_proxy=item.task == "proxy")
        found.setdefault((row.number, one.task), one)
    return sorted(found.values(), key=lambda one: (one.row.day, one.row.starts_at, one.row.number))[:QUEUED_MAX]


def count_awaiting(parts: ApiParts, reader: Reader) -> int:
    """Give how much waits for the reader's answer."""
    counts = parts.inbox.counts(reader.desk(), at=reader.now)
    return sum(count for (noun, task), count in counts.items() if noun == RECORD.noun and task in ANSWERS)


def _items(parts: ApiParts, reader: Reader) -> Iterator[InboxItem]:
    """What lies on the reader's desks of this process: other processes have tasks of the same names."""
    cursor = None
    while True:
        items = parts.inbox.items(reader.desk(), at=reader.now, tasks=tuple(ANSWERS), cursor=cursor, limit=LIMIT_MAX)
        yield from (item for item in items if item.noun == RECORD.noun)
        if len(items) < LIMIT_MAX:
            return
        cursor = cursor_after(items[-1])
