"""流れの名: how the ledger's streams are called, built and read here only.

A record's stream is its noun and its number, `approval-R8-000123`, and is also the id of its workflow: a noun has no
hyphen. A guard stream is a rule and its keys, `document-number/道路/2026`: only a guard stream has a slash, and no
rule's name begins like a record's stream.
"""

from typing import NamedTuple


class RecordStream(NamedTuple):
    """A record's stream, read."""

    noun: str
    number: str


def stream_of(noun: str, number: str) -> str:
    """Give the stream of a record."""
    return f"{noun}-{number}"


def prefix_of(noun: str) -> str:
    """Give what the stream of every record of a noun begins with, and no other stream does."""
    return f"{noun}-"


def parse(stream: str) -> RecordStream | None:
    """Give noun and number of a record's stream; None for a guard stream."""
    noun, hyphen, number = stream.partition("-")
    return RecordStream(noun, number) if hyphen and "/" not in stream else None


def guard_stream(rule: str, *keys: str | int) -> str:
    """Give the stream that carries a rule across records for one combination of keys."""
    return "/".join((rule, *map(str, keys)))
