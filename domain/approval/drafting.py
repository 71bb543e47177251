"""起案側の行為: drafting, submitting, amending, withdrawing, abandoning and handing over a case."""

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

import msgspec

from domain.approval import commands, facts
from domain.approval.facts import Draft, FieldChange
from domain.approval.standing import is_drafter, require_running
from domain.approval.state import ENDED, RUNNING, Approval
from domain.approval.story import Story, counterparty_of, party, renumbered
from domain.clock import civil_date
from domain.eras import fiscal_year
from domain.events import Event
from domain.policies.matter import judged_amount
from domain.record import Given, Guard
from domain.refusals import Refused, require

_encode = msgspec.json.Encoder(order="sorted").encode


def split_order_stream(draft: Draft) -> str | None:
    """Give the guard stream of the draft's counterparty and kind (the name is hashed: stream names carry nothing
    personal), or None.
    """
    other = counterparty_of(draft)
    if other is None:
        return None
    plain = "".join(unicodedata.normalize("NFKC", other.name).casefold().split())
    return f"split-order/{hashlib.sha256((other.corporate_number or plain).encode()).hexdigest()[:24]}/{draft.kind}"


def earlier_total(events: tuple[Event, ...]) -> int | None:
    """Give the decided total of the case an amendment refers to; refuse `amends-not-decided` where it is not
    decided.
    """
    draft: Draft | None = None
    decided = False
    for event in events:
        if isinstance(event, facts.Drafted | facts.Amended):
            draft = event.draft
        decided = decided or isinstance(event, facts.Decided)
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
    if name == "attachments":
        return tuple(facts.Attachment(sha256=each.sha256, name=each.name) for each in value or ())
    return tuple(value) if name == "flags" else value


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
        total = earlier_total(given.guards.get(f"approval-{command.amends}", Guard()).events)
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
    say.
    """
    state = story.state
    require(is_drafter(story), "forbidden")
    require(state.status not in ENDED, "already-closed")
    require(state.status in ("draft", "returned"), "not-pending")
    resumes = (
        state.status == "returned" and state.return_policy == "resume_from_returner" and not state.materially_amended
    )
    plan = story.plan()
    if resumes:
        route, resumed_at = renumbered(plan, state), state.returned_by
    else:
        route, resumed_at = renumbered(plan, Approval(added=state.added)), None
    story.tell(facts.Submitted(route=route, round=state.round + 1, resumed_at=resumed_at))
    _note_case(story)
    story.go_on()


def _note_case(story: Story) -> None:
    draft = story.state.content
    stream = split_order_stream(draft)
    amount = judged_amount(draft.amount_yen, story.state.amends_total_yen)
    if stream is None or amount is None or stream not in story.given.guards:
        return
    noted = (event for event in story.given.guards[stream].events if isinstance(event, facts.CaseNoted))
    if all(event.case != story.given.number for event in noted):
        story.note(stream, facts.CaseNoted(case=story.given.number, amount_yen=amount, on=civil_date(story.given.now)))


def amend(story: Story, command: commands.Amend) -> None:
    """修正. In the route it is planned again; a material change invalidates the approvals so far and says whose they
    were.
    """
    state = story.state
    require(is_drafter(story), "forbidden")
    if state.status not in ("draft", "returned"):
        require_running(state)
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
    standing = Approval(added=state.added) if restarts else state
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
            route=renumbered(planned, standing),
            restarts=restarts,
            round=state.round + 1 if restarts else state.round,
        )
    )
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
    require(is_drafter(story), "forbidden")
    state = story.state
    require(state.status not in ENDED, "already-closed")
    require(state.status not in ("decided", "enforced") and state.decided_at is None, "already-decided")
    story.tell(facts.Withdrawn(reason=command.reason))


def abandon(story: Story, command: commands.Abandon) -> None:
    """廃案 by the drafter or the head of the drafter's unit, also after the decision, until enforced."""
    state, given = story.state, story.given
    require(is_drafter(story) or given.directory.heads(given.by.person, state.owner.unit, given.now), "forbidden")
    require(state.status not in ENDED, "already-closed")
    require(state.status != "enforced", "already-enforced")
    story.tell(facts.Abandoned(reason=command.reason))


def transfer(story: Story, command: commands.Transfer) -> None:
    """引継ぎ: the head of the unit or a directory-admin names the post that takes the draft over; it can have
    no other
    part in it.
    """
    state, given = story.state, story.given
    roles = given.directory.roles(given.by.person, given.now)
    require(
        given.directory.heads(given.by.person, state.owner.unit, given.now) or "directory-admin" in roles, "forbidden"
    )
    require(state.status not in ENDED, "already-closed")
    holder = given.directory.holder(command.to_post, given.now)
    if holder is None:
        raise Refused("unknown-post", "to_post")
    require(holder.person != state.owner.person, "already-owner", "to_post")
    acted = {step.acted.person for step in state.steps if step.acted and step.state == "done"}
    require(holder.person not in acted, "already-acted", "to_post")
    story.tell(facts.OwnershipTransferred(to=party(holder.person, command.to_post, given), reason=command.reason))
    if state.status in RUNNING:
        story.reroute("起案者の引継ぎによる見直し")
        story.go_on()


def draft_guards(command: commands.Draft, given: Given) -> list[str]:
    """The guard streams a draft needs whole: the case it amends, and the cases of the same counterparty and kind."""
    streams = [f"approval-{command.amends}"] if command.amends else []
    stream = split_order_stream(content(command))
    return [*streams, stream] if stream else streams
