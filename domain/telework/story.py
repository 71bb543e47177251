"""テレワークの一場面: what one command brings about, event after event, each seen by the next."""

from dataclasses import dataclass, field

from domain.events import Event, Meta, On
from domain.policies.telework_rules import TeleworkRules
from domain.record import Given
from domain.telework.evolution import evolve
from domain.telework.state import Telework


@dataclass
class Story:
    """What is decided so far: the state as it will be, and the events that lead there."""

    state: Telework
    given: Given
    told: list[Event | On] = field(default_factory=list)

    def tell(self, event: Event) -> None:
        """Add one event of the record itself."""
        self.told.append(event)
        meta = Meta(command_id=self.given.command_id, correlation_id="", by=self.given.by, at=self.given.now)
        self.state = evolve(self.state, event, meta)

    def note(self, stream: str, event: Event) -> None:
        """Add one event to a guard stream."""
        self.told.append(On(stream, event))

    @property
    def rules(self) -> TeleworkRules:
        """The rules in force on the day of the telework."""
        return self.given.rules.telework(self.state.content.day)
