"""テレワークの呼び名: the Japanese names of what a telework request consists of; those of states are the record's."""

from collections.abc import Mapping
from types import MappingProxyType

from api.pages.labels import Tone
from domain.telework.view import KIND_LABELS, OVERDUE_LABELS, STATUS_LABELS

__all__ = ["CATEGORIES", "FIELDS", "KINDS", "OVERDUE", "PATTERNS", "PLACES", "SLOTS", "STATES", "TONES"]

STATES = STATUS_LABELS
KINDS = KIND_LABELS
OVERDUE = OVERDUE_LABELS
PLACES: Mapping[str, str] = MappingProxyType({"home": "自宅", "visiting": "外勤先・出張先"})
PATTERNS: Mapping[str, str] = MappingProxyType({"standard": "通常", "early": "早出", "late": "遅出"})
SLOTS: Mapping[str, str] = MappingProxyType(
    {"telework": "テレワーク", "leave": "休暇", "office": "在庁", "travel": "移動・出張"}
)
CATEGORIES: Mapping[str, str] = MappingProxyType({"temporary": "臨時の公務", "urgent": "緊急の公務"})
TONES: Mapping[str, Tone] = MappingProxyType(
    {
        "ordered": "good",
        "working": "good",
        "ended": "still",
        "reported": "moving",
        "acknowledged": "still",
        "returned": "back",
        "rejected": "ended",
        "withdrawn": "ended",
        "revoked": "ended",
    }
)
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "to_post": "命令する職員",
        "day": "実施日",
        "other_day": "ほかの日",
        "where": "場所",
        "kind": "区分",
        "place": "場所",
        "work_pattern": "勤務時間",
        "slots": "一日の割振り",
        "tasks": "業務内容",
        "reachable_by": "連絡先",
        "late_reason": "期限後の理由",
        "reason": "理由",
        "agreed": "服務の決まり",
        "content": "勤務内容",
        "minutes": "時間（分）",
        "category": "区分",
        "reported_at": "時刻",
        "confirmed": "確認",
        "comment": "コメント",
    }
)
