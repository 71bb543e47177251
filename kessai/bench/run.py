"""One run of the bench: the measures in order, each on the world it needs, one world at a time."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Protocol, TypeVar

from kessai.bench.instance_world import InstanceWorld, instance_world
from kessai.bench.ledger_world import LedgerWorld, ledger_world
from kessai.bench.rounds import ROUNDS, Scale
from kessai.bench.rows import Row

W = TypeVar("W")


class Measure(Protocol):
    """One file of measures: gives its rows."""

    NAME: str
    ABOUT: str

    def rows(self, bench: "Bench") -> Iterator[Row]: ...


@dataclass
class Bench:
    """What a measure is handed: how much, how often, and the worlds. Use inside `with bench(...)`.

    Only one world runs at a time, so that an idle one takes nothing from the one that is measured.
    """

    root: Path
    scale: Scale = field(default_factory=Scale)
    rounds: int = ROUNDS
    _open: tuple[str, object] | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def ledger(self) -> LedgerWorld:
        """A Postgres alone."""
        return self._world("ledger", ledger_world)

    def instance(self) -> InstanceWorld:
        """A whole instance."""
        return self._world("instance", instance_world)

    def folder(self, name: str) -> Path:
        """An empty folder for a measure's own servers."""
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.root))

    def close(self) -> None:
        """Stop the world that runs."""
        self._stack.close()
        self._open = None

    def _world(self, name: str, opening: Callable[[Path], AbstractContextManager[W]]) -> W:
        if self._open is None or self._open[0] != name:
            self.close()
            self._open = (name, self._stack.enter_context(opening(self.folder(name))))
        world: W = self._open[1]  # type: ignore[assignment]  # opened by this very function under this very name
        return world


@contextmanager
def bench(*, scale: Scale, rounds: int) -> Iterator[Bench]:
    """Give a bench in a folder that is gone afterwards."""
    root = Path(tempfile.mkdtemp(prefix="kessai-bench-"))
    made = Bench(root, scale, rounds)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(root, ignore_errors=True)


def run(measures: Sequence[Measure], on: Bench, say: Callable[[str], None]) -> list[Row]:
    """Run the measures one after the other, saying which and how long it took; give all their rows."""
    found: list[Row] = []
    for measure in measures:
        begun = monotonic()
        say(f"{measure.NAME}: {measure.ABOUT}")
        found += measure.rows(on)
        say(f"  {monotonic() - begun:.0f} 秒")
    return found
