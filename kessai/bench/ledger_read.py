"""Measure: reading and decoding every event, beside a raw server-side cursor over the same rows."""

from collections.abc import Iterator
from time import perf_counter

from domain.ledger.reading import COLUMNS
from domain.ledger.scanning import scan
from kessai.bench import baselines
from kessai.bench.rounds import alternating
from kessai.bench.rows import Row, at_least, compared
from kessai.bench.run import Bench
from kessai.bench.samples import Desk

NAME = "read"
ABOUT = "全事実の読込と復号と、同じ行の生のサーバー側カーソル"
SCHEMA = "reading"


def rows(bench: Bench) -> Iterator[Row]:
    """Give events per second over whole decided cases, seven facts each."""
    world = bench.ledger()
    parts, raw = world.prefecture(SCHEMA), baselines.module("raw_postgres")
    desk = Desk(parts)
    facts = [fact for fact in desk.case() if fact.stream.startswith("approval-")]
    cases = bench.scale.size(full=1_000_000, reduced=20_000, least=60) // len(facts)
    desk.append(desk.copies(facts, [desk.number() for _ in range(cases)]), at_once=200)
    world.owner.execute(f"VACUUM ANALYZE {SCHEMA}.ledger_events")
    columns = [name.strip() for name in COLUMNS.split(",")]

    def ours() -> float:
        begun, seen = perf_counter(), 0
        for _ in scan(parts.reader):
            seen += 1
        return seen / (perf_counter() - begun)

    def cursor() -> float:
        begun = perf_counter()
        seen: int = raw.read(world.owner, SCHEMA, "ledger_events", columns, "notification_id")
        return seen / (perf_counter() - begun)

    found = alternating(bench.rounds, {"ours": ours, "cursor": cursor})
    note = f"{parts.reader.head():,} 件"
    yield compared(
        NAME,
        "読込と復号",
        found["ours"],
        found["cursor"],
        unit="件/秒",
        against="生のカーソル",
        goal=at_least(0.5),
        note=note,
    )
