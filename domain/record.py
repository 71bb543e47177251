"""Records: the shape every process gives to its facts, so that ledger, workflow and API can carry any of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.calendars import Calendars
from domain.directory import Directory
from domain.events import Actor, Event, Meta, On
from domain.rulebook import Rulebook
from domain.view import View

S = TypeVar("S")


class Command(BaseModel):
    """A command's body as it comes through a door (HTTP or the Temporal wire): strict, closed, immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: int | None = None  # the version the sender last saw; older than the record → stale-version


@dataclass(frozen=True, kw_only=True)
class GuardStream:
    """A stream that carries a rule across records; `whole` where its events matter and not only its length."""

    name: str
    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class Guard:
    """A guard stream as loaded: its version, and its events (the last one, or all of a `whole` guard), each with what
    is stored beside it.
    """

    version: int = 0
    events: tuple[Event, ...] = ()
    metas: tuple[Meta, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Given:
    """Everything a decision may look at besides the record: time, who asks, directory, rules, calendars, guard
    streams.
    """

    now: datetime
    by: Actor
    directory: Directory
    rules: Rulebook
    calendars: Calendars
    command_id: UUID
    number: str
    guards: Mapping[str, Guard] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Something a named system rule has to do with a record now; `occasion` names it by business facts, so that it
    happens once. `asks`: what the command says is not in the record; the read models are asked for it (ADR 0016).
    """

    verb: str
    rule: str
    occasion: str
    command: Command
    asks: bool = False


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One verb of a record: the body it takes, and what the rest of the system has to know of it."""

    label: str  # shown as the update's name in the Temporal UI
    command: type[Command]
    creates: bool = False  # begins a record: its number is reserved first, and its process starts with it
    system: bool = False  # only a named system rule may send it
    after_end: bool = False  # may still do something to a record whose view is closed


@dataclass(frozen=True, kw_only=True)
class Record(Generic[S]):
    """One process's record: its noun, its facts, and the pure functions over them.

    `verbs` are called as in the API's paths. `guards` names the guard streams a command needs loaded; `document` is
    the public document of api.md.
    """

    noun: str
    plural: str  # in addresses: /v1/approvals
    label: str
    events: tuple[type[Event], ...]
    verbs: Mapping[str, Verb]
    initial: S
    evolve: Callable[[S, Event, Meta], S]
    decide: Callable[[S, Command, Given], list[Event | On]]
    view: Callable[[S, int], View]
    document: Callable[[S, int, str], dict[str, Any]]  # state, version, number
    due: Callable[[S, datetime, Directory], tuple[Occasion, ...]]
    may_read: Callable[[S, str, Directory, datetime], bool]  # state, person, directory, at
    endings: frozenset[str] = frozenset()  # tags after which a record is closed, unless `open_until` says otherwise
    told_by_others: frozenset[str] = frozenset()  # tags that decisions on other records add to this one's stream
    open_until: Mapping[str, str] = field(default_factory=dict)  # a tag that keeps it open → the tag that ends that
    guards: Callable[[S, Command, Given], tuple[GuardStream, ...]] = lambda state, command, given: ()
    evolve_all: Callable[[S, Iterable[Event]], S] | None = None  # `evolve`, fact by fact, where many at once cost less

    @cached_property
    def commands(self) -> Mapping[str, type[Command]]:
        """Each verb's body."""
        return {name: verb.command for name, verb in self.verbs.items()}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Each verb's Japanese name."""
        return {name: verb.label for name, verb in self.verbs.items()}

    @cached_property
    def creates(self) -> frozenset[str]:
        """The verbs that begin a record."""
        return frozenset(name for name, verb in self.verbs.items() if verb.creates)

    @cached_property
    def system(self) -> frozenset[str]:
        """The verbs that only a named system rule may send."""
        return frozenset(name for name, verb in self.verbs.items() if verb.system)

    @cached_property
    def after_end(self) -> frozenset[str]:
        """The verbs that a closed record may still take."""
        return frozenset(name for name, verb in self.verbs.items() if verb.after_end)
