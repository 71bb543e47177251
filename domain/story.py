"""一場面: what one command brings about, event after event, each seen by the next; and the verbs that do so. The same
for every record.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from domain.events import Event, Meta, On
from domain.record import Command, Given, Verb

S = TypeVar("S")
T = TypeVar("T")


@dataclass
class Telling(Generic[S]):
    """What is decided so far: the state as it will be, and the events that lead there. A record's story says how its
    state `evolves`.
    """

    evolves: "ClassVar[staticmethod[[Any, Event, Meta], Any]]"  # quoted: the class takes no parameters at run time

    state: S
    given: Given
    told: list[Event | On] = field(default_factory=list)

    def tell(self, event: Event) -> None:
        """Add one event of the record itself."""
        self.told.append(event)
        meta = Meta(command_id=self.given.command_id, correlation_id="", by=self.given.by, at=self.given.now)
        self.state = type(self).evolves(self.state, event, meta)

    def note(self, stream: str, event: Event) -> None:
        """Add one event to a guard stream."""
        self.told.append(On(stream, event))


@dataclass(frozen=True, kw_only=True)
class Deed(Verb, Generic[T]):
    """A verb of a record, and what it does in the record's story `T`."""

    act: Callable[[T, Any], None]


def acts_of(verbs: Iterable[Deed[T]]) -> Mapping[type[Command], Callable[[T, Any], None]]:
    """Give what each command does, by its type."""
    return {verb.command: verb.act for verb in verbs}
