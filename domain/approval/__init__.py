"""決裁案件: the record of one approval case. `RECORD` is all the rest of the system needs to carry it."""

from collections.abc import Callable
from typing import Any

from domain.approval import commands, deciding, drafting, following, reviewing, timing
from domain.approval.document import document
from domain.approval.evolution import evolve
from domain.approval.facts import EVENTS
from domain.approval.standing import may_read
from domain.approval.state import Approval
from domain.approval.story import Story
from domain.approval.verbs import AFTER_END, COMMANDS, LABELS, SYSTEM
from domain.approval.view import view
from domain.clock import civil_date
from domain.eras import fiscal_year
from domain.events import Event, On
from domain.record import Command, Given, GuardStream, Record
from domain.refusals import require

ACTS: dict[type[Command], Callable[[Story, Any], None]] = {
    commands.Draft: drafting.draft,
    commands.Submit: drafting.submit,
    commands.Amend: drafting.amend,
    commands.Withdraw: drafting.withdraw,
    commands.Abandon: drafting.abandon,
    commands.Transfer: drafting.transfer,
    commands.Approve: deciding.approve_or_decide,
    commands.Decide: deciding.decide_case,
    commands.Reject: deciding.reject,
    commands.Examine: deciding.examine,
    commands.ProxyDecide: deciding.proxy_decide,
    commands.PostReview: deciding.post_review,
    commands.Concur: reviewing.concur,
    commands.Return: reviewing.return_,
    commands.Hold: reviewing.hold,
    commands.Resume: reviewing.resume,
    commands.Reserve: reviewing.reserve,
    commands.AddReviewer: reviewing.add_reviewer,
    commands.PullUp: reviewing.pull_up,
    commands.Circulate: following.circulate,
    commands.Confirm: following.confirm,
    commands.Enforce: following.enforce,
    commands.Complete: following.complete,
    commands.Remind: timing.remind,
    commands.Escalate: timing.escalate,
    commands.Release: timing.release,
    commands.Reassign: timing.reassign,
}


def decide(state: Approval, command: Command, given: Given) -> list[Event | On]:
    """Give what a command adds to the case, or refuse. A case that is not for the reader does not exist for them
    (`not-found`).
    """
    if state.status == "none":
        require(isinstance(command, commands.Draft), "not-found")
    elif given.by.kind != "system":
        require(may_read(state, given.by.person, given.directory, given.now), "not-found")
    story = Story(state, given)
    ACTS[type(command)](story, command)
    return story.told


def guards(state: Approval, command: Command, given: Given) -> tuple[GuardStream, ...]:
    """Which rules across records the command may touch: document numbers, the split-order check, the case an
    amendment refers to.
    """
    match command:
        case commands.Draft():
            return tuple(GuardStream(name=name, whole=True) for name in drafting.draft_guards(command, given))
        case commands.Submit() if state.draft is not None:
            stream = drafting.split_order_stream(state.draft)
            return (GuardStream(name=stream, whole=True),) if stream else ()
        case commands.Approve() | commands.Decide() | commands.ProxyDecide() if state.drafter is not None:
            if state.document_number is not None or not any(step.action == "decide" for step in state.active):
                return ()  # an act that cannot number the case must not wait for those that do
            symbol = deciding.symbol_of(Story(state, given))
            return (GuardStream(name=deciding.number_stream(symbol, fiscal_year(civil_date(given.now)))),)
    return ()


RECORD: Record[Approval] = Record(
    noun="approval",
    plural="approvals",
    label="電子決裁",
    events=EVENTS,
    commands=COMMANDS,
    labels=LABELS,
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
    system=SYSTEM,
    after_end=AFTER_END,
    guards=guards,
)
