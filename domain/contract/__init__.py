"""電子契約: the record of one contract. `RECORD` is all that the rest of the system needs to carry it."""

from domain.contract import commands, timing
from domain.contract.basis import approval_stream
from domain.contract.creating import contract_stream, decision_stream
from domain.contract.document import document
from domain.contract.evolution import evolve
from domain.contract.facts import EVENTS
from domain.contract.standing import may_read
from domain.contract.state import NOUN, Contract
from domain.contract.story import Story
from domain.contract.verbs import ACTS, BY_EITHER, BY_OFFICIALS, VERBS
from domain.contract.view import view
from domain.events import Event, On
from domain.record import Command, Given, GuardStream, Record
from domain.refusals import require

FOR_OFFICIALS = frozenset(each.command for each in (*BY_OFFICIALS.values(), *BY_EITHER.values()))
FOR_EITHER = frozenset(each.command for each in BY_EITHER.values())


def decide(state: Contract, command: Command, given: Given) -> list[Event | On]:
    """Give what a command adds to the contract, or refuse. A contract that is not for the reader does not exist for
    them (`not-found`); no official, service or rule acts for a counterparty, and no counterparty for them.
    """
    story = Story(state, given)
    if state.status == "none":
        require(isinstance(command, commands.Create), "not-found")
    elif given.by.kind != "system":
        require(may_read(state, given.by.person, given.directory, given.now), "not-found")
    if given.by.kind == "counterparty":
        require(type(command) not in FOR_OFFICIALS or type(command) in FOR_EITHER, "officials-only")
    ACTS[type(command)](story, command)
    return story.told


def guards(state: Contract, command: Command, given: Given) -> tuple[GuardStream, ...]:
    """Which rules across records the command touches: the decision that is carried out, contracts it changes or
    replaces.
    """
    names: tuple[str | None, ...] = ()
    match command:
        case commands.Create():
            linked = tuple(contract_stream(each) for each in (command.amends, command.supersedes) if each)
            names = (approval_stream(command.approval), decision_stream(command.approval), *linked)
        case commands.Withdraw() if state.made is not None:
            names = (decision_stream(state.made.basis.approval),)
        case commands.Amend():
            names = (contract_stream(command.by),)
        case commands.Release() | commands.Sign() | commands.Prepare() if state.made is not None:
            names = (approval_stream(state.made.basis.approval),)
        case commands.Conclude() | commands.FinaliseProvisional() if state.made is not None:
            links = tuple(contract_stream(each) for each in (state.made.amends, state.made.supersedes) if each)
            names = (approval_stream(state.made.basis.approval), *links)
    own = contract_stream(given.number)
    return tuple(GuardStream(name=name, whole=True) for name in dict.fromkeys(names) if name and name != own)


RECORD: Record[Contract] = Record(
    noun=NOUN,
    plural="contracts",
    label="電子契約",
    events=EVENTS,
    verbs=VERBS,
    initial=Contract(),
    evolve=evolve,
    decide=decide,
    view=view,
    document=document,
    due=timing.due,
    may_read=may_read,
    endings=frozenset({"contract.closed.v1"}),
    told_by_others=frozenset({"contract.amended.v1", "contract.amendment-linked.v1", "contract.superseded.v1"}),
    guards=guards,
)
