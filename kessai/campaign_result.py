"""実施結果: counts what a closed campaign came to, once the read model of telework knows everything that was recorded
when it was asked.
"""

from dataclasses import dataclass

import structlog

from domain.campaign.commands import FigureIn, FixResult
from domain.campaign.state import Campaign
from domain.ledger.reading import LedgerReader
from domain.telework.state import NOUN as TELEWORK
from projections.position import Behind, ReadPosition
from projections.queries.campaign_figures import figures
from projections.queries.telework import Teleworks

log = structlog.get_logger(__name__)
WAIT_SECONDS = 3.0  # within one ledger call of a case; a live read model is milliseconds behind


@dataclass(frozen=True)
class CampaignResult:
    """Asked by the rule 実施結果の確定 (ADR 0016)."""

    reader: LedgerReader
    teleworks: Teleworks
    position: ReadPosition
    wait_seconds: float = WAIT_SECONDS

    def __call__(self, state: Campaign) -> FixResult | None:
        """Give the command that fixes the result; None while the read model is behind: the case asks again."""
        head = self.reader.head()
        try:
            reached = self.position.wait_for(head, projections=(TELEWORK,), timeout_seconds=self.wait_seconds)
        except Behind as error:
            log.warning("a campaign's result waits for the read models", wanted=error.wanted, reached=error.reached)
            return None
        directory, _ = self.reader.references()
        counted = figures(self.teleworks, directory, {each.unit: each.days for each in state.joined})
        found = tuple(
            FigureIn(unit=each.unit, day=each.day, staff=each.staff, planned=each.planned, actual=each.actual)
            for each in counted
        )
        return FixResult(position=reached, figures=found)
