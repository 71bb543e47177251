"""電子契約の一場面: what one command brings about, event after event, each seen by the next."""

from datetime import date
from typing import cast

from domain.clock import civil_date
from domain.contract import facts
from domain.contract.evolution import evolve
from domain.contract.state import CONCLUDED, Contract, Party
from domain.policies.contract import reminders
from domain.policies.contract_rules import ContractRules
from domain.policies.stamp_duty import StampDutyTable
from domain.rulebook import parsed
from domain.story import Telling

SUBJECT, STAMP_DUTY = "contract", "stamp_duty"


class Story(Telling[Contract]):
    """What is decided so far of a contract."""

    evolves = staticmethod(evolve)

    @property
    def today(self) -> date:
        """The civil day in Japan."""
        return civil_date(self.given.now)

    @property
    def rules(self) -> ContractRules:
        """The rules the contract was prepared by; for a new one those in force today (refuses `no-rules-in-force`)."""
        if self.state.made is None:
            return self.rules_today
        return cast(ContractRules, parsed(self.given.rules.named(SUBJECT, self.state.made.edition)))

    @property
    def rules_today(self) -> ContractRules:
        """The rules in force today: for what is kept for decades."""
        return cast(ContractRules, self.given.rules.plain(SUBJECT, self.today))

    def stamp_duty_on(self, day: date) -> StampDutyTable:
        """The table of stamp duty in force on a day."""
        return cast(StampDutyTable, self.given.rules.plain(STAMP_DUTY, day))

    def invite(self, party: Party, reason: str = "") -> None:
        """署名の依頼: a link of the next generation; whatever was proven with the one before is void."""
        expires_at, waited_for = self.state.expires_at, self.state.status not in CONCLUDED and party.agreed_at is None
        remind_at = reminders(self.given.now, expires_at, self.rules.invitations) if expires_at and waited_for else ()
        self.tell(
            facts.Invited(signer=party.number, generation=party.generation + 1, remind_at=remind_at, reason=reason)
        )

    def invite_front(self) -> None:
        """Ask those whose turn has come and who were not asked yet."""
        for party in self.state.awaited:
            if party.invited_at is None:
                self.invite(party)

    def close_if_over(self) -> None:
        """Close the record where nothing is left to do for anybody but to keep it."""
        state = self.state
        kept = state.concluded is not None and state.delivered is not None and state.archive is not None
        over = {
            "withdrawn": True,
            "switched_to_paper": state.paper is not None,
            "concluded": kept,
            "superseded": kept,
            "terminated": kept,
        }
        if not state.closed and over.get(state.status, False):
            self.tell(facts.Closed())
