"""Turns: commands of one process that look at the same guard stream go one after the other, instead of racing to lose.

Only courtesy: what makes it safe is the version that the append checks, whoever else writes.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

PLACES = 64


class Turns:
    """Gives turns by stream name. Several names are taken at once and in one order, so nobody waits in a circle."""

    def __init__(self) -> None:
        self._places = tuple(threading.Lock() for _ in range(PLACES))

    @contextmanager
    def at(self, names: Iterable[str]) -> Iterator[None]:
        """Hold the turn for `names`; none: there is nothing to wait for."""
        with ExitStack() as held:
            for place in sorted({hash(name) % PLACES for name in names}):
                held.enter_context(self._places[place])
            yield
