"""テレワークデイズの札: a campaign among the cards of an inbox."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from api.pages.campaign_labels import STATES
from api.pages.cards import Card
from api.pages.desk import Reader
from api.pages.formats import short_day
from api.parts import ApiParts
from domain.campaign import RECORD
from projections.campaign import CampaignRow
from projections.queries.inbox import InboxItem

WHY: Mapping[str, str] = MappingProxyType(
    {
        "act": "所属の実施日を選んでください",
        "proxy": "所属長が不在のため、代決の候補になっています",
        "close": "期間が終わりました。終了して実施結果を確定してください",
        "close_proxy": "主催する所属の長が不在のため、代決の候補になっています",
    }
)


def awaited(parts: ApiParts, reader: Reader, items: Sequence[InboxItem]) -> Mapping[InboxItem, Card]:
    """Give the campaigns of an inbox, each with what is to be done."""
    rows = parts.campaigns.campaigns_of([item.opened for item in items])
    return {item: _card(rows[item.opened], item) for item in items if item.opened in rows}


def _card(row: CampaignRow, item: InboxItem) -> Card:
    return Card(
        number=row.number,
        href=f"/{RECORD.plural}/{row.number}",
        title=row.name,
        kind=RECORD.label,
        unit=f"{short_day(row.first_day)}～{short_day(row.last_day)}",
        by=f"主催 {row.organiser_title}",
        state=STATES[row.state],
        why=WHY[item.task],
        due_at=item.due_at,
    )
