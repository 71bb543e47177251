"""The ledger's and the wire's shapes are append-only: events, commands and rule editions equal their committed
texts.
"""

import re
from typing import Any

import msgspec

from kessai.processes import EVENTS, RECORDS
from kessai.rule_files import packaged_editions
from tests.guards.golden import equals_committed


def described(kind: Any) -> str:
    text = str(kind).replace("typing.", "").replace("<class '", "").replace("'>", "")
    return re.sub(r" at 0x[0-9a-f]+", "", text)


def test_events_are_what_they_were() -> None:
    lines = []
    for event in sorted(EVENTS, key=lambda cls: str(cls.__struct_config__.tag)):
        lines.append(str(event.__struct_config__.tag))
        lines += [
            f"  {f.encode_name}: {described(f.type)}{'' if f.required else ' = optional'}"
            for f in msgspec.structs.fields(event)
        ]
    equals_committed("events.txt", lines)


def test_commands_are_what_they_were() -> None:
    lines = []
    for noun, record in sorted(RECORDS.items()):
        for verb, command in sorted(record.commands.items()):
            lines.append(f"{noun} {verb} {record.labels[verb]}{' (system)' if verb in record.system else ''}")
            fields = command.model_fields.items()
            lines += [
                f"  {f.alias or name}: {described(f.annotation)}{'' if f.is_required() else ' = optional'}"
                for name, f in fields
            ]
    equals_committed("commands.txt", lines)


def test_packaged_rule_editions_are_what_they_were() -> None:
    """An old edition is never edited: a changed rule is a new edition."""
    lines = sorted(f"{e.subject} {e.edition} from {e.valid_from} {e.sha256}" for e in packaged_editions())
    equals_committed("rule_editions.txt", lines)


def test_every_event_is_versioned_and_in_the_past_participle() -> None:
    for event in EVENTS:
        tag = str(event.__struct_config__.tag)
        noun, what, version = tag.rsplit(".", 2)
        assert noun
        assert version.startswith("v")
        assert version[1:].isdigit()
        assert (
            what.split("-")[-1].endswith(("ed", "en", "held", "given", "up", "told", "withdrawn", "sent"))
            or what == "held"
        ), tag
