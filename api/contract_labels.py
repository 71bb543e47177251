"""電子契約の言葉: what orders, date rules and levels are called for people; the rest as the record says it."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.contract.view import CLASS_LABELS, MODE_LABELS, STATUS_LABELS, STEP_LABELS

__all__ = ["CLASSES", "DATE_RULES", "LEVELS", "MODES", "ORDERS", "STATES", "STEPS"]

STATES: Mapping[str, str] = MappingProxyType({code: label for code, label in STATUS_LABELS.items() if code != "none"})
CLASSES: Mapping[str, str] = MappingProxyType(CLASS_LABELS)
MODES: Mapping[str, str] = MappingProxyType(MODE_LABELS)
STEPS: Mapping[str, str] = MappingProxyType(STEP_LABELS)
ORDERS: Mapping[str, str] = MappingProxyType(
    {"sequential": "順番に署名", "parallel": "同時に署名", "groups": "組ごとに署名"}
)
DATE_RULES: Mapping[str, str] = MappingProxyType({"last_signature": "最後の署名の日", "written": "契約書に記した日"})
LEVELS: Mapping[str, str] = MappingProxyType(
    {"B-B": "署名のみ", "B-T": "署名とタイムスタンプ", "B-LT": "検証情報を収録", "B-LTA": "長期署名"}
)
