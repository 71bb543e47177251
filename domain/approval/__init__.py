"""決裁案件: the record of one approval case. `RECORD` is all the rest of the system needs to carry it."""

from domain.approval import commands, drafting, timing
from domain.approval.document import document
from domain.approval.evolution import evolve
from domain.approval.facts import EVENTS
from domain.approval.numbering import next_number_stream
from domain.approval.split_orders import streams_of
from domain.approval.standing import may_read
from domain.approval.state import NOUN, RUNNING, Approval
from domain.approval.story import Story
from domain.approval.verbs import ACTS, VERBS
from domain.approval.view import view
from domain.events import Event, On
from domain.record import Command, Given, GuardStream, Record
from domain.refusals import require


def decide(state: Approval, command: Command, given: Given) -> list[Event | On]:
    """Give what a command adds to the case, or refuse. A case that is not for the reader does not exist for them
    (`not-found`).
    """
    story = Story(state, given)
    if state.status == "none":
        require(isinstance(command, commands.Draft), "not-found")
    elif given.by.kind != "system":
        readable = may_read(state, given.by.person, given.directory, given.now)
        require(readable or _may_act_unread(story, command), "not-found")
    ACTS[type(command)](story, command)
    return story.told


def _may_act_unread(story: Story, command: Command) -> bool:
    """What api.md gives to people who are not among the readers: an administrator's transfer."""
    given = story.given
    administrator = "directory-admin" in given.directory.roles(given.by.person, given.now)
    return isinstance(command, commands.Transfer) and administrator


def guards(state: Approval, command: Command, given: Given) -> tuple[GuardStream, ...]:
    """Which rules across records the command may touch: document numbers, the split-order check, the case an
    amendment refers to.
    """
    match command:
        case commands.Draft():
            return tuple(GuardStream(name=name, whole=True) for name in drafting.draft_guards(command))
        case commands.Submit() if state.draft is not None:
            return tuple(GuardStream(name=name, whole=True) for name in streams_of(state.draft))
        case commands.Amend() if state.draft is not None:
            return tuple(GuardStream(name=name, whole=True) for name in drafting.amend_guards(state, command))
        case commands.Approve() | commands.Decide() | commands.ProxyDecide() if _may_number(state):
            return (GuardStream(name=next_number_stream(state, given)),)
    return ()


def _may_number(state: Approval) -> bool:
    """Whether a decision that takes a document number may be next."""
    deciding_now = any(step.action == "decide" for step in state.active)
    return state.status in RUNNING and deciding_now and state.document_number is None


RECORD: Record[Approval] = Record(
    noun=NOUN,
    plural="approvals",
    label="電子決裁",
    events=EVENTS,
    verbs=VERBS,
    initial=Approval(),
    evolve=evolve,
    decide=decide,
    view=view,
    document=document,
    due=timing.due,
    may_read=may_read,
    endings=frozenset(
        {"approval.completed.v1", "approval.withdrawn.v1", "approval.rejected.v1", "approval.abandoned.v1"}
    ),
    open_until={"approval.post-review-requested.v1": "approval.post-reviewed.v1"},
    guards=guards,
)
