"""電子契約の札: a contract among the cards of an inbox and of its own list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from api.pages.cards import Card, Together
from api.pages.contract_labels import CLASSES, STATES, TONES
from api.pages.desk import Reader
from api.pages.formats import yen
from api.parts import ApiParts
from domain.contract import RECORD
from projections.contract import ContractRow
from projections.queries.inbox import InboxItem

WHY: Mapping[str, str] = MappingProxyType(
    {
        "consent": "相手方の同意を記録してください",
        "release": "署名者に送ってください",
        "attend": "確認が要ります",
        "sign": "県として署名してください",
        "file_paper": "書面の契約書の写しを編てつしてください",
        "vote": "議決されたら、その結果を記録してください",
        "review": "保存期間が満了しました。措置を決めてください",
    }
)

TOGETHER = Together(href=f"/{RECORD.plural}/batch", label="まとめて送る・署名する", tasks=("release", "sign"))


def awaited(parts: ApiParts, reader: Reader, items: Sequence[InboxItem]) -> Mapping[InboxItem, Card]:
    """Give the contracts of an inbox, each with what is to be done; what the reader could not open is left out."""
    rows = parts.contracts.contracts_of([item.opened for item in items], reader.scope)
    return {item: _awaited(rows[item.opened], item) for item in items if item.opened in rows}


def _awaited(row: ContractRow, item: InboxItem) -> Card:
    attend = f"{WHY['attend']}: {row.waiting_for}" if item.task == "attend" else WHY[item.task]
    return card(row, why=attend, due_at=item.due_at)


def listed(row: ContractRow) -> Card:
    """Give a contract as a list shows it, with what it waits for."""
    return card(row, why=row.waiting_for, due_at=None if row.closed else row.due_at)


def card(row: ContractRow, *, why: str, due_at: datetime | None = None) -> Card:
    """Give the card of one contract."""
    return Card(
        number=row.number,
        href=f"/{RECORD.plural}/{row.number}",
        title=row.title,
        kind=CLASSES[row.contract_class],
        unit="、".join(row.counterparties),
        by=f"{row.unit_name} {row.officer_name}",
        state=STATES[row.state],
        tone=TONES.get(row.state, "moving"),
        why=why,
        amount=yen(row.amount_yen) if row.amount_yen is not None else "",
        due_at=due_at,
    )
