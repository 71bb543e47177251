"""The registers of a telework day: read models made anew from the ledger, and the month's book of every unit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from time import perf_counter
from uuid import uuid5

import msgspec

from domain.envelope import NAMESPACE
from domain.events import Fact
from domain.ledger.order import Entry
from domain.streams import stream_of
from domain.telework import RECORD
from kessai.bench.instance_world import InstanceWorld
from kessai.bench.rows import Row, absolute, at_most
from projections.queries.telework_register import TeleworkRegister
from projections.readers import ReaderScope
from projections.rebuilding import rebuild
from projections.telework import TELEWORK

SERIES = "R7"  # no request of the running instance has such a number
AT_ONCE = 200


class Incomplete(Exception):
    """The books do not hold every request: what is measured is not what was meant."""


@dataclass(frozen=True)
class Made:
    """The seconds it took to make the read models anew, and to read every unit's book from them and the ledger."""

    tables: float
    books: float


@dataclass
class Books:
    """The registers of one instance that has taken days from request to acknowledgement: those in `numbers`."""

    world: InstanceWorld
    numbers: Sequence[str]
    month: str
    requests: int = 0  # in the ledger, once they have been copied
    copied: int = 0

    def copy_up_to(self, requests: int) -> None:
        """Have the ledger hold so many requests: the others are copies of those that were taken through the day."""
        parts = self.world.parts
        self.copied = max(0, requests - len(self.numbers))
        self.requests = len(self.numbers) + self.copied
        days = [parts.reader.facts(stream_of(RECORD.noun, number)) for number in self.numbers]
        for first in range(0, self.copied, AT_ONCE):
            nths = range(first, min(first + AT_ONCE, self.copied))
            parts.writer.append_batch([entry for nth in nths for entry in _copy(days[nth % len(days)], nth)])
        self.world.wait_until_caught_up()

    def make_anew(self) -> Made:
        """Make the read models of telework anew, and read the book of every unit."""
        parts = self.world.parts
        begun = perf_counter()
        rebuild(parts.read_store, parts.reader, TELEWORK)
        rebuilt = perf_counter()
        register = TeleworkRegister(parts.read_store, parts.reader)
        units = parts.reader.references()[0].units(parts.clock.now().date())
        written = sum(len(register.lines(unit.code, self.month, ReaderScope(everything=True))) for unit in units)
        if written != self.requests:
            raise Incomplete(f"{written} of {self.requests}")
        return Made(rebuilt - begun, perf_counter() - rebuilt)

    def rows(self, measure: str, made: Sequence[Made]) -> Iterator[Row]:
        """Give the time of both together, which is judged, and of each."""
        copies = f"(うち {self.copied:,} 件は写し)" if self.copied else ""
        yield absolute(
            measure,
            "命令簿の作り直し",
            [each.tables + each.books for each in made],
            unit="秒",
            goal=at_most(5, "秒"),
            note=f"{self.requests:,} 件{copies}の読み取り表の作り直しと、全所属の月の命令簿",
        )
        yield absolute(measure, "うち読み取り表", [each.tables for each in made], unit="秒")
        yield absolute(measure, "うち全所属の命令簿", [each.books for each in made], unit="秒")


def _copy(day: Sequence[Fact], nth: int) -> Iterator[Entry]:
    """One more request with the same facts, each command's under an id of its own."""
    stream = stream_of(RECORD.noun, f"{SERIES}-{nth + 1:06d}")
    for command, facts in groupby(day, key=lambda fact: fact.meta.command_id):
        same = tuple(facts)
        identity = uuid5(NAMESPACE, f"bench/{stream}/{command}")
        meta = msgspec.structs.replace(same[0].meta, command_id=identity, correlation_id=stream)
        yield Entry(stream=stream, version=same[0].version - 1, events=tuple(fact.event for fact in same), meta=meta)
