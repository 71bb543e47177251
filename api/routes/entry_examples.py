"""Examples of what is sent to entries of registers, as the OpenAPI document shows them."""

from collections.abc import Mapping
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "enter": {
        "fields": {
            "kind": "usb",
            "content": "橋梁点検の写真",
            "classification": "class-2",
            "destination": "自宅",
            "carry_on": "2026-11-25",
            "return_by": "2026-11-27",
            "purpose": "在宅勤務での整理",
            "encrypted": True,
        }
    },
    "move": {"fields": {"conditions": "暗号化すること"}},
}
