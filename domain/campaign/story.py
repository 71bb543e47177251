"""テレワークデイズの一場面: what one command brings about, event after event, each seen by the next."""

from datetime import date
from typing import cast

from domain.campaign.evolution import evolve
from domain.campaign.state import Campaign
from domain.clock import civil_date
from domain.policies.campaign import CampaignRules
from domain.rulebook import parsed
from domain.story import Telling

SUBJECT = "campaigns"


class Story(Telling[Campaign]):
    """What is decided so far of a campaign."""

    evolves = staticmethod(evolve)

    @property
    def today(self) -> date:
        """The civil day in Japan."""
        return civil_date(self.given.now)

    @property
    def rules(self) -> CampaignRules:
        """The rules the campaign was opened by; for a new one those in force today (refuses `no-rules-in-force`)."""
        rulebook = self.given.rules
        if self.state.status == "none":
            return cast(CampaignRules, rulebook.plain(SUBJECT, self.today))
        return cast(CampaignRules, parsed(rulebook.named(SUBJECT, self.state.edition)))
