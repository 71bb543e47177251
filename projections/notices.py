"""お知らせ: what a person is to be told without having to act on it, in one shape for every process.

As with tasks, each process keeps its notices in a table of its own, and a person's notices are their union.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from domain.events import Event, Fact
from projections import terms
from projections.projection import Table

COLUMNS = """
    position  bigint      NOT NULL,   -- of the event that is told
    recipient text        NOT NULL,   -- person:0525, or post:road-director where whoever holds it is told
    stream    text        NOT NULL,
    version   int         NOT NULL,
    code      text        NOT NULL,   -- the event's name: approval.withdrawn
    by_name   text        NOT NULL,
    by_title  text,
    at        timestamptz NOT NULL,
    PRIMARY KEY (position, recipient)"""
INDEXES = ("(recipient, position)",)


class NoticeRow(NamedTuple):
    """One notice. `at` is when it happened by the injected clock."""

    position: int
    recipient: str
    stream: str
    version: int
    code: str
    by_name: str
    by_title: str | None
    at: datetime


def notice_table(projection: str) -> Table:
    """Give the table of one projection's notices."""
    return Table(
        name=f"rm_{projection}_notice", columns=COLUMNS, indexes=INDEXES, row=NoticeRow, key=("position", "recipient")
    )


def notice_rows(fact: Fact, recipients: Iterable[str]) -> Iterator[NoticeRow]:
    """Give the notices of one fact; nobody is told what they did themselves."""
    by = fact.meta.by
    for recipient in sorted(set(recipients) - {terms.person(by.person)}):
        yield NoticeRow(
            fact.position, recipient, fact.stream, fact.version, _code(fact.event), by.name, by.title, fact.meta.at
        )


def to_persons(*persons: str | None) -> tuple[str, ...]:
    """Give the persons as recipients, without those there are not."""
    return tuple(terms.person(person) for person in persons if person)


def _code(event: Event) -> str:
    return str(event.__struct_config__.tag).rpartition(".v")[0]
