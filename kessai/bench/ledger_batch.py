"""Measure: the batch path, a thousand new streams a transaction, beside raw COPY of the same rows and the library."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from psycopg.sql import SQL, Identifier

from domain.events import Fact
from kessai.bench import baselines
from kessai.bench.ledger_world import LedgerWorld
from kessai.bench.rounds import alternating
from kessai.bench.rows import Row, at_least, compared
from kessai.bench.run import Bench
from kessai.bench.samples import Desk

NAME = "batch"
ABOUT = "一括追記(1取引に1,000ストリーム)と、同じ行の生のCOPY、ライブラリーの save(1000)"
STREAMS = 1_000
SCHEMA, COPIED = "batch", "batch_copy"
WRITTEN = "SELECT * FROM {} WHERE {} > %s ORDER BY {}"
TABLES = {"ledger_events": "notification_id", "ledger_receipts": "first_position"}


def rows(bench: Bench) -> Iterator[Row]:
    """Give events per second; the rows copied are those ours has just written, receipts included."""
    sides = _Sides(bench.ledger(), batches=bench.scale.size(full=50, reduced=5))
    try:
        found = alternating(
            bench.rounds,
            {"ours": sides.ours, "copy": sides.copy, "events": sides.copy_events, "library": sides.library},
        )
    finally:
        sides.application.close()
    against = {
        "copy": ("COPY 事実と受領", at_least(0.5)),
        "events": ("COPY 事実だけ", None),
        "library": ("save(1000)", at_least(6)),
    }
    for side, (name, goal) in against.items():
        yield compared(NAME, "追記", found["ours"], found[side], unit="件/秒", against=name, goal=goal)


@dataclass
class _Sides:
    """The four ways of writing the same number of events."""

    world: LedgerWorld
    batches: int
    copied: int = 0
    facts: tuple[Fact, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.parts = self.world.prefecture(SCHEMA)
        self.desk = Desk(self.parts)
        self.facts = self.desk.case()[:1]
        self.raw, self.events = baselines.module("raw_postgres"), baselines.module("library_events")
        self.application = self.events.application(self.world.library_environment("batch_library"))
        self.world.schema(COPIED)
        for table in TABLES:
            self.raw.like(self.world.owner, COPIED, SCHEMA, table)

    def ours(self) -> float:
        writer = self.parts.writer
        batches = [
            self.desk.copies(self.facts, [self.desk.number() for _ in range(STREAMS)]) for _ in range(self.batches)
        ]
        begun = perf_counter()
        for batch in batches:
            writer.append_batch(batch)
        return self._rate(begun)

    def copy(self) -> float:
        return self._copied(tuple(TABLES))

    def copy_events(self) -> float:
        return self._copied(("ledger_events",))

    def library(self) -> float:
        begun = perf_counter()
        for batch in range(self.batches):
            self.application.save(*(self.events.case(f"R8-{batch:06d}") for _ in range(STREAMS)))
        return self._rate(begun)

    def _copied(self, tables: tuple[str, ...]) -> float:
        """Copy what ours wrote last into empty tables with the same indexes, a transaction for every thousand."""
        owner, wanted = self.world.owner, self.batches * STREAMS
        after = self.parts.reader.head() - wanted
        written = {table: self._written(table, TABLES[table], after) for table in tables}
        shapes = {table: self.raw.column_types(owner, COPIED, table) for table in tables}
        for table in TABLES:
            owner.execute(SQL("TRUNCATE {}").format(Identifier(COPIED, table)))
        begun = perf_counter()
        for first in range(0, wanted, STREAMS):
            with owner.transaction():
                for table in tables:
                    self.raw.copy(owner, COPIED, table, *shapes[table], written[table][first : first + STREAMS])
        return self._rate(begun)

    def _written(self, table: str, order: str, after: int) -> list[Any]:
        text = SQL(WRITTEN).format(Identifier(SCHEMA, table), Identifier(order), Identifier(order))
        return self.world.owner.execute(text, (after,), binary=True).fetchall()

    def _rate(self, begun: float) -> float:
        return self.batches * STREAMS / (perf_counter() - begun)
