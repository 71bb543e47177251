"""テレワーク: the record of one telework request or order. `RECORD` is all the rest of the system needs to carry it."""

from domain.events import Event, On
from domain.record import Command, Given, GuardStream, Record
from domain.refusals import require
from domain.telework import commands, timing
from domain.telework.document import document
from domain.telework.evolution import evolve
from domain.telework.facts import EVENTS
from domain.telework.holding import held_by, streams_of
from domain.telework.requesting import application_of, wanted_after
from domain.telework.standing import may_read
from domain.telework.state import NOUN, Telework
from domain.telework.story import Story
from domain.telework.verbs import ACTS, VERBS
from domain.telework.view import view

FOR_SUPERIORS = (
    commands.Approve
    | commands.Return
    | commands.Reject
    | commands.Revoke
    | commands.OrderOvertime
    | commands.RefuseOvertime
    | commands.Acknowledge
)


def decide(state: Telework, command: Command, given: Given) -> list[Event | On]:
    """Give what a command adds to the request, or refuse. A request that is not for the reader does not exist for them
    (`not-found`); whoever tries to act as its head is told that they are not (`not-unit-head`).
    """
    story = Story(state, given)
    if state.status == "none":
        require(isinstance(command, commands.Submit | commands.Order), "not-found")
    elif given.by.kind != "system" and not _acts_as_superior(command):
        require(may_read(state, given.by.person, given.directory, given.now), "not-found")
    ACTS[type(command)](story, command)
    return story.told


def _acts_as_superior(command: Command) -> bool:
    if isinstance(command, commands.Start | commands.End):
        return command.by_telephone is not None
    return isinstance(command, FOR_SUPERIORS)


def guards(state: Telework, command: Command, given: Given) -> tuple[GuardStream, ...]:
    """Which rules across records the command touches: the person's days, the seats of a satellite office."""
    names: tuple[str, ...] = ()
    match command:
        case commands.Submit():
            names = streams_of(given.by.person, command.day, command.place)
        case commands.Order():
            holder = given.directory.holder(command.to_post, given.now)
            names = streams_of(holder.person, command.day, command.place) if holder else ()
        case commands.Change() if state.request is not None:
            wanted = wanted_after(application_of(state).wanted, command)
            names = (*streams_of(state.person.person, wanted.day, wanted.place), *_held(state))
        case commands.Return() | commands.Reject() | commands.Withdraw() | commands.Revoke():
            names = _held(state)
    return tuple(GuardStream(name=name, whole=True) for name in dict.fromkeys(names))


def _held(state: Telework) -> tuple[str, ...]:
    held = held_by(state)
    return streams_of(state.person.person, held.day, held.place) if held else ()


RECORD: Record[Telework] = Record(
    noun=NOUN,
    plural="telework-requests",
    label="テレワーク",
    events=EVENTS,
    verbs=VERBS,
    initial=Telework(),
    evolve=evolve,
    decide=decide,
    view=view,
    document=document,
    due=timing.due,
    may_read=may_read,
    endings=frozenset(
        {
            *("telework.acknowledged.v1", "telework.rejected.v1", "telework.withdrawn.v1", "telework.revoked.v1"),
            "telework.lapsed.v1",
        }
    ),
    guards=guards,
)
