"""The past: facts of some records as they had been recorded by one moment, straight from the ledger.

Read models say which records to look at; what held then stands in the facts.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from domain.events import Fact
from domain.ledger.reading import LedgerReader
from domain.ledger.scanning import stream
from domain.record import Record
from domain.streams import stream_of

AS_OF = """
SELECT {columns} FROM {events} WHERE originator_id = ANY(%(streams)s)
AND notification_id <= coalesce(%(position)s, notification_id) AND recorded_at <= coalesce(%(at)s, recorded_at)
ORDER BY originator_id, originator_version"""


class Until(NamedTuple):
    """A moment: the ledger up to a position, or up to a recorded time (aware UTC); neither: now."""

    position: int | None = None
    at: datetime | None = None


def facts_until(
    reader: LedgerReader, record: Record[Any], numbers: Sequence[str], until: Until
) -> Iterator[tuple[Fact, ...]]:
    """Give the facts of each record until the moment; one that had not begun by then is left out."""
    if numbers:
        streams = [stream_of(record.noun, number) for number in numbers]
        found = stream(reader, AS_OF, streams=streams, **until._asdict())
        for _, facts in groupby(found, key=lambda fact: fact.stream):
            yield tuple(facts)
