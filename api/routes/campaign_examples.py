"""Examples of campaign commands, as they appear in the OpenAPI document."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "open": {
            "name": "テレワークデイズ 集中実施期間",
            "first_day": "2026-12-14",
            "last_day": "2027-01-29",
            "target_percent": 33,
            "note": "日を選び、できるだけ多くの職員で実施してください。",
        },
        "join": {"days": ["2026-12-16", "2027-01-20"]},
        "leave": {"reason": "繁忙期と重なるため"},
        "close": {"comment": "実施期間が終わりました。"},
        "cancel": {"reason": "大雪への対応を優先するため"},
    }
)
