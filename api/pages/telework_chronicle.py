"""テレワークの経過: every event of a request in Japanese, with who, as what, when, and what it changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from api.event_labels import LABELS
from api.pages.changes import Change
from api.pages.chronicle import Entry, Tone, actor
from api.pages.formats import clock, short_day, short_moment
from api.pages.telework_labels import CATEGORIES, FIELDS, KINDS, OVERDUE, PATTERNS, SLOTS
from domain.events import Event, Fact
from domain.telework import facts

TONES: Mapping[type[Event], Tone] = MappingProxyType(
    {
        facts.Approved: "good",
        facts.Ordered: "good",
        facts.Acknowledged: "good",
        facts.OvertimeOrdered: "good",
        facts.Changed: "back",
        facts.Returned: "back",
        facts.OvertimeRefused: "back",
        facts.Rejected: "ended",
        facts.Withdrawn: "ended",
        facts.Lapsed: "ended",
        facts.Revoked: "ended",
        facts.Reminded: "quiet",
        facts.HeadTold: "quiet",
        facts.Reassigned: "quiet",
    }
)
SAID = ("comment", "reason", "content")


def chronicle(all_facts: Sequence[Fact]) -> tuple[Entry, ...]:
    """Give the entries of a request's facts, oldest first."""
    return tuple(map(_entry, all_facts))


def _entry(fact: Fact) -> Entry:
    event, behalf = fact.event, getattr(fact.event, "on_behalf_of", None) or fact.meta.on_behalf_of
    tag = str(event.__struct_config__.tag)
    notes = NOTES.get(type(event))
    return Entry(
        version=fact.version,
        at=fact.meta.at,
        who=actor(fact.meta.by),
        behalf=actor(behalf) if behalf else None,
        label=LABELS.get(tag, tag),
        tone=TONES.get(type(event), "plain"),
        said=next((str(text) for name in SAID if (text := getattr(event, name, None))), ""),
        notes=tuple(note for note in notes(event) if note) if notes else (),
        changes=_changes(event),
    )


def _changes(event: Event) -> tuple[Change, ...]:
    if not isinstance(event, facts.Changed):
        return ()
    return tuple(
        Change(
            field=each.field,
            label=FIELDS.get(each.field, each.field),
            before=_read(each.field, each.before),
            after=_read(each.field, each.after),
        )
        for each in event.changes
    )


def _read(field: str, text: str) -> str:
    """A value of a changed field as an official reads it; the fact keeps codes and ISO days."""
    if field == "day":
        return short_day(date.fromisoformat(text))
    if field == "slots":
        return "、".join(
            f"{SLOTS.get(kind, kind)} {hours.replace('-', '–')}"
            for kind, _, hours in (each.partition(" ") for each in text.split(", "))
            if kind
        )
    return {"kind": KINDS, "work_pattern": PATTERNS}.get(field, {}).get(text, text)


def _submitted(event: facts.Submitted) -> Iterator[str]:
    ruling = event.ruling
    yield f"{event.head.title}（{event.head.name}）へ"
    yield f"期限（{short_moment(ruling.apply_until)}）後の申請: {ruling.late_reason}" if ruling.late else ""


def _changed(event: facts.Changed) -> Iterator[str]:
    yield "それまでの命令は効力を失いました。" if event.lapsed else ""
    yield f"期限後の変更: {event.ruling.late_reason}" if event.ruling.late else ""


def _ordered(event: facts.Approved | facts.Ordered) -> Iterator[str]:
    order = event.order
    place = f"（{order.place_name}）" if order.place_name else ""
    yield f"{short_day(order.day)} {clock(order.starts_at)}–{clock(order.ends_at)} {KINDS[order.kind]}{place}"


def _clocked(event: facts.Started | facts.Ended) -> Iterator[str]:
    yield f"{clock(event.at)}（電話による報告）" if event.reported_at else clock(event.at)
    if isinstance(event, facts.Ended) and event.overtime_minutes:
        yield f"超勤 {event.overtime_minutes}分"
    if isinstance(event, facts.Ended) and event.beyond_minutes:
        yield f"命令外 {event.beyond_minutes}分"


def _overtime_requested(event: facts.OvertimeRequested) -> Iterator[str]:
    yield f"{event.minutes}分（{CATEGORIES.get(event.category, event.category)}）"


def _overtime_ordered(event: facts.OvertimeOrdered) -> Iterator[str]:
    yield f"{event.minutes}分。終了は{clock(event.ends_at)}"


def _overdue(event: facts.Reminded | facts.HeadTold) -> Iterator[str]:
    yield f"{OVERDUE[event.overdue]}がないため、{event.to_title}に知らせました。"


def _reassigned(event: facts.Reassigned) -> Iterator[str]:
    yield f"{event.applicant.title}（{event.applicant.name}）、所属長は{event.head.title}（{event.head.name}）"


NOTES: Mapping[type[Event], Callable[[Any], Iterator[str]]] = MappingProxyType(
    {
        facts.Submitted: _submitted,
        facts.Changed: _changed,
        facts.Approved: _ordered,
        facts.Ordered: _ordered,
        facts.Started: _clocked,
        facts.Ended: _clocked,
        facts.OvertimeRequested: _overtime_requested,
        facts.OvertimeOrdered: _overtime_ordered,
        facts.Reminded: _overdue,
        facts.HeadTold: _overdue,
        facts.Reassigned: _reassigned,
    }
)
