"""管理簿: the record of one entry of a register. Which registers there are is rule data; `RECORD` is all that the rest
of the system needs to carry an entry.
"""

from domain.clock import civil_date
from domain.entry import commands, timing
from domain.entry.definitions import register_named, register_of
from domain.entry.document import document
from domain.entry.evolution import evolve
from domain.entry.facts import EVENTS
from domain.entry.standing import may_read
from domain.entry.state import NOUN, Entry
from domain.entry.story import Story
from domain.entry.values import link_streams
from domain.entry.verbs import ACTS, VERBS
from domain.entry.view import view
from domain.events import Event, On
from domain.record import Command, Given, GuardStream, Record
from domain.refusals import require
from domain.streams import stream_of


def decide(state: Entry, command: Command, given: Given) -> list[Event | On]:
    """Give what a command adds to the entry, or refuse. An entry that is not for the reader does not exist for them
    (`not-found`).
    """
    story = Story(state, given)
    if state.status == "none":
        require(isinstance(command, commands.Enter), "not-found")
    elif given.by.kind != "system":
        require(may_read(state, given.by.person, given.directory, given.now), "not-found")
    ACTS[type(command)](story, command)
    return story.told


def guards(state: Entry, command: Command, given: Given) -> tuple[GuardStream, ...]:
    """Which other records the command names: they are looked at for being there."""
    match command:
        case commands.Enter() if state.status == "none":
            register = register_named(given.rules, command.register_code, civil_date(given.now))
        case commands.Move() if state.status != "none":
            register = register_of(state, given.rules)
        case _:
            return ()
    own = stream_of(NOUN, given.number)
    found = {stream for _, stream in link_streams(register, command.fields)}
    return tuple(GuardStream(name=stream) for stream in sorted(found - {own}))


RECORD: Record[Entry] = Record(
    noun=NOUN,
    plural="register-entries",
    label="管理簿",
    events=EVENTS,
    verbs=VERBS,
    initial=Entry(),
    evolve=evolve,
    decide=decide,
    view=view,
    document=document,
    due=timing.due,
    may_read=may_read,
    endings=frozenset({"entry.closed.v1"}),
    guards=guards,
)
