"""The Japanese names of what a case consists of; those of states, acts and flags are the rules' own."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

from api.media_types import OFFICE, PDF, TEXT
from domain.approval import RECORD
from domain.approval.view import ACTION_LABELS, OUTCOME_LABELS, STATUS_LABELS
from domain.policies.decider import FLAG_LABELS
from domain.refusals import Refused
from domain.rulebook import Rulebook

__all__ = [
    "ACTIONS",
    "FIELDS",
    "FLAGS",
    "OUTCOMES",
    "SEALS",
    "STATES",
    "STEPS",
    "TONES",
    "VERBS",
    "kind_label",
    "kinds",
    "media",
]

ACTIONS = ACTION_LABELS
VERBS = RECORD.labels
FLAGS = FLAG_LABELS
OUTCOMES = OUTCOME_LABELS
STATES = STATUS_LABELS
STEPS: Mapping[str, str] = MappingProxyType(
    {"waiting": "これから", "active": "処理待ち", "done": "済", "skipped": "省略"}
)
SEALS: Mapping[str, str] = MappingProxyType(
    {"physical": "公印を押す", "omitted": "公印省略", "electronic": "電子公印", "none": "公印を要しない"}
)
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "kind": "種別",
        "title": "件名",
        "body": "伺い文・本文",
        "amount_yen": "金額(税込)",
        "flags": "専決の留保",
        "information_system": "情報システムに関する案件",
        "multi_year": "複数年度にわたる案件",
        "counterparty": "相手方",
        "period": "期間",
        "contract_document": "契約書",
        "attachments": "添付文書",
        "amends": "変更する決裁済みの案件",
        "urgent": "至急",
        "needed_by": "必要日",
    }
)
Tone = Literal["moving", "back", "good", "ended", "still"]
TONES: Mapping[str, Tone] = MappingProxyType(
    {
        "draft": "still",
        "held": "still",
        "returned": "back",
        "decided": "good",
        "enforced": "good",
        "completed": "good",
        "rejected": "ended",
        "withdrawn": "ended",
        "abandoned": "ended",
    }
)
_MEDIA: Mapping[str, str] = MappingProxyType(
    {
        PDF: "PDF",
        TEXT: "テキスト",
        "image/png": "画像(PNG)",
        "image/jpeg": "画像(JPEG)",
        "image/gif": "画像(GIF)",
        "image/tiff": "画像(TIFF)",
        "image/webp": "画像(WebP)",
        "image/heic": "画像(HEIC)",
        "application/x-ole-storage": "Office文書(旧形式)・一太郎",
        "application/zip": "ZIP",
        "application/x-7z-compressed": "7z",
        **{kind: label for (_, kind), label in zip(OFFICE, ("Word文書", "Excel表", "PowerPoint"), strict=True)},
    }
)


def media(media_type: str) -> str:
    """Give the name of a file's type as people call it."""
    return _MEDIA.get(media_type, "ファイル")


def kinds(rules: Rulebook, on: date) -> Mapping[str, str]:
    """Give the kinds of cases of the authority table in force on a day, code → name; none where no table is."""
    try:
        table = rules.authority(on)
    except Refused:
        return {}
    return {code: row.label for code, row in table.kinds.items()}


def kind_label(rules: Rulebook, on: date, kind: str) -> str:
    """Give the name of a kind; of one that the table in force no longer has, the code."""
    return kinds(rules, on).get(kind, kind)
