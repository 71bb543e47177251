"""起案側の行為: drafting, submitting, amending, withdrawing, abandoning and handing over a case."""

from collections.abc import Mapping
from typing import Any

import msgspec

from domain.approval import commands, facts
from domain.approval.facts import Draft, FieldChange
from domain.approval.laying import laid_out, still_to_ask
from domain.approval.planning import party
from domain.approval.split_orders import notes, streams_of
from domain.approval.standing import (
    heads_drafters_unit,
    inherit,
    require_drafter,
    require_running,
    successor,
)
from domain.approval.state import ENDED, NOUN, Approval
from domain.approval.story import Story
from domain.clock import civil_date
from domain.eras import fiscal_year
from domain.events import Event
from domain.policies.route import Plan
from domain.record import Guard
from domain.refusals import Refused, require
from domain.streams import stream_of

REPLANNED = "起案者の引継ぎによる見直し"
_encode = msgspec.json.Encoder(order="sorted").encode


def earlier_total(events: tuple[Event, ...]) -> int | None:
    """Give the decided total of the case an amendment refers to; refuse `amends-not-decided` where no decision stands
    (also one that was returned by the examiner, or abandoned).
    """
    draft: Draft | None = None
    decided = False
    for event in events:
        match event:
            case facts.Drafted() | facts.Amended():
                draft = event.draft
            case facts.Decided():
                decided = True
            case facts.Returned() | facts.Abandoned():
                decided = False
    if draft is None or not decided:
        raise Refused("amends-not-decided", "amends")
    return draft.amount_yen


def content(command: commands.Draft) -> Draft:
    """Give the command's content as the fact keeps it."""
    fields = {name: getattr(command, name) for name in Draft.__struct_fields__}
    return Draft(**{name: _part(name, value) for name, value in fields.items()})


def _part(name: str, value: Any) -> Any:
    if name == "counterparty" and value is not None:
        return facts.Counterparty(name=value.name, corporate_number=value.corporate_number)
    if name == "period" and value is not None:
        return facts.Period(from_=value.from_, to=value.to)
    if name == "attachments" and value is not None:
        return tuple(facts.Attachment(sha256=each.sha256, name=each.name) for each in value)
    return tuple(value) if name == "flags" and value is not None else value


def draft(story: Story, command: commands.Draft) -> None:
    """起案 and, unless `submit` is false, 提出. Refuses what the route cannot be planned for (see `plan_route`)."""
    given = story.given
    require(story.state.status == "none", "already-drafted")
    require(given.by.kind == "person" and given.by.post is not None, "person-required")
    drafter = party(given.by.person, given.by.post or "", given)
    on = civil_date(given.now)
    units = (given.directory.unit(code, on) for code in given.directory.unit_path(drafter.unit, on))
    symbol = next((unit.document_symbol for unit in units if unit and unit.document_symbol), None)
    total = None
    if command.amends is not None:
        total = earlier_total(given.guards.get(stream_of(NOUN, command.amends), Guard()).events)
    story.tell(
        facts.Drafted(
            draft=content(command),
            drafter=drafter,
            document_symbol=symbol,
            fiscal_year=fiscal_year(on),
            amends_total_yen=total,
        )
    )
    if command.submit:
        submit(story, commands.Submit())
    else:
        story.plan()  # a draft that could never be submitted is refused now, with the field


def submit(story: Story, command: commands.Submit) -> None:
    """提出. After a return the route begins anew, or goes on at whoever returned the case, as the rules for the kind
    say; it begins anew in any case when the draft was materially amended since the return.
    """
    require(story.state.status not in ENDED, "already-closed")
    require(story.state.status in ("draft", "returned"), "not-pending")
    require_drafter(story)
    state = story.state
    resumes = (
        state.status == "returned" and state.return_policy == "resume_from_returner" and not state.materially_amended
    )
    plan = story.plan()
    route = _laid(story, plan, state if resumes else Approval(added=state.added))
    resumed_at = min((step.step for step in route.steps if step.step > state.spent), default=None) if resumes else None
    story.tell(facts.Submitted(route=route, round=state.round + 1, resumed_at=resumed_at))
    _note_case(story)
    story.go_on()


def _laid(story: Story, plan: Plan, standing: Approval) -> Plan:
    steps = laid_out(still_to_ask(plan, standing, story.called), standing, story.called)
    return msgspec.structs.replace(plan, steps=steps)


def _note_case(story: Story) -> None:
    for noted in notes(story.given, story.state.content, story.state.amends_total_yen):
        story.note(noted.stream, noted.event)


def amend(story: Story, command: commands.Amend) -> None:
    """修正. In the route it is planned again; a material change invalidates the approvals so far and says whose they
    were. Refused (`already-decided`) from the decision on: what was decided is changed by a new case only.
    """
    if story.state.status not in ("draft", "returned"):
        require_running(story.state)
        require(story.state.decided_at is None, "already-decided")
    require_drafter(story)
    state = story.state
    changes, changed = _changes(story, command)
    require(changes, "nothing-changed")
    if state.status in ("draft", "returned"):
        story.tell(facts.Amended(draft=changed, changes=changes, reason=command.reason))
        story.plan()
        return
    _amend_in_route(story, changed, changes, command.reason)


def _amend_in_route(story: Story, changed: Draft, changes: tuple[FieldChange, ...], reason: str) -> None:
    state = story.state
    restarts = any(change.material for change in changes)
    planned = Story(state.with_(draft=changed), story.given).plan()
    invalidated = tuple(
        facts.Invalidated(step=step.number, title=step.title, name=step.acted.name)
        for step in state.steps
        if step.acted and step.state == "done"
    )
    story.tell(
        facts.Amended(
            draft=changed,
            changes=changes,
            reason=reason,
            invalidated=invalidated if restarts else (),
            route=_laid(story, planned, Approval(added=state.added) if restarts else state),
            restarts=restarts,
            round=state.round + 1 if restarts else state.round,
        )
    )
    _note_case(story)
    story.go_on()


def _changes(story: Story, command: commands.Amend) -> tuple[tuple[FieldChange, ...], Draft]:
    before = story.state.content
    named: Mapping[str, Any] = {name: _part(name, value) for name, value in command.given_fields().items()}
    for name in ("title", "body", "flags", "information_system", "multi_year", "attachments", "urgent"):
        require(name not in named or named[name] is not None, "invalid", name)
    after = msgspec.structs.replace(before, **named)
    material = set(story.rules.material_fields)
    changes = tuple(
        FieldChange(field=name, before=_plain(getattr(before, name)), after=_plain(value), material=name in material)
        for name, value in named.items()
        if value != getattr(before, name)
    )
    return changes, after


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else _encode(value).decode()


def withdraw(story: Story, command: commands.Withdraw) -> None:
    """取下げ by the drafter, until decided."""
    state = story.state
    require(state.status not in ENDED, "already-closed")
    require(state.status not in ("decided", "enforced") and state.decided_at is None, "already-decided")
    require_drafter(story)
    story.tell(facts.Withdrawn(reason=command.reason))


def abandon(story: Story, command: commands.Abandon) -> None:
    """廃案 by the drafter or the head of the drafter's unit, also after the decision, until enforced."""
    state = story.state
    require(state.status not in ENDED, "already-closed")
    require(state.status != "enforced", "already-enforced")
    if not heads_drafters_unit(story):
        require_drafter(story)
    story.tell(facts.Abandoned(reason=command.reason))


def transfer(story: Story, command: commands.Transfer) -> None:
    """引継ぎ: the head of the unit or a directory-admin names the post that takes the draft over; whoever holds it
    cannot have acted in the case. In the route it is planned again for the new drafter.
    """
    state, given = story.state, story.given
    admin = "directory-admin" in given.directory.roles(given.by.person, given.now)
    require(heads_drafters_unit(story) or admin, "forbidden")
    require(state.status not in ENDED, "already-closed")
    holder = given.directory.holder(command.to_post, given.now)
    if holder is None:
        raise Refused("unknown-post", "to_post")
    require((holder.person, command.to_post) != (state.owner.person, state.owner.post), "already-owner", "to_post")
    acted = {step.acted.person for step in state.steps if step.acted and step.state == "done"}
    require(holder.person not in acted, "already-acted", "to_post")
    story.tell(facts.OwnershipTransferred(to=party(holder.person, command.to_post, given), reason=command.reason))
    _follow(story)


def inherit_draft(story: Story, command: commands.Inherit) -> None:
    """人事異動による引継ぎ (system rule): the draft goes to whom the 事務引継 names, else to the post's holder."""
    heir = successor(story.state, story.given.directory, story.given.now)
    if story.state.status in ENDED or story.state.status == "none" or heir is None:
        return
    inherit(story, heir)
    story.as_far_as_possible(replan=REPLANNED)


def _follow(story: Story) -> None:
    if story.state.status in ("draft", "returned"):
        story.plan()
    else:
        story.people_changed_hands(replan=REPLANNED)


def draft_guards(command: commands.Draft) -> list[str]:
    """The guard streams a draft needs whole: the case it amends, and the cases of the same counterparty and kind."""
    amended = [stream_of(NOUN, command.amends)] if command.amends else []
    return [*amended, *streams_of(content(command))]


def amend_guards(state: Approval, command: commands.Amend) -> list[str]:
    """The guard streams an amendment needs whole: the cases of the counterparty and kind as they will be."""
    named = command.given_fields()
    other = _part("counterparty", named.get("counterparty", state.content.counterparty))
    return list(streams_of(msgspec.structs.replace(state.content, counterparty=other)))
