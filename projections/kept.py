"""What is remembered of a record whose state says all that its rows need: the state, its number, where it began."""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from domain.events import Fact
from domain.record import Record
from domain.streams import prefix_of

S = TypeVar("S")


class Kept(msgspec.Struct, Generic[S], frozen=True, kw_only=True, gc=False):
    """One record as far as its facts go; `opened` is the ledger's position of its first."""

    state: S
    number: str = ""
    opened: int = 0


def keeping(record: Record[S]) -> Callable[[Kept[S], Fact], Kept[S]]:
    """Give the function from what is remembered and one more fact to what is then remembered."""
    prefix = prefix_of(record.noun)

    def evolve(kept: Kept[S], fact: Fact) -> Kept[S]:
        state = record.evolve(kept.state, fact.event, fact.meta)
        if kept.opened:
            return msgspec.structs.replace(kept, state=state)
        return Kept(state=state, number=fact.stream.removeprefix(prefix), opened=fact.position)

    return evolve
