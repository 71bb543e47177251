"""Letters planned: whose desk a fact changes, and who is told of it, by the same rules as inbox and notices."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from domain.calendars import Calendars
from domain.clock import Clock
from domain.delivery.holding import held_until
from domain.delivery.letters import URGENT, Kind, worth_a_letter
from domain.delivery.recipients import person_of
from domain.events import Fact
from domain.ledger.reading import LedgerReader
from domain.streams import parse
from domain.webhook.message import event_name
from kessai.notifying.outbox import Outbox, Place, Planned
from projections import terms
from projections.folding import StreamProjection
from projections.tasks import TaskRow

MAIL = "mail"  # the name of its place
FACTS_MAX = 500
REMEMBERED_STREAMS_MAX = 2_000
REMINDED = ".reminded"


@dataclass(frozen=True, kw_only=True)
class _Reason:
    """Why one person is written to."""

    kind: Kind
    term: str
    task: str | None = None
    urgent: bool = False
    from_: datetime | None = None


class Desks:
    """What lies on which desk before and after a fact, folded as the read models fold it."""

    def __init__(self, reader: LedgerReader, projections: Iterable[object]) -> None:
        self._reader = reader
        self._by_noun: dict[str, StreamProjection[Any]] = {
            noun: each for each in projections if isinstance(each, StreamProjection) for noun in each.nouns
        }
        self._folds: dict[str, tuple[int, Any]] = {}

    def change(self, fact: Fact) -> tuple[StreamProjection[Any], Any, Any] | None:
        """Give the projection of the fact's noun with its folds before and after; None where there is none."""
        projection = self.of(fact.stream)
        if projection is None:
            return None
        version, before = self._folds.pop(fact.stream, (0, projection.initial))
        if version != fact.version - 1:
            before = self.fold(fact.stream, version=fact.version - 1)
        after = projection.evolve(before, fact)
        self._folds[fact.stream] = (fact.version, after)
        if len(self._folds) > REMEMBERED_STREAMS_MAX:
            del self._folds[next(iter(self._folds))]
        return projection, before, after

    def of(self, stream: str) -> StreamProjection[Any] | None:
        """Give the projection of a record's stream."""
        parsed = parse(stream)
        return self._by_noun.get(parsed.noun) if parsed else None

    def fold(self, stream: str, *, version: int | None = None) -> Any:
        """Give the fold of a stream from the ledger."""
        projection = self._by_noun[stream.partition("-")[0]]
        folded = projection.initial
        for fact in self._reader.facts(stream, version=version) if version != 0 else ():
            folded = projection.evolve(folded, fact)
        return folded

    def waits(self, stream: str, task: str, term: str) -> bool:
        """Whether the task still lies on the desk, as the ledger has it now."""
        projection = self.of(stream)
        rows = _tasks(projection, self.fold(stream)) if projection else {}
        return (task, term) in rows


class LetterPlanner:
    """Plans letters, batch by batch, each batch once. What is older than `news_for` when it is read is no news."""

    def __init__(
        self,
        *,
        reader: LedgerReader,
        outbox: Outbox,
        desks: Desks,
        clock: Clock,
        calendars: Calendars,
        news_for: timedelta,
    ) -> None:
        self._reader = reader
        self._outbox = outbox
        self._desks = desks
        self._clock = clock
        self._calendars = calendars
        self._news_for = news_for

    def step(self, place: Place | None) -> bool:
        """Plan what follows from the next facts; give whether there may be more. The first time, only from now on."""
        if place is None:
            self._outbox.begin_at(MAIL, self._reader.head())
            return True
        facts = self._reader.after(place.position, FACTS_MAX)
        if not facts:
            return False
        rows: dict[str, Planned] = {}
        for row in self._letters(facts):
            if row.kind == "task" or row.id not in rows:  # of one command's letters to a person, what they have to do
                rows[row.id] = row
        self._outbox.plan(tuple(rows.values()), place=place, up_to=facts[-1].position)
        return len(facts) == FACTS_MAX

    def _letters(self, facts: Iterable[Fact]) -> Iterator[Planned]:
        now = self._clock.now()
        directory, rules = self._reader.references()
        for fact in facts:
            change = self._desks.change(fact)
            if change is None or fact.meta.at < now - self._news_for:
                continue
            for person, reason in self._reasons(fact, *change, directory, now):
                occasion = URGENT if reason.urgent else None
                ready = max(now, reason.from_ or now)
                yield Planned(
                    channel="mail", target=person, id=letter_id(fact, person), position=fact.position,
                    stream=fact.stream, code=event_name(fact), kind=reason.kind, task=reason.task,
                    recipient=reason.term, occasion=occasion, planned_at=now,
                    not_before=held_until(ready, occasion=occasion, rules=rules, calendars=self._calendars),
                )  # fmt: skip

    def _reasons(
        self, fact: Fact, projection: StreamProjection[Any], before: Any, after: Any, directory: Any, now: datetime
    ) -> Iterator[tuple[str, _Reason]]:
        """Each person once: a task goes before a notice. Nobody is written to about what they did themselves."""
        had, has = _tasks(projection, before), _tasks(projection, after)
        urgent = any(row.urgent for row in (*had.values(), *has.values()))  # a case is, and so is what is told of it
        reasons: list[_Reason] = []
        told = projection.told.get(type(fact.event))
        if told is not None:
            reasons += [_Reason(kind="notice", term=term, urgent=urgent) for term in told(before, fact, after)]
        reminded = event_name(fact).endswith(REMINDED)
        kind: Kind = "reminder" if reminded else "task"
        for (task, term), row in has.items():
            if worth_a_letter(task) and (reminded or (task, term) not in had):
                reasons.append(_Reason(kind=kind, term=term, task=task, urgent=urgent, from_=row.from_))
        found: dict[str, _Reason] = {}
        for reason in reasons:
            person = person_of(reason.term, directory, now)
            if person is not None and reason.term != terms.person(fact.meta.by.person):
                found[person] = reason
        if fact.meta.by.kind == "person":
            found.pop(fact.meta.by.person, None)
        yield from found.items()


def letter_id(fact: Fact, person: str) -> str:
    """Give the letter's id: one a person for all that one command did to a case, however often it is planned."""
    return f"mail_{uuid5(fact.meta.command_id, f'{fact.stream}/{person}').hex}"


def _tasks(projection: StreamProjection[Any], folded: Any) -> Mapping[tuple[str, str], TaskRow]:
    if projection.tasks is None or folded is projection.initial:
        return {}
    return {(row.task, row.recipient): row for row in projection.tasks(folded)}
