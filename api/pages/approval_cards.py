"""案件の札: a case of the approval chain in lists, and in an inbox with why it is there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from api.pages.cards import Card
from api.pages.desk import Reader
from api.pages.formats import short_moment, yen
from api.pages.labels import STATES, TONES, kind_label
from api.parts import ApiParts
from domain.approval import RECORD
from projections.queries.approval import ListedCase
from projections.queries.inbox import InboxItem

WAITS_FOR: Mapping[str, str] = MappingProxyType(
    {
        "in_review": "回議",
        "in_concurrence": "合議",
        "awaiting_decision": "決裁",
        "awaiting_examination": "審査",
    }
)
WHY: Mapping[str, str] = MappingProxyType(
    {
        "post_review": "代決された案件の後閲をしてください",
        "circulation": "供覧です。見たことを確認してください",
        "returned": "差し戻されました。修正して再提出してください",
        "draft": "提出していない下書きです",
        "enforce": "決裁済みです。施行を記録してください",
        "complete": "施行済みです。完結の処理をしてください",
    }
)


def listed(row: ListedCase, reader: Reader) -> Card:
    """Give a case of a list: whom it waits for is why it stands where it stands."""
    waits = f"{'、'.join(row.active_titles)}の{WAITS_FOR[row.state]}待ち" if row.state in WAITS_FOR else ""
    return _card(row, reader, why=waits, due_at=row.due_at)


def awaited(parts: ApiParts, reader: Reader, items: Sequence[InboxItem]) -> dict[InboxItem, Card]:
    """Give the cases of an inbox, each with why it is with this reader; what they could not open is left out."""
    rows = parts.approvals.cases_of([item.opened for item in items], reader.scope)
    return {
        item: _card(row, reader, why=_why(item.task, row, reader), due_at=item.due_at)
        for item in items
        if (row := rows.get(item.opened)) is not None
    }


def _why(task: str, row: ListedCase, reader: Reader) -> str:
    if task == "act":
        mine = [post for post in row.active_posts if post in reader.post_codes]
        return f"{'、'.join(map(reader.title, mine))}の{WAITS_FOR.get(row.state, '処理')}を待っています"
    if task == "proxy":
        return f"{'、'.join(row.active_titles)}が不在のため、代決の候補になっています"
    if task == "held":
        return f"保留中です（{short_moment(row.held_until)}まで）" if row.held_until else "保留中です（期限なし）"
    return WHY[task]


def _card(row: ListedCase, reader: Reader, *, why: str, due_at: datetime | None) -> Card:
    running = row.state in WAITS_FOR or due_at is not None
    return Card(
        number=row.number,
        href=f"/{RECORD.plural}/{row.number}",
        title=row.title,
        kind=kind_label(reader.rules, reader.today, row.kind),
        amount=yen(row.amount_yen) if row.amount_yen is not None else "",
        unit=row.unit_name,
        by=f"起案 {row.drafter_name}",
        state=STATES[row.state],
        tone=TONES.get(row.state, "moving"),
        urgent=row.urgent,
        why=why,
        due_at=due_at if running else None,
    )
