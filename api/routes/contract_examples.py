"""Examples of contract commands, as they appear in the OpenAPI document."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

DOCUMENT = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
PERSON = {"name": "契約担当者", "email": "keiyaku@example.co.jp", "phone": "+81-90-0000-0000"}
EXAMPLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "create": {
            "approval": "R8-000123",
            "class": "services",
            "document": DOCUMENT,
            "counterparties": [
                {
                    "name": "株式会社デモ測量",
                    "corporate_number": "1234567890123",
                    "members": [{**PERSON, "role": "signer"}],
                }
            ],
            "order": "sequential",
            "contract_date_rule": "last_signature",
            "effective_from": "2026-12-01",
            "expires_in_days": 7,
        },
        "consent": {
            "counterparty": 1,
            "received_on": "2026-11-20",
            "note": "電子契約同意書兼メールアドレス確認書を受領",
        },
        "release": {},
        "retry-step": {"reason": "タイムスタンプ局の復旧を確認した"},
        "resend": {"signer": 1},
        "change-signer": {"signer": 1, "to": PERSON, "reason": "担当者の異動による"},
        "withdraw": {"reason": "仕様の見直しによる"},
        "switch-to-paper": {"reason": "相手方の申出による"},
        "file-paper": {"document": DOCUMENT, "contract_date": "2026-12-01"},
        "finalise-provisional": {"voted_on": "2026-12-18", "reference": "令和8年第4回定例会 議案第45号"},
        "amend": {"by": "R8-000124", "on": "2027-01-15"},
        "terminate": {"on": "2027-02-01", "reason": "合意による解約"},
        "sign": {},
        "prepare": {"certificates": ["MIIB"]},
        "complete": {"nth": 1, "signature": "MEUC"},
        "decline": {"reason": "契約書の記載に誤りがあるため"},
        "review-retention": {"outcome": "extended", "until": "2042-03-31", "reason": "係争中のため"},
    }
)
