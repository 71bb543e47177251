"""テレワークデイズの机: one campaign as it lies in front of a reader, for which units they answer, whether they hold
campaigns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from fastapi import Request

from api.cases import open_case
from api.pages.desk import Reader, who
from api.parts import ApiParts
from domain.campaign import RECORD
from domain.campaign.standing import acts_for, heads_of
from domain.campaign.state import Campaign, Participant
from domain.campaign.story import SUBJECT, Story
from domain.events import Fact
from domain.policies.campaign import CampaignRules
from domain.policies.line import Seat
from domain.record import Given
from domain.refusals import Refused


@dataclass(frozen=True, kw_only=True)
class CampaignLook:
    """One campaign as a reader sees it. `answers_for` are the units whose head they are, or stand in for, with the
    head.
    """

    number: str
    facts: Sequence[Fact]
    state: Campaign
    version: int
    reader: Reader
    answers_for: Mapping[str, Seat]

    @property
    def href(self) -> str:
        return href(self.number)

    @property
    def given(self) -> Given:
        """What a decision of the reader may look at, in the post they hold the campaign as, if they do."""
        return self.reader.given(self.number, self.acting_post)

    @property
    def acting_post(self) -> str | None:
        """As which of their posts the reader acts for the campaign."""
        return self.post_for(self.state.organiser.unit)

    def post_for(self, unit: str) -> str | None:
        """As which of their posts the reader acts for a unit: the head's if it is theirs."""
        seat = self.answers_for.get(unit)
        if seat is not None and seat.post.code in self.reader.post_codes:
            return seat.post.code
        return self.reader.post.code if self.reader.post else None

    @property
    def rules(self) -> CampaignRules:
        """The rules the campaign was opened by."""
        return Story(self.state, self.given).rules

    @property
    def own(self) -> tuple[Participant, ...]:
        """The reader's units as the campaign knows them, those that take part or were asked first."""
        known = tuple(each for each in self.state.units if each.unit in self.answers_for)
        asked, today = {each.unit for each in known}, self.reader.today
        units = (self.reader.directory.unit(code, today) for code in self.answers_for if code not in asked)
        return known + tuple(
            Participant(unit=unit.code, unit_name=unit.name, head_post=self.answers_for[unit.code].post.code)
            for unit in units
            if unit is not None and unit.kind in self.rules.unit_kinds
        )


def href(number: str) -> str:
    """Give the address of a campaign's page."""
    return f"/{RECORD.plural}/{number}"


async def lay(request: Request, parts: ApiParts, number: str) -> CampaignLook:
    """Give the campaign as the one logged in sees it; raises `LoginNeeded` and the problem `not-found`."""
    principal, reader = await who(request, parts)
    found = await open_case(parts, RECORD, number, principal)
    return CampaignLook(
        number=number, facts=found.facts, state=found.state, version=found.version, reader=reader,
        answers_for=answers_for(reader, number),
    )  # fmt: skip


def answers_for(reader: Reader, number: str = "") -> dict[str, Seat]:
    """Give the units for which the reader may answer now, each with its head."""
    given = reader.given(number)
    units = [unit.code for unit in reader.directory.units(reader.today)]
    seats = heads_of(reader.directory, units, reader.now)
    return {unit: seat for unit, seat in seats.items() if acts_for(given, seat)[0]}


def may_open(reader: Reader) -> bool:
    """Whether the reader may open a campaign."""
    try:
        rules = cast(CampaignRules, reader.rules.plain(SUBJECT, reader.today))
    except Refused:
        return False
    given, seats = reader.given(""), heads_of(reader.directory, rules.organisers, reader.now)
    return any(acts_for(given, seat)[0] for seat in seats.values())
