"""Rebuilding: a read model is replaced by one folded from the first event (blue/green), or compared with one (I9)."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from eventsourcing.persistence import OperationalError, Tracking
from psycopg import Cursor
from psycopg.rows import DictRow
from psycopg.sql import SQL, Composed, Identifier

from domain.ledger.reading import AFTER, LedgerReader
from projections.following import BATCH_EVENTS_MAX, Follower
from projections.generation import Generation, Generations, only_builder
from projections.projection import Projection, Table, Work, noun
from projections.store import ReadStore

SWITCH_TRIES_MAX = 20
SCRATCH = "scratch"
DIFFERENCES_SHOWN_MAX = 20

DIFFERENCES = """
SELECT count(*) OVER () AS found, * FROM (
    SELECT 'live' AS side, {key} FROM (SELECT {columns} FROM {live} EXCEPT ALL SELECT {columns} FROM {scratch}) a
    UNION ALL SELECT 'rebuilt', {key} FROM (SELECT {columns} FROM {scratch} EXCEPT ALL SELECT {columns} FROM {live}) b
) d ORDER BY 2, 3 LIMIT {limit}"""
COUNT = "SELECT count(*) AS rows FROM {live}"


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """A finished rebuild: the new generation and the ledger position at which it took over."""

    projection: str
    generation: int
    position: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A live read model beside one folded anew, at one position. `differences` counts rows that only one of them has;
    `shown` names some.
    """

    projection: str
    position: int
    rows: int
    differences: int
    shown: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return self.differences == 0


def rebuild(store: ReadStore, reader: LedgerReader, projection: Projection) -> Rebuilt:
    """Build the next generation beside the live one, switch readers to it in one transaction, drop the old one.

    Reads and live projection go on meanwhile. Killed half-way, it leaves the live generation as it was; the next
    rebuild clears up.
    """
    with only_builder(store, projection):
        _drop_left_over(store, projection)
        generation = _build(store, reader, projection)
        follower = Follower(store, reader, projection, generation)
        while follower.step() == BATCH_EVENTS_MAX:
            continue
        position = _switch(store, projection, follower)
        _drop_left_over(store, projection)
    return Rebuilt(projection=projection.name, generation=generation.number, position=position)


def _build(store: ReadStore, reader: LedgerReader, projection: Projection) -> Generation:
    generations = Generations(store.schema)
    with store.transaction() as cursor:
        generation = generations.begin(cursor, projection)
        generations.create_tables(cursor, projection, generation.suffix)
        upto = reader.head()
        _fill(cursor, store, reader, projection, suffix=generation.suffix, upto=upto)
        generations.create_indexes(cursor, projection, generation.suffix)
        if upto:
            store.tracking._insert_tracking(cursor, Tracking(generation.tracked, upto))
    return generation


def compare(store: ReadStore, reader: LedgerReader, projection: Projection) -> Comparison:
    """Fold the read model anew into tables that only this transaction sees and compare it row by row with the live
    one, at the live one's position.

    The live projection waits only while the last events are added and the rows compared. Raise LookupError where it
    was never built.
    """
    generations = Generations(store.schema)
    with store.transaction() as cursor:
        active = generations.active(cursor, projection)
        if active is None:
            raise LookupError(f"{projection.name} has never been built")
        upto = store.tracking.max_tracking_id(active.tracked) or 0
        generations.create_tables(cursor, projection, SCRATCH, kind="UNLOGGED")
        _fill(cursor, store, reader, projection, suffix=SCRATCH, upto=upto)
        generations.create_indexes(cursor, projection, SCRATCH)
        position = store.lock_position(cursor, active.tracked)
        if position is None:
            raise LookupError(f"{projection.name} was rebuilt by somebody else meanwhile; compare again")
        _bring_forward(cursor, store, reader, projection, after=upto, upto=position)
        result = _differences(cursor, store, projection, active, position)
        for table in projection.tables:
            cursor.execute(SQL("DROP TABLE {}").format(Identifier(store.schema, f"{table.name}_{SCRATCH}")))
    return result


def _fill(
    cursor: Cursor[DictRow],
    store: ReadStore,
    reader: LedgerReader,
    projection: Projection,
    *,
    suffix: str,
    upto: int,
) -> None:
    work = Work(cursor=cursor, reader=reader, schema=store.schema, suffix=suffix, after=0, upto=upto)
    with _no_collector():
        projection.applier().fill(work)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Facts and folds hold no cycles; walking them for garbage would take a third of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _switch(store: ReadStore, projection: Projection, follower: Follower) -> int:
    """Stop the old generation at its position, pass it, and show the new one: all or nothing. A reader that holds the
    view too long: again.
    """
    for _ in range(SWITCH_TRIES_MAX):
        try:
            return _try_switch(store, projection, follower)
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise
            follower.step()
    raise TimeoutError(f"readers of {projection.name} never let go of its view")


def _try_switch(store: ReadStore, projection: Projection, follower: Follower) -> int:
    generations = Generations(store.schema)
    with store.transaction() as cursor:
        active = generations.active(cursor, projection)
        if active is not None:
            store.lock_position(cursor, active.tracked)
        while follower.step_within(cursor) == BATCH_EVENTS_MAX:
            continue
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        generations.show(cursor, projection, follower.generation)
        position = store.lock_position(cursor, follower.generation.tracked)
    assert position is not None, "a generation that was just shown is tracked"
    return position


def _drop_left_over(store: ReadStore, projection: Projection) -> None:
    generations = Generations(store.schema)
    with store.transaction() as cursor:
        for generation in generations.left_over(cursor, projection):
            generations.drop(cursor, projection, generation)


def _bring_forward(
    cursor: Cursor[DictRow], store: ReadStore, reader: LedgerReader, projection: Projection, *, after: int, upto: int
) -> None:
    """Apply the events after the fill to the scratch tables, as a follower would."""
    applier = projection.applier()
    while after < upto:
        wanted = {"position": after, "limit": min(BATCH_EVENTS_MAX, upto - after)}
        rows = cursor.execute(reader.sql(AFTER), wanted, prepare=True, binary=True).fetchall()
        facts = tuple(reader.fact(row) for row in rows if noun(row["originator_id"]) in projection.nouns)
        reached = rows[-1]["notification_id"]
        work = Work(
            cursor=cursor, reader=reader, schema=store.schema, suffix=SCRATCH, after=after, upto=reached, facts=facts
        )
        applier.apply(work)
        after = reached


def _differences(
    cursor: Cursor[DictRow], store: ReadStore, projection: Projection, active: Generation, position: int
) -> Comparison:
    rows, found, shown = 0, 0, list[str]()
    for table in projection.tables:
        counted = cursor.execute(_between(COUNT, store, table, active)).fetchone()
        rows += counted["rows"] if counted else 0
        different = cursor.execute(_between(DIFFERENCES, store, table, active)).fetchall()
        found += different[0]["found"] if different else 0
        shown += [f"{row['side']}: {table.name} {[row[name] for name in table.key]}" for row in different]
    return Comparison(projection=projection.name, position=position, rows=rows, differences=found, shown=tuple(shown))


def _between(text: str, store: ReadStore, table: Table, active: Generation) -> Composed:
    return SQL(text).format(
        live=Identifier(store.schema, f"{table.name}_{active.suffix}"),
        scratch=Identifier(store.schema, f"{table.name}_{SCRATCH}"),
        columns=SQL(", ").join(map(Identifier, table.fields)),
        key=SQL(", ").join(map(Identifier, table.key)),
        limit=DIFFERENCES_SHOWN_MAX,
    )
