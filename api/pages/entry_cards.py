"""管理簿の札: an entry among the cards of an inbox."""

from collections.abc import Mapping, Sequence

from api.pages.cards import Card
from api.pages.desk import Reader
from api.parts import ApiParts
from domain.entry import RECORD
from projections.entry import EntryRow
from projections.queries.inbox import InboxItem


def awaited(parts: ApiParts, reader: Reader, items: Sequence[InboxItem]) -> Mapping[InboxItem, Card]:
    """Give the entries of an inbox, each with what is to be done; what the reader could not open is left out."""
    rows = parts.entries.entries_of([item.opened for item in items], reader.scope)
    return {item: _card(rows[item.opened], item) for item in items if item.opened in rows}


def _card(row: EntryRow, item: InboxItem) -> Card:
    absent = f"{'、'.join(row.waiting_titles)}が不在です。" if item.task == "proxy" else ""
    return Card(
        number=row.number,
        href=f"/{RECORD.plural}/{row.number}",
        title=row.title,
        kind=row.register_label,
        unit=row.unit_name,
        by=f"記入 {row.entrant_name}",
        state=row.state_label,
        urgent=row.urgent,
        why=f"{absent}{row.task}",
        due_at=item.due_at,
    )
