"""Rounds: every side of a comparison in turn, over and over, so that whatever the machine does meanwhile meets all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

ROUNDS = 5


@dataclass(frozen=True)
class Scale:
    """How much is measured: the reduced size of each measure, or a share of its full one."""

    share: float | None = None  # None: each measure's own reduced size

    def size(self, *, full: int, reduced: int, least: int = 1) -> int:
        """Give how many of something a measure takes."""
        return reduced if self.share is None else max(least, round(full * self.share))


def alternating(rounds: int, sides: Mapping[str, Callable[[], T]], *, warm: bool = True) -> dict[str, list[T]]:
    """Run each side once a round and give what it gave, by side; the order turns round every time.

    `warm` runs each side once before, unmeasured.
    """
    if warm:
        for side in sides.values():
            side()
    found: dict[str, list[T]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in sides if number % 2 == 0 else reversed(list(sides)):
            found[name].append(sides[name]())
    return found
