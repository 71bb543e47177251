"""Examples of approval commands, as they appear in the OpenAPI document."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "draft": {
            "kind": "outsourcing",
            "title": "道路台帳システム保守業務委託",
            "body": "次のとおり委託契約を締結してよろしいか伺います。",
            "amount_yen": 12_000_000,
            "information_system": True,
            "counterparty": {"name": "株式会社デモ測量", "corporate_number": "1234567890123"},
            "period": {"from": "2026-12-01", "to": "2027-03-31"},
        },
        "submit": {},
        "amend": {"amount_yen": 11_000_000, "reason": "見積りの改定による"},
        "approve": {"comment": "適当と認めます。"},
        "concur": {"outcome": "agree"},
        "decide": {},
        "reject": {"reason": "予算の裏付けがありません。"},
        "examine": {"outcome": "pass"},
        "return": {"to_step": "drafter", "reason": "仕様書の数量を確認してください。"},
        "withdraw": {"reason": "事業の見直しによる"},
        "abandon": {"reason": "事業の中止による"},
        "hold": {"reason": "議会の議決を待つため", "until": "2026-12-18"},
        "resume": {},
        "reserve": {"flag": "important", "reason": "報道された案件のため"},
        "add-reviewer": {"post": "property-director", "position": "parallel"},
        "proxy-decide": {"urgency": "契約の開始日が迫っており、帰庁を待てないため"},
        "post-review": {"outcome": "seen"},
        "pull-up": {"reason": "出張により不在のため"},
        "circulate": {"posts": ["affairs-director"]},
        "confirm": {},
        "enforce": {"method": "電子契約", "seal_mode": "electronic"},
        "complete": {},
        "transfer": {"to_post": "road-senior", "reason": "担当替えによる"},
    }
)
