"""Measure: what an event costs in a large ledger beside a small one: appended in batches, by a command, and read."""

from collections.abc import Callable, Iterator
from math import log10
from statistics import median
from time import perf_counter

from domain.ledger.scanning import scan
from kessai.bench.ledger_world import LedgerWorld
from kessai.bench.rounds import alternating
from kessai.bench.rows import Row, at_most, compared
from kessai.bench.run import Bench
from kessai.bench.samples import OFFICER, ROUTINE, Desk

NAME = "growth"
ABOUT = "台帳が大きくなったときの1件の費用(追記・命令・読込)"
SMALL_EVENTS = 10_000
STREAMS = 500
COMMANDS = 150
READ_EVENTS = 5_000
EXTRAPOLATED = 10_000_000


def rows(bench: Bench) -> Iterator[Row]:
    """Give the cost in the large ledger by that in the small one, and what it would be at ten million."""
    world = bench.ledger()
    large_events = bench.scale.size(full=1_000_000, reduced=100_000, least=2_000)
    small = _filled(world, "growth_small", min(SMALL_EVENTS, large_events // 10))
    large = _filled(world, "growth_large", large_events)
    decades = log10(large.parts.reader.head() / small.parts.reader.head())
    for name, cost in (("一括追記", _append), ("命令", _command), ("読込と復号", _read)):
        found = alternating(bench.rounds, {"small": _of(cost, small), "large": _of(cost, large)})
        growth = median(there / here for there, here in zip(found["large"], found["small"], strict=True))
        at_ten_million = growth ** (log10(EXTRAPOLATED / SMALL_EVENTS) / decades)
        yield compared(
            NAME,
            name,
            found["large"],
            found["small"],
            unit="µs/件",
            against=f"{small.parts.reader.head():,} 件のとき",
            goal=at_most(1.2),
            note=f"{large.parts.reader.head():,} 件のとき。1,000万件での外挿 {at_ten_million:.2f} ×",
        )


def _filled(world: LedgerWorld, schema: str, events: int) -> Desk:
    """A ledger with that many events, as cases of seven, and statistics as autovacuum keeps them."""
    desk = Desk(world.prefecture(schema))
    facts = [fact for fact in desk.case() if fact.stream.startswith("approval-")]
    desk.append(desk.copies(facts, [desk.number() for _ in range(events // len(facts))]), at_once=200)
    world.owner.execute(f"VACUUM ANALYZE {schema}.ledger_events, {schema}.ledger_receipts")
    return desk


def _of(cost: Callable[[Desk], float], desk: Desk) -> Callable[[], float]:
    return lambda: cost(desk)


def _append(desk: Desk) -> float:
    facts = desk.parts.reader.facts("approval-R8-000001")[:1]
    entries = desk.copies(facts, [desk.number() for _ in range(STREAMS)])
    begun = perf_counter()
    desk.parts.writer.append_batch(entries)
    return _microseconds(begun, STREAMS)


def _command(desk: Desk) -> float:
    envelopes = [desk.envelope(OFFICER, "draft", desk.number(), **ROUTINE) for _ in range(COMMANDS)]
    begun = perf_counter()
    for envelope in envelopes:
        desk.send(envelope)
    return _microseconds(begun, COMMANDS)


def _read(desk: Desk) -> float:
    head = desk.parts.reader.head()
    begun, seen = perf_counter(), 0
    for _ in scan(desk.parts.reader, after=max(0, head - READ_EVENTS)):
        seen += 1
    return _microseconds(begun, seen)


def _microseconds(begun: float, events: int) -> float:
    return (perf_counter() - begun) / events * 1e6
