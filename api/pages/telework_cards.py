"""テレワークの札: a request or order among the cards of an inbox."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from api.pages.cards import Card, Together
from api.pages.desk import Reader
from api.pages.formats import clock, short_day
from api.pages.telework_labels import KINDS, STATES, TONES
from api.parts import ApiParts
from domain.telework import RECORD
from projections.queries.inbox import InboxItem
from projections.telework import RequestRow

WHY: Mapping[str, str] = MappingProxyType(
    {
        "act": "承認・命令を待っています",
        "proxy": "所属長が不在のため、代決の候補になっています",
        "overtime": "超勤の命令を待っています",
        "acknowledge": "勤務内容報告の確認を待っています",
        "start": "業務を始めたら、開始を報告してください",
        "end": "業務を終えたら、終了を報告してください",
        "report": "勤務内容を報告してください",
        "returned": "差し戻されました。直して、もう一度申請してください",
    }
)
TOGETHER = Together(
    href="/telework/queue",
    label="テレワークの承認などをまとめて行う",
    tasks=("act", "proxy", "overtime", "acknowledge"),
)


def awaited(parts: ApiParts, reader: Reader, items: Sequence[InboxItem]) -> Mapping[InboxItem, Card]:
    """Give the requests of an inbox, each with what is to be done; what the reader could not open is left out."""
    rows = parts.teleworks.requests_of([item.opened for item in items], reader.scope)
    return {item: _card(rows[item.opened], item, reader) for item in items if item.opened in rows}


def _card(row: RequestRow, item: InboxItem, reader: Reader) -> Card:
    late = "（期限後の申請）" if row.late and item.task in ("act", "proxy") else ""
    whose = "" if row.person == reader.person else f"{row.name}　"
    return Card(
        number=row.number,
        href=f"/{RECORD.plural}/{row.number}",
        title=f"{whose}{short_day(row.day)}",
        kind=f"{row.place_name or KINDS[row.kind]} {clock(row.starts_at)}–{clock(row.ends_at)}",
        unit=row.unit_name,
        by=f"{'申請によらない命令' if row.by_command else '申請'} {row.name}",
        state=STATES[row.state],
        tone=TONES.get(row.state, "moving"),
        urgent=item.urgent,
        why=f"{WHY[item.task]}{late}",
        due_at=item.due_at,
    )
