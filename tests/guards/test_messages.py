"""The messages between API, Temporal and worker are append-only: they equal their committed text (`messages.txt`).

They lie in histories for weeks, and old and new processes run side by side during an upgrade: fields are added with a
default, never renamed, retyped or taken away.
"""

from dataclasses import MISSING, fields

from domain.envelope import Envelope, Outcome
from domain.view import View
from tests.guards.golden import equals_committed


def test_messages_are_what_they_were() -> None:
    lines = ["Envelope"]
    lines += [
        f"  {name}: {field.annotation!s}{'' if field.is_required() else f' = {field.default!r}'}".replace("typing.", "")
        for name, field in Envelope.model_fields.items()
    ]
    for message in (Outcome, View):
        lines.append(message.__name__)
        lines += [
            f"  {field.name}: {field.type!s}{'' if field.default is MISSING else f' = {field.default!r}'}"
            for field in fields(message)
        ]
    equals_committed("messages.txt", [line.replace("<class '", "").replace("'>", "") for line in lines])
