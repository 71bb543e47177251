"""Examples of telework commands, as they appear in the OpenAPI document."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "submit": {
            "kind": "home",
            "day": "2026-11-25",
            "tasks": "道路台帳の点検結果の整理",
            "reachable_by": "内線4321、チャット",
            "work_pattern": "standard",
            "slots": [
                {"kind": "telework", "from": "08:30", "to": "15:00"},
                {"kind": "leave", "from": "15:00", "to": "17:15"},
            ],
        },
        "order": {
            "to_post": "road-officer",
            "kind": "home",
            "day": "2026-11-28",
            "tasks": "通行規制の状況の取りまとめ",
            "reason": "大雪により登庁が危険なため",
        },
        "approve": {"comment": "適当と認めます。"},
        "return": {"reason": "業務の内容を具体的に書いてください。"},
        "reject": {"reason": "当日は現地での立会いが必要です。"},
        "withdraw": {"reason": "出勤することにしたため"},
        "change": {"day": "2026-11-26", "reason": "会議の日程が変わったため"},
        "revoke": {"reason": "緊急の来庁対応が必要になったため"},
        "start": {"device_time": "2026-11-25T08:28:40+09:00"},
        "end": {"by_telephone": {"reported_at": "2026-11-25T17:15:00+09:00"}},
        "report": {"content": "点検結果12件を整理し、台帳に反映した。"},
        "acknowledge": {},
        "request-overtime": {"minutes": 60, "category": "urgent", "reason": "通行止めの照会への対応"},
        "order-overtime": {"minutes": 30},
        "refuse-overtime": {"reason": "翌日の対応で足りるため"},
    }
)
