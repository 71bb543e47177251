"""経過: every event of a case in Japanese, with who, as what, when, and what it changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from api.event_labels import LABELS
from api.pages.changes import Change, field_changes
from api.pages.formats import long_day, long_moment
from api.pages.labels import FLAGS, OUTCOMES, SEALS
from domain.approval import RECORD, facts
from domain.approval.state import Approval
from domain.events import Actor, Event, Fact

Tone = Literal["plain", "good", "back", "ended", "quiet"]
POSITIONS = {"before": "前", "after": "後", "parallel": "並行"}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event as people read it. `said` is what the person wrote; `notes` are what follows from it."""

    version: int
    at: datetime
    who: str
    behalf: str | None
    label: str
    tone: Tone
    said: str = ""
    notes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


def chronicle(all_facts: Sequence[Fact], *, after: int = 0) -> tuple[Entry, ...]:
    """Give the entries of a case's facts, those after version `after`."""
    return tuple(entry for entry in _entries(all_facts) if entry.version > after)


def _entries(all_facts: Sequence[Fact]) -> Iterator[Entry]:
    state = RECORD.initial
    for fact in all_facts:
        before, state = state, RECORD.evolve(state, fact.event, fact.meta)
        behalf = fact.meta.on_behalf_of
        yield Entry(
            version=fact.version,
            at=fact.meta.at,
            who=actor(fact.meta.by),
            behalf=actor(behalf) if behalf else None,
            label=_label(fact.event),
            tone=_tone(fact.event),
            said=_said(fact.event),
            notes=_notes(fact.event, before, state),
            changes=_changes(fact.event, before),
        )


def actor(by: Actor) -> str:
    """A person with the title of that day, or the rule that acted."""
    if by.kind == "system":
        return f"自動処理（{by.name or by.person}）"
    return f"{by.title}（{by.name}）" if by.title else by.name


TONES: Mapping[type[Event], Tone] = MappingProxyType(
    {
        facts.Amended: "back",
        facts.StepsActivated: "quiet",
        facts.StepSkipped: "quiet",
        facts.StepReassigned: "quiet",
        facts.StepApproved: "good",
        facts.ConcurrenceGiven: "good",
        facts.ReservationFlagged: "back",
        facts.Decided: "good",
        facts.PostReviewRequested: "quiet",
        facts.PostReviewed: "good",
        facts.Examined: "good",
        facts.Returned: "back",
        facts.Rejected: "ended",
        facts.Withdrawn: "ended",
        facts.Abandoned: "ended",
        facts.Held: "back",
        facts.PulledUp: "back",
        facts.Reminded: "quiet",
        facts.Escalated: "quiet",
        facts.Enforced: "good",
        facts.Completed: "good",
    }
)


def _tone(event: Event) -> Tone:
    if isinstance(event, facts.PostReviewed) and event.outcome != "seen":
        return "back" if event.outcome == "objected" else "quiet"
    return TONES.get(type(event), "plain")


def _label(event: Event) -> str:
    match event:
        case facts.ConcurrenceGiven():
            return f"合議: {OUTCOMES[event.outcome]}"
        case facts.Decided() if event.proxy:
            return "代決"
        case facts.Examined() if event.proxy:
            return "審査に合格（代決）"
        case facts.PostReviewed() if event.outcome == "objected":
            return "後閲: 異議あり"
        case facts.PostReviewed() if event.outcome == "lapsed":
            return "後閲の取りやめ"
    tag = str(event.__struct_config__.tag)
    return LABELS.get(tag, tag)


def _said(event: Event) -> str:
    for name in ("comment", "opinion", "reason", "urgency"):
        if isinstance(event, facts.StepSkipped | facts.RouteRevised):
            break
        text = getattr(event, name, None)
        if text:
            return str(text)
    proxy = getattr(event, "proxy", None)
    return proxy.urgency if proxy else ""


def _changes(event: Event, before: Approval) -> tuple[Change, ...]:
    if isinstance(event, facts.Amended) and before.draft is not None:
        return field_changes(before.draft, event.draft)
    return ()


def _notes(event: Event, before: Approval, after: Approval) -> tuple[str, ...]:
    told = NOTES.get(type(event))
    return tuple(note for note in told(event, before, after) if note) if told else ()


def _submitted(event: facts.Submitted, before: Approval, after: Approval) -> Iterator[str]:
    yield f"第{event.round}回の回付"
    yield event.route.rule.reason


def _activated(event: facts.StepsActivated, before: Approval, after: Approval) -> Iterator[str]:
    for each in event.activations:
        due = f"、期限 {long_moment(each.due_at)}" if each.due_at else ""
        yield f"{each.title}（{each.name}）へ{due}"


def _skipped(event: facts.StepSkipped, before: Approval, after: Approval) -> Iterator[str]:
    yield event.reason


def _amended(event: facts.Amended, before: Approval, after: Approval) -> Iterator[str]:
    if event.invalidated:
        yield f"無効になった承認: {'、'.join(f'{each.title}（{each.name}）' for each in event.invalidated)}"
    if event.restarts:
        yield "重要な項目が変わったため、最初から回り直します。"


def _reassigned(event: facts.StepReassigned, before: Approval, after: Approval) -> Iterator[str]:
    yield f"{event.title}（{event.name}）が引き継ぎました。"


def _reserved(event: facts.ReservationFlagged, before: Approval, after: Approval) -> Iterator[str]:
    yield f"留保の事由: {FLAGS.get(event.flag, event.flag)}"


def _revised(event: facts.RouteRevised, before: Approval, after: Approval) -> Iterator[str]:
    yield event.reason
    yield f"決裁者: {event.route.decider.title}（{event.route.decider.name}）"


def _added(event: facts.ReviewerAdded, before: Approval, after: Approval) -> Iterator[str]:
    by = before.step(event.by_step)
    where = f"{by.title if by else ''}の{POSITIONS[event.position]}"
    yield f"{event.step.title}（{event.step.name}）を{where}に加えました。"


def _decided(event: facts.Decided, before: Approval, after: Approval) -> Iterator[str]:
    yield f"文書番号 {event.document_number}"
    yield event.rule.reason
    if event.proxy:
        yield f"{event.proxy.for_title}の不在による代決（{long_moment(event.proxy.absent_until)}まで）"
        yield f"事前の指示: {event.proxy.prior_instruction}" if event.proxy.prior_instruction else ""


def _review_requested(event: facts.PostReviewRequested, before: Approval, after: Approval) -> Iterator[str]:
    yield f"{long_moment(event.from_)}から、期限 {long_moment(event.due_at)}"


def _post_reviewed(event: facts.PostReviewed, before: Approval, after: Approval) -> Iterator[str]:
    if event.outcome == "lapsed":
        yield "代決された決裁が差し戻されたため、後閲は要らなくなりました。"


def _returned(event: facts.Returned, before: Approval, after: Approval) -> Iterator[str]:
    target = before.step(event.to_step) if event.to_step is not None else None
    yield f"差戻し先: {target.title if target else f'起案者（{before.owner.name}）'}"
    if event.to_step is None:
        again = "最初から回り直します。" if event.policy == "restart_all" else "差し戻した職から再開します。"
        yield f"再提出の後は{again}"


def _held(event: facts.Held, before: Approval, after: Approval) -> Iterator[str]:
    yield f"{long_moment(event.until)}まで" if event.until else "期限なし"


def _pulled_up(event: facts.PulledUp, before: Approval, after: Approval) -> Iterator[str]:
    skipped = [step.title for number in event.skipped if (step := before.step(number))]
    yield f"不在のため引き上げた職: {'、'.join(skipped)}"


def _reminded(event: facts.Reminded, before: Approval, after: Approval) -> Iterator[str]:
    step = after.step(event.step)
    yield f"{step.title if step else ''}へ（{event.nth}回目）"


def _escalated(event: facts.Escalated, before: Approval, after: Approval) -> Iterator[str]:
    yield (
        f"{event.to_title}に知らせました。決裁は行われません。" if event.to_title else "知らせる上位の職がありません。"
    )


def _circulated(event: facts.CirculationRequested, before: Approval, after: Approval) -> Iterator[str]:
    yield "、".join(f"{reader.title}（{reader.name}）" for reader in event.readers)


def _enforced(event: facts.Enforced, before: Approval, after: Approval) -> Iterator[str]:
    yield f"施行日 {long_day(event.on)}、方法 {event.method}、{SEALS[event.seal_mode]}"


def _completed(event: facts.Completed, before: Approval, after: Approval) -> Iterator[str]:
    yield f"保存期間 {event.retention_years}年（{long_day(event.retained_until)}まで）"


def _transferred(event: facts.OwnershipTransferred, before: Approval, after: Approval) -> Iterator[str]:
    yield f"{before.owner.title}（{before.owner.name}）から{event.to.title}（{event.to.name}）へ"


NOTES: Mapping[type[Event], Callable[[Any, Approval, Approval], Iterator[str]]] = MappingProxyType(
    {
        facts.Submitted: _submitted,
        facts.StepsActivated: _activated,
        facts.StepSkipped: _skipped,
        facts.Amended: _amended,
        facts.StepReassigned: _reassigned,
        facts.ReservationFlagged: _reserved,
        facts.RouteRevised: _revised,
        facts.ReviewerAdded: _added,
        facts.Decided: _decided,
        facts.PostReviewRequested: _review_requested,
        facts.PostReviewed: _post_reviewed,
        facts.Returned: _returned,
        facts.Held: _held,
        facts.PulledUp: _pulled_up,
        facts.Reminded: _reminded,
        facts.Escalated: _escalated,
        facts.CirculationRequested: _circulated,
        facts.Enforced: _enforced,
        facts.Completed: _completed,
        facts.OwnershipTransferred: _transferred,
    }
)
