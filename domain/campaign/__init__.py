"""テレワークデイズ: the record of one campaign. `RECORD` is all that the rest of the system needs to carry it."""

from domain.campaign import commands, timing
from domain.campaign.document import document
from domain.campaign.evolution import evolve
from domain.campaign.facts import EVENTS
from domain.campaign.standing import may_read
from domain.campaign.state import NOUN, Campaign
from domain.campaign.story import Story
from domain.campaign.verbs import ACTS, VERBS
from domain.campaign.view import view
from domain.events import Event, On
from domain.record import Command, Given, Record
from domain.refusals import require


def decide(state: Campaign, command: Command, given: Given) -> list[Event | On]:
    """Give what a command adds to the campaign, or refuse. A campaign that is not for the reader does not exist for
    them (`not-found`).
    """
    story = Story(state, given)
    if state.status == "none":
        require(isinstance(command, commands.Open), "not-found")
    elif given.by.kind != "system":
        require(may_read(state, given.by.person, given.directory, given.now), "not-found")
    ACTS[type(command)](story, command)
    return story.told


RECORD: Record[Campaign] = Record(
    noun=NOUN,
    plural="telework-campaigns",
    label="テレワークデイズ",
    events=EVENTS,
    verbs=VERBS,
    initial=Campaign(),
    evolve=evolve,
    decide=decide,
    view=view,
    document=document,
    due=timing.due,
    may_read=may_read,
    endings=frozenset({"campaign.result-fixed.v1", "campaign.cancelled.v1"}),
)
