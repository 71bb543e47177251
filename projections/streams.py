"""Projections that fold stream by stream: what each stream's rows are, given its fold; reading, remembering and
writing are done here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, Generic, TypeVar

from domain.events import Fact
from projections.projection import Applier, Table, Work

F = TypeVar("F")
REMEMBERED_STREAMS_MAX = 4_000
FILL_STREAMS = 1_000  # streams folded between two COPYs

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Change(Generic[F]):
    """What happened to one stream: its fold before and after `facts`."""

    before: F
    facts: tuple[Fact, ...]
    after: F


@dataclass(frozen=True, kw_only=True)
class StreamProjection(Generic[F]):
    """A read model whose every row belongs to one stream. `rows` gives, per table, the rows a change writes by key."""

    name: str
    edition: int
    nouns: frozenset[str]
    initial: F
    evolve: Callable[[F, Fact], F]
    rows: tuple[tuple[Table, Callable[[Change[F]], Sequence[Row]]], ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(table for table, _ in self.rows)

    def applier(self) -> Applier:
        return StreamApplier(self)


class StreamApplier(Generic[F]):
    """Folds new facts onto what it remembers of their streams, or onto the ledger where it remembers nothing that
    fits.
    """

    def __init__(self, projection: StreamProjection[F]) -> None:
        self._projection = projection
        self._folds: dict[str, tuple[int, F]] = {}  # stream → version and fold, least recently used first

    def apply(self, work: Work) -> None:
        """Write the rows of every stream that `work.facts` touch."""
        changes = list(self._changes(work))
        for table, rows in self._projection.rows:
            work.upsert(table, [row for change in changes for row in rows(change)])

    def fill(self, work: Work) -> None:
        """Fold the ledger stream by stream and copy the rows in, each chunk while the next one is folded."""
        streams = groupby(work.all_streams(self._projection.nouns), key=lambda fact: fact.stream)
        changes = (self._change(self._projection.initial, tuple(facts)) for _, facts in streams)
        with ThreadPoolExecutor(1) as copier:
            copied: Future[None] | None = None
            while chunk := list(islice(changes, FILL_STREAMS)):
                filled = [
                    (table, [row for change in chunk for row in rows(change)]) for table, rows in self._projection.rows
                ]
                if copied:
                    copied.result()
                copied = copier.submit(_copy, work, filled)
            if copied:
                copied.result()

    def _changes(self, work: Work) -> Iterator[Change[F]]:
        news: dict[str, list[Fact]] = {}
        for fact in work.facts:
            news.setdefault(fact.stream, []).append(fact)
        before = self._before(work, news)
        for stream, facts in news.items():
            change = self._change(before[stream], tuple(facts))
            self._remember(stream, facts[-1].version, change.after)
            yield change

    def _before(self, work: Work, news: dict[str, list[Fact]]) -> dict[str, F]:
        before = dict.fromkeys(news, self._projection.initial)
        unknown = []
        for stream, facts in news.items():
            version, fold = self._folds.pop(stream, (0, self._projection.initial))
            if version == facts[0].version - 1:
                before[stream] = fold
            else:
                unknown.append(stream)
        if unknown:
            for stream, old in groupby(work.history(unknown), key=lambda fact: fact.stream):
                before[stream] = self._fold(self._projection.initial, old)
        return before

    def _change(self, before: F, facts: tuple[Fact, ...]) -> Change[F]:
        return Change(before, facts, self._fold(before, facts))

    def _fold(self, fold: F, facts: Iterable[Fact]) -> F:
        for fact in facts:
            fold = self._projection.evolve(fold, fact)
        return fold

    def _remember(self, stream: str, version: int, fold: F) -> None:
        self._folds[stream] = (version, fold)
        if len(self._folds) > REMEMBERED_STREAMS_MAX:
            del self._folds[next(iter(self._folds))]


def _copy(work: Work, filled: list[tuple[Table, list[Row]]]) -> None:
    for table, rows in filled:
        work.copy(table, rows)
