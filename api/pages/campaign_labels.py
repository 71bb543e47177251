"""テレワークデイズの言葉: what pages call its states, answers and ratios, and how long a bar is."""

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType

from domain.campaign.view import ANSWER_LABELS, STATUS_LABELS, percent, period

STATES: Mapping[str, str] = MappingProxyType(STATUS_LABELS)
ANSWERS: Mapping[str, str] = MappingProxyType(ANSWER_LABELS)
TONES: Mapping[str, str] = MappingProxyType({"fixed": "good", "cancelled": "ended"})
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "name": "名称",
        "first_day": "最初の日",
        "last_day": "最後の日",
        "target_percent": "目標",
        "note": "呼びかけ",
        "days": "実施日",
        "reason": "理由",
    }
)
STEP_PERCENT = 5

__all__ = ["ANSWERS", "FIELDS", "STATES", "TONES", "bar", "percent", "period", "reached"]


def bar(ratio: float | None) -> int:
    """The length of a bar in steps of 5 %: what is there at all is seen, what is over 100 % fills it."""
    return min(100, ceil((ratio or 0) * 100 / STEP_PERCENT) * STEP_PERCENT)


def reached(ratio: float | None, target_percent: int) -> bool:
    """Whether the target is reached."""
    return ratio is not None and ratio * 100 >= target_percent
