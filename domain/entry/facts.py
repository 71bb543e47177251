"""管理簿の事実: what can have happened to one entry of a register, from the day it was made to its end."""

from datetime import datetime

from domain.events import Actor, Event, Part


class Party(Part, frozen=True):
    """A person in a post of a unit, with name and title as displayed that day."""

    person: str
    name: str
    post: str
    title: str
    unit: str
    unit_name: str


class Value(Part, frozen=True):
    """What one field says, with its name as displayed that day; `shown` is how a person reads the value."""

    name: str
    label: str
    value: str | bool
    shown: str


class Told(Part, frozen=True):
    """Who was told, as what the register calls them (`who`), and as which post."""

    who: str
    post: str
    title: str
    person: str
    name: str


class Standing(Part, frozen=True):
    """Where an entry stands and for whom it waits; times are aware UTC."""

    state: str
    label: str
    awaits: str | None = None
    posts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    task: str = ""
    due_at: datetime | None = None
    remind_at: datetime | None = None


class Entered(Event, frozen=True, tag="entry.entered.v1"):
    """記入. `edition` is that of the definition, which goes on to hold for the entry; `actors` are the posts that may
    have something to do with it.
    """

    register: str
    register_label: str
    edition: str
    title: str
    confidential: bool
    urgent: bool
    fiscal_year: int
    entrant: Party
    values: tuple[Value, ...]
    standing: Standing
    actors: tuple[str, ...] = ()


class Moved(Event, frozen=True, tag="entry.moved.v1"):
    """処理: one transition. `standing` None: the entry stands as before (a note)."""

    transition: str
    label: str
    values: tuple[Value, ...] = ()
    standing: Standing | None = None
    opens: str | None = None
    on_behalf_of: Actor | None = None


class PeopleTold(Event, frozen=True, tag="entry.people-told.v1"):
    """通知: all of them at the same moment; nothing waits for any of them."""

    told: tuple[Told, ...]


class Reminded(Event, frozen=True, tag="entry.reminded.v1"):
    """催促 of whoever is waited on."""

    stage: int
    nth: int
    next_at: datetime | None


class OverdueReported(Event, frozen=True, tag="entry.overdue-reported.v1"):
    """期限超過の報告 to the head of the unit, once per stage."""

    stage: int
    told: tuple[Told, ...]
    next_at: datetime | None


class Closed(Event, frozen=True, tag="entry.closed.v1"):
    """終了: the entry is in a state that ends it."""

    state: str


EVENTS: tuple[type[Event], ...] = (Entered, Moved, PeopleTold, Reminded, OverdueReported, Closed)
