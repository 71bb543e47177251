"""お知らせ: what a person is to be told without having to act on it, from cases and from the directory."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from domain.approval import facts as approval
from domain.directory import Directory
from domain.directory import facts as directory
from domain.directory import fold as fold_directory
from domain.directory.notices import to_notify
from domain.events import Event, Fact
from projections.projection import Table
from projections.streams import Change, Row, StreamProjection

COLUMNS = """
    position  bigint      NOT NULL,   -- of the event that is told
    recipient text        NOT NULL,   -- person:0525, or post:road-director where whoever holds it is told
    stream    text        NOT NULL,
    version   int         NOT NULL,
    code      text        NOT NULL,   -- the event's name: approval.withdrawn
    by_name   text        NOT NULL,
    by_title  text,
    at        timestamptz NOT NULL,
    PRIMARY KEY (position, recipient)"""
INDEXES = ("(recipient, position)",)
REMEMBERED_BY_DIRECTORY = (
    directory.AbsenceRecorded,
    directory.AbsenceCancelled,
    directory.ChangeProposed,
    directory.ChangeConfirmed,
    directory.ChangeRefused,
)


class NoticeRow(NamedTuple):
    """One notice. `at` is when it happened by the injected clock."""

    position: int
    recipient: str
    stream: str
    version: int
    code: str
    by_name: str
    by_title: str | None
    at: datetime


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What must be known of a stream to say whom its next fact concerns: who owns the case and acted on which step;
    proposals and absences.
    """

    drafter: str | None = None
    acted: tuple[tuple[int, str], ...] = ()
    active: tuple[tuple[int, str], ...] = ()
    proxy: str | None = None
    directory: Directory = Directory()


def evolve(known: Known, fact: Fact) -> Known:
    """Give what is known after one more fact."""
    event, by = fact.event, fact.meta.by.person
    match event:
        case approval.Drafted():
            return _with(known, drafter=event.drafter.person)
        case approval.OwnershipTransferred():
            return _with(known, drafter=event.to.person)
        case approval.StepsActivated() | approval.Resumed():
            return _with(known, active=tuple((each.step, each.person) for each in event.activations))
        case approval.StepApproved() | approval.ConcurrenceGiven() | approval.Examined():
            return _with(known, acted=(*known.acted, (event.step, by)))
        case approval.Decided():
            proxy = by if event.proxy else None
            return _with(known, acted=(*known.acted, (event.step, by)), proxy=proxy)
    if isinstance(event, REMEMBERED_BY_DIRECTORY):
        return _with(known, directory=fold_directory(known.directory, (event,)))
    return known


def recipients(before: Known, after: Known, fact: Fact) -> Iterable[str]:
    """Give whom one fact concerns, besides those whose inbox it changes anyway."""
    event = fact.event
    match event:
        case approval.Withdrawn() | approval.Abandoned() | approval.Rejected():
            return _persons(before.drafter, *(person for _, person in (*before.acted, *before.active)))
        case approval.Decided():
            return _persons(before.drafter)
        case approval.Amended():
            undone = {each.step for each in event.invalidated}
            return _persons(*(person for step, person in before.acted if step in undone))
        case approval.PulledUp():
            return _persons(*(person for step, person in before.active if step in event.skipped))
        case approval.Escalated():
            return (f"post:{event.to_post}",) if event.to_post else ()
        case approval.PostReviewed():
            return _persons(before.drafter, before.proxy)
        case approval.OwnershipTransferred():
            return _persons(before.drafter, event.to.person)
        case approval.StepReassigned():
            return _persons(event.from_person, event.person)
    by = fact.meta.by  # an import of the whole organisation is no news to anybody
    return _persons(*to_notify(after.directory, event, by.person)) if by.kind == "person" else ()


def rows(change: Change[Known]) -> Sequence[Row]:
    """Give the notices of a stream's new facts; nobody is told what they did themselves."""
    return tuple(_rows(change))


def _rows(change: Change[Known]) -> Iterator[NoticeRow]:
    before = change.before
    for fact in change.facts:
        after = evolve(before, fact)
        by = fact.meta.by
        for recipient in sorted(set(recipients(before, after, fact)) - {f"person:{by.person}"}):
            yield NoticeRow(
                fact.position, recipient, fact.stream, fact.version, _code(fact.event), by.name, by.title, fact.meta.at
            )
        before = after


def _persons(*persons: str | None) -> tuple[str, ...]:
    return tuple(f"person:{person}" for person in persons if person)


def _code(event: Event) -> str:
    return str(event.__struct_config__.tag).rpartition(".v")[0]


def _with(known: Known, **changes: object) -> Known:
    return msgspec.structs.replace(known, **changes)


NOTICE: StreamProjection[Known] = StreamProjection(
    name="notice",
    edition=1,
    nouns=frozenset({"approval", "directory"}),
    initial=Known(),
    evolve=evolve,
    rows=(
        (Table(name="rm_notice", columns=COLUMNS, indexes=INDEXES, row=NoticeRow, key=("position", "recipient")), rows),
    ),
)
