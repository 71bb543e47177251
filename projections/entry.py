"""管理簿の読み取り表: one row per entry of any register, with its text for searching; its tasks and notices."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, cast

from domain.clock import civil_date
from domain.entry import RECORD, facts
from domain.entry.people import ENTRANT, HEAD
from domain.entry.state import Entry
from domain.events import Event, Fact
from projections import terms
from projections.folding import Change, Place, Row, StreamProjection, Told
from projections.japanese_text import normalised
from projections.kept import Kept, keeping
from projections.projection import Table
from projections.tasks import TaskRow
from projections.terms import Origin

ENTRIES = """
    number          text        PRIMARY KEY,
    opened          bigint      NOT NULL,  -- position of the first event: the order of lists, which never changes
    position        bigint      NOT NULL,
    version         int         NOT NULL,
    updated_at      timestamptz NOT NULL,
    register        text        NOT NULL,
    register_label  text        NOT NULL,
    title           text        NOT NULL,
    state           text        NOT NULL,
    state_label     text        NOT NULL,
    closed          boolean     NOT NULL,
    overdue         boolean     NOT NULL,
    urgent          boolean     NOT NULL,
    confidential    boolean     NOT NULL,
    unit            text        NOT NULL,  -- the entrant's, as entered
    unit_name       text        NOT NULL,
    entrant_post    text        NOT NULL,
    entrant_title   text        NOT NULL,
    entrant_person  text        NOT NULL,
    entrant_name    text        NOT NULL,
    entered_on      date        NOT NULL,
    fiscal_year     int         NOT NULL,
    waiting_on      text[]      NOT NULL,
    waiting_titles  text[]      NOT NULL,
    task            text        NOT NULL,
    due_at          timestamptz,
    links           text[]      NOT NULL,  -- every number it names
    content         text        NOT NULL,  -- its values as people read them, by field: a JSON object
    searched        text        NOT NULL,  -- normalised, for comparing
    readers         text[]      NOT NULL   -- person:…, post:…, above:…, unit:… (terms.py)"""
INDEXES = (
    "UNIQUE (opened)",
    "(register, opened)",
    "(register, state, opened)",
    "(unit, register, opened)",
    "(entrant_person, opened)",
    "USING gin (readers)",
    "USING gin (links) WHERE links <> '{{}}'",
)


class EntryRow(NamedTuple):
    """One entry as lists show it. Times are aware; days are civil days in Japan; `readers` is for the database only."""

    number: str
    opened: int
    position: int
    version: int
    updated_at: datetime
    register: str
    register_label: str
    title: str
    state: str
    state_label: str
    closed: bool
    overdue: bool
    urgent: bool
    confidential: bool
    unit: str
    unit_name: str
    entrant_post: str
    entrant_title: str
    entrant_person: str
    entrant_name: str
    entered_on: date
    fiscal_year: int
    waiting_on: list[str]
    waiting_titles: list[str]
    task: str
    due_at: datetime | None
    links: list[str]
    content: str
    searched: str
    readers: list[str]


def origin(entry: Entry) -> Origin:
    """What an entry was made from."""
    return Origin(entry.entrant.post, entry.entrant.unit)


def entry_rows(change: Change[Kept[Entry]]) -> Sequence[Row]:
    """Give the one row of the entry, however much of it is new."""
    kept, state = change.after, change.after.state
    standing, entrant, entered = state.standing, state.entrant, state.entered_at
    assert entered is not None, "an entry that exists was made at some time"
    said = {each.name: each.shown for each in state.values}
    row = EntryRow(
        *Place.of(change, number=kept.number, opened=kept.opened),
        register=state.register,
        register_label=state.register_label,
        title=state.title,
        state=state.status,
        state_label=standing.label,
        closed=state.closed,
        overdue=state.overdue,
        urgent=state.urgent,
        confidential=state.confidential,
        unit=entrant.unit,
        unit_name=entrant.unit_name,
        entrant_post=entrant.post,
        entrant_title=entrant.title,
        entrant_person=entrant.person,
        entrant_name=entrant.name,
        entered_on=civil_date(entered),
        fiscal_year=state.fiscal_year,
        waiting_on=list(standing.posts),
        waiting_titles=list(standing.titles),
        task=standing.task,
        due_at=standing.due_at,
        links=sorted(_links(state)),
        content=json.dumps(said, ensure_ascii=False),
        searched=normalised(" ".join((kept.number, state.title, entrant.name, *said.values()))),
        readers=readers(kept),
    )
    return (row,)


def _links(state: Entry) -> set[str]:
    return {str(each.value) for each in state.values if isinstance(each.value, str) and _is_number(each.value)}


def _is_number(text: str) -> bool:
    return text[:1] in ("R", "H") and text[1:].replace("-", "").isdecimal() and "-" in text


def readers(kept: Kept[Entry]) -> list[str]:
    """Give whom `domain.entry.standing.may_read` lets read, in the terms that hold whatever the directory says on the
    day of reading.
    """
    state = kept.state
    made_from = origin(state)
    found = {terms.person(person) for person in state.participants}
    found.update(terms.post(post) for post in state.posts)
    found.update(terms.above(made_from))
    found.add(terms.heir(state.entrant.person, made_from.post))
    if not state.confidential:
        found.update(terms.colleagues(made_from))
    found.update(_stand_ins(kept))
    return sorted(found)


def _stand_ins(kept: Kept[Entry]) -> Iterator[str]:
    standing = kept.state.standing
    if not kept.state.closed and (standing.awaits or "").startswith(HEAD):
        for post in standing.posts:
            yield from terms.stand_ins(post, origin(kept.state))


def tasks(kept: Kept[Entry]) -> list[TaskRow]:
    """Give what waits: on the entrant or whoever took over, on the posts asked, on those who may stand in for a
    head.
    """
    state = kept.state
    if state.closed or state.standing.awaits is None:
        return []
    if state.standing.awaits == ENTRANT:
        entrant = state.entrant
        asked = [terms.person(entrant.person), terms.heir(entrant.person, entrant.post)]
    else:
        asked = [terms.post(post) for post in state.standing.posts]
    found = [_task(kept, "act", recipient) for recipient in asked]
    return found + [_task(kept, "proxy", recipient) for recipient in dict.fromkeys(_stand_ins(kept))]


def _task(kept: Kept[Entry], task: str, recipient: str) -> TaskRow:
    state, since = kept.state, kept.state.since
    assert since is not None, "an entry that stands somewhere has come there"
    return TaskRow(
        number=kept.number,
        task=task,
        recipient=recipient,
        opened=kept.opened,
        title=state.title,
        unit=state.entrant.unit,
        urgent=state.urgent,
        since=since,
        from_=None,
        due_at=state.standing.due_at,
    )


def _told(before: Kept[Entry], fact: Fact, after: Kept[Entry]) -> Iterable[str]:
    event = cast(facts.PeopleTold | facts.OverdueReported, fact.event)
    return [terms.person(each.person) for each in event.told]


def _reminded(before: Kept[Entry], fact: Fact, after: Kept[Entry]) -> Iterable[str]:
    return [row.recipient for row in tasks(before) if row.task == "act"]


TOLD: Mapping[type[Event], Told[Kept[Entry]]] = {
    facts.PeopleTold: _told,
    facts.OverdueReported: _told,
    facts.Reminded: _reminded,
}
TABLE = Table(name="rm_entry", columns=ENTRIES, indexes=INDEXES, row=EntryRow, key=("number",))
ENTRY: StreamProjection[Kept[Entry]] = StreamProjection(
    name="entry",
    edition=1,
    nouns=frozenset({RECORD.noun}),
    initial=Kept(state=RECORD.initial),
    evolve=keeping(RECORD),
    rows=((TABLE, entry_rows),),
    tasks=tasks,
    told=TOLD,
)
