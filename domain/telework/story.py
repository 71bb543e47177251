"""テレワークの一場面: what one command brings about, event after event, each seen by the next."""

from domain.policies.telework_rules import TeleworkRules
from domain.story import Telling
from domain.telework.evolution import evolve
from domain.telework.state import Telework


class Story(Telling[Telework]):
    """What is decided so far of a request."""

    evolves = staticmethod(evolve)

    @property
    def rules(self) -> TeleworkRules:
        """The rules in force on the day of the telework."""
        return self.given.rules.telework(self.state.content.day)
