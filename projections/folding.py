"""Folding: a read model that follows from each stream by itself says what it remembers of a stream, and which rows,
tasks and notices follow from that; reading, remembering and writing are done here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from typing import Any, Generic, NamedTuple, Self, TypeVar

from domain.events import Event, Fact
from projections.notices import NoticeRow, notice_rows, notice_table
from projections.projection import Applier, Table, Work
from projections.tasks import TaskRow, task_table

F = TypeVar("F")
REMEMBERED_STREAMS_MAX = 4_000
FILL_STREAMS = 500  # streams folded between two COPYs

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Change(Generic[F]):
    """What happened to one stream: its fold before and after `facts`, and whom they are told to."""

    before: F
    facts: tuple[Fact, ...]
    after: F
    notices: tuple[NoticeRow, ...] = ()


class Place(NamedTuple):
    """What the row of every record begins with: where it began, and how far it is."""

    number: str
    opened: int
    position: int
    version: int
    updated_at: datetime

    @classmethod
    def of(cls, change: Change[Any], *, number: str, opened: int) -> Self:
        """Give the place after a change of the record `number`, which began at the position `opened`."""
        last = change.facts[-1]
        return cls(number, opened, last.position, last.version, last.recorded_at)


Told = Callable[[F, Fact, F], Iterable[str]]  # the fold before the fact, the fact, the fold after it → terms


@dataclass(frozen=True, kw_only=True)
class StreamProjection(Generic[F]):
    """A read model whose every row belongs to one stream; a process's has its noun's name.

    `rows` gives, per table, the rows a change writes by their key. `tasks` gives all that waits on anybody, as the fold
    stands. `told` says which events are told, and to whom.
    """

    name: str
    edition: int
    nouns: frozenset[str]
    initial: F
    evolve: Callable[[F, Fact], F]
    rows: tuple[tuple[Table, Callable[[Change[F]], Sequence[Row]]], ...] = ()
    tasks: Callable[[F], Sequence[TaskRow]] | None = None
    told: Mapping[type[Event], Told[F]] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[Table, ...]:
        shared = (self.task_table, self.notice_table)
        return (*(table for table, _ in self.rows), *(table for table in shared if table is not None))

    @property
    def task_table(self) -> Table | None:
        """The table of its tasks, if it has any."""
        return task_table(self.name) if self.tasks else None

    @property
    def notice_table(self) -> Table | None:
        """The table of its notices, if it has any."""
        return notice_table(self.name) if self.told else None

    def applier(self) -> Applier:
        return StreamApplier(self)


class StreamApplier(Generic[F]):
    """Folds new facts onto what it remembers of their streams, or onto the ledger where it remembers nothing that
    fits.
    """

    def __init__(self, projection: StreamProjection[F]) -> None:
        self._projection = projection
        self._task_table = projection.task_table
        self._notice_table = projection.notice_table
        self._folds: dict[str, tuple[int, F]] = {}  # stream → version and fold, least recently used first

    def apply(self, work: Work) -> None:
        """Write the rows of every stream that `work.facts` touch; a task that no longer waits is deleted."""
        changes = list(self._changes(work))
        for table, rows in self._written(changes):
            work.upsert(table, rows)
        if self._projection.tasks is not None and self._task_table is not None:
            before = {row for change in changes for row in self._tasks(change.before)}
            after = {row for change in changes for row in self._tasks(change.after)}
            work.delete(self._task_table, _keys(before) - _keys(after))
            work.upsert(self._task_table, sorted(after - before))

    def fill(self, work: Work) -> None:
        """Fold the ledger stream by stream and copy the rows in, each chunk while the next one is folded."""
        streams = groupby(work.all_streams(self._projection.nouns), key=lambda fact: fact.stream)
        changes = (self._change(self._projection.initial, tuple(facts)) for _, facts in streams)
        with ThreadPoolExecutor(1) as copier:
            copied: Future[None] | None = None
            while chunk := list(islice(changes, FILL_STREAMS)):
                filled = list(self._written(chunk))
                if self._task_table is not None:
                    filled.append((self._task_table, [row for change in chunk for row in self._tasks(change.after)]))
                if copied:
                    copied.result()
                copied = copier.submit(_copy, work, filled)
            if copied:
                copied.result()

    def _written(self, changes: Sequence[Change[F]]) -> Iterator[tuple[Table, list[Row]]]:
        """What changes write by key and never delete: rows and notices."""
        for table, rows in self._projection.rows:
            yield table, [row for change in changes for row in rows(change)]
        if self._notice_table is not None:
            yield self._notice_table, [row for change in changes for row in change.notices]

    def _tasks(self, fold: F) -> Sequence[TaskRow]:
        tasks = self._projection.tasks
        return tasks(fold) if tasks is not None and fold is not self._projection.initial else ()

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
                before[stream] = self._change(self._projection.initial, tuple(old)).after
        return before

    def _change(self, before: F, facts: tuple[Fact, ...]) -> Change[F]:
        fold, notices, evolve, told = before, list[NoticeRow](), self._projection.evolve, self._projection.told
        for fact in facts:
            after = evolve(fold, fact)
            recipients = told.get(type(fact.event))
            if recipients is not None:
                notices += notice_rows(fact, recipients(fold, fact, after))
            fold = after
        return Change(before, facts, fold, tuple(notices))

    def _remember(self, stream: str, version: int, fold: F) -> None:
        self._folds[stream] = (version, fold)
        if len(self._folds) > REMEMBERED_STREAMS_MAX:
            del self._folds[next(iter(self._folds))]


def _keys(rows: Iterable[TaskRow]) -> set[tuple[str, str, str]]:
    return {row[:3] for row in rows}


def _copy(work: Work, filled: Sequence[tuple[Table, Sequence[Row]]]) -> None:
    for table, rows in filled:
        work.copy(table, rows)
