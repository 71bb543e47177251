"""Measure: `Ledger.handle`, one command at a time and from eight threads, beside the library's `save` of one event."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import Any

from domain.envelope import Envelope
from kessai.bench import baselines
from kessai.bench.rounds import alternating
from kessai.bench.rows import Row, at_least, compared
from kessai.bench.run import Bench
from kessai.bench.samples import CHIEF, Desk

NAME = "handle"
ABOUT = "台帳の1命令(読込・受領確認・判断・追記、fsyncあり)と、ライブラリーの save 1件"
GOALS = {1: 1.0, 8: 1.3}
AGAINST = "eventsourcing save(1)"


def rows(bench: Bench) -> Iterator[Row]:
    """Give commands per second of one-event commands (保留・再開) and of whole lives of cases, 1 and 8 clients."""
    world = bench.ledger()
    commands = bench.scale.size(full=4_000, reduced=400, least=16)
    desk = Desk(world.prefecture("handle"))
    library = baselines.module("library_events")
    application = library.application(world.library_environment("handle_library"))
    names = [f"R8-{number:06d}" for number in range(commands)]
    submitted = desk.case()[:3]
    try:
        for clients, goal in GOALS.items():
            sides = {
                "event": partial(
                    _rate, clients, _each(desk.send), partial(_held_and_resumed, desk, submitted, commands)
                ),
                "life": partial(_rate, clients, _each(desk.send), partial(_lives, desk, commands)),
                "save": partial(_rate, clients, lambda number: application.save(library.case(number)), lambda: names),
            }
            found = alternating(bench.rounds, sides)
            yield _row(f"1命令1事実({clients}並行)", found["event"], found["save"], at_least(goal))
            yield _row(f"起案から決裁まで3命令7事実({clients}並行)", found["life"], found["save"])
    finally:
        application.close()


def _row(name: str, ours: Sequence[float], save: Sequence[float], goal: Any = None) -> Row:
    return compared(NAME, name, ours, save, unit="命令/秒", against=AGAINST, goal=goal)


def _rate(clients: int, do: Callable[[Any], object], make: Callable[[], Sequence[Any]]) -> float:
    """How many a second `clients` threads do of what `make` (before the time starts) gives."""
    work = make()
    done = sum(len(each) if isinstance(each, tuple) else 1 for each in work)
    with ThreadPoolExecutor(clients) as threads:
        begun = perf_counter()
        for _ in threads.map(lambda mine: [do(each) for each in mine], [work[i::clients] for i in range(clients)]):
            continue
        return done / (perf_counter() - begun)


def _each(send: Callable[[Envelope], object]) -> Callable[[Sequence[Envelope]], object]:
    return lambda life: [send(envelope) for envelope in life]


def _held_and_resumed(desk: Desk, submitted: Sequence[Any], commands: int) -> list[tuple[Envelope, ...]]:
    numbers = [desk.number() for _ in range(-(-commands // 2))]
    desk.append(desk.copies(submitted, numbers))
    return [
        (desk.envelope(CHIEF, "hold", number, reason="資料の確認"), desk.envelope(CHIEF, "resume", number))
        for number in numbers
    ]


def _lives(desk: Desk, commands: int) -> list[tuple[Envelope, ...]]:
    return [desk.life(desk.number()) for _ in range(-(-commands // 3))]
