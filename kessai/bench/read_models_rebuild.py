"""Measure: rebuilding every read model from the first event on, beside the least it takes and the library's runner."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any

from psycopg.sql import SQL, Identifier

from domain.ledger.scanning import scan
from kessai.bench import baselines
from kessai.bench.ledger_world import LedgerWorld
from kessai.bench.rounds import alternating
from kessai.bench.rows import Row, at_least, at_most, compared
from kessai.bench.run import Bench
from kessai.bench.samples import Desk
from projections.generation import Generations
from projections.rebuilding import rebuild
from projections.register import PROJECTIONS

NAME = "rebuild"
ABOUT = "全読み取り表の作り直しと、結果の行の生のCOPY+全事実の読込、ライブラリーの ProjectionRunner"
PROJECTED = 700  # events of the library's runner: its rate does not depend on how many
SCHEMA, READS, COPIED = "rebuilding", "rebuilding_read", "rebuilding_copy"


def rows(bench: Bench) -> Iterator[Row]:
    """Give seconds (beside COPY and reading) and events per second (beside the runner)."""
    cases = bench.scale.size(full=1_000_000, reduced=21_000, least=70) // 7
    sides = _Sides(bench.ledger(), cases=cases, projected=min(cases, PROJECTED))
    try:
        sides.ours()
        found: dict[str, list[Any]] = alternating(
            bench.rounds, {"ours": sides.ours, "copy": sides.copy_and_read, "runner": sides.runner}, warm=False
        )
    finally:
        sides.application.close()
    indexed, bare = zip(*found["copy"], strict=True)
    note = f"{sides.events:,} 件"
    yield compared(
        NAME, "全表", found["ours"], indexed, unit="秒", against="COPY・索引・読込", goal=at_most(3), note=note
    )
    yield compared(NAME, "全表", found["ours"], bare, unit="秒", against="索引のない表へのCOPY・読込")
    rate = [sides.events / seconds for seconds in found["ours"]]
    yield compared(NAME, "全表", rate, found["runner"], unit="件/秒", against="ProjectionRunner", goal=at_least(25))


@dataclass
class _Sides:
    """The ledger to rebuild from, and the three ways."""

    world: LedgerWorld
    cases: int
    projected: int
    rounds: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.parts = self.world.prefecture(SCHEMA)
        desk = Desk(self.parts)
        facts = [fact for fact in desk.case() if fact.stream.startswith("approval-")]
        desk.append(desk.copies(facts, [desk.number() for _ in range(self.cases)]), at_once=200)
        self.events = self.parts.reader.head()
        self.raw, self.library = baselines.module("raw_postgres"), baselines.module("library_events")
        self.environment = self.world.library_environment("rebuild_library")
        self.application = self.library.application(self.environment)
        self.application.save(*(self.library.case(f"R8-{number:06d}") for number in range(self.projected)))
        self.world.schema(COPIED)

    def ours(self) -> float:
        return _seconds(self._rebuild)

    def copy_and_read(self) -> tuple[float, float]:
        """Binary COPY of every resulting row, the same indexes, and every event read once; and that without indexes."""
        owner, resulting = self.world.owner, self._resulting()

        def copy() -> None:
            for name, shape, _, result in resulting:
                with owner.transaction():
                    self.raw.copy(owner, COPIED, name, *shape, result)

        def index() -> None:
            for _, _, indexes, _ in resulting:
                for text in indexes:
                    owner.execute(text)

        read = _seconds(lambda: sum(1 for _ in scan(self.parts.reader)))
        copied, indexed = _seconds(copy), _seconds(index)
        return copied + indexed + read, copied + read

    def _resulting(self) -> list[Any]:
        """For every table: name, columns and types, indexes, rows; an empty copy of it is made."""
        owner, found = self.world.owner, []
        for projection in PROJECTIONS:
            with self.parts.read_store.transaction() as cursor:
                active = Generations(READS).active(cursor, projection)
            assert active is not None, "it has been built"
            for name in (table.name for table in projection.tables):
                owner.execute(SQL("DROP TABLE IF EXISTS {}").format(Identifier(COPIED, name)))
                self.raw.like(owner, COPIED, READS, name, indexes=False)
                indexes = self.raw.indexes_of(owner, READS, f"{name}_{active.suffix}", COPIED, name)
                result = owner.execute(SQL("SELECT * FROM {}").format(Identifier(READS, name)), binary=True).fetchall()
                found.append((name, self.raw.column_types(owner, COPIED, name), indexes, result))
        return found

    def runner(self) -> float:
        name = f"view{next(self.rounds)}"
        project = baselines.module("library_projection").project
        took = _seconds(lambda: project(self.library.Cases, self.environment, name=name, upto=self.projected))
        return self.projected / took

    def _rebuild(self) -> None:
        for projection in PROJECTIONS:
            rebuild(self.parts.read_store, self.parts.reader, projection)


def _seconds(do: Callable[[], Any]) -> float:
    begun = perf_counter()
    do()
    return perf_counter() - begun
