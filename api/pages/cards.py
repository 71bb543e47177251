"""One case in a list: what it is, how pressing it is, and why it is here; and what a process brings to the inbox."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.pages.desk import Reader
from api.pages.labels import Tone
from api.parts import ApiParts
from domain.record import Record
from projections.queries.inbox import InboxItem


@dataclass(frozen=True, kw_only=True)
class Card:
    """A case as a list shows it. `by` says who brought it, and what they did: 起案 職員0525."""

    number: str
    href: str
    title: str
    kind: str
    unit: str
    by: str
    state: str
    why: str
    amount: str = ""
    tone: Tone = "moving"
    urgent: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Together:
    """A page on which several tasks of a process are answered at once."""

    href: str
    label: str
    tasks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class InInbox:
    """What a process brings to the inbox: `awaited` gives its items as cards, each with what is to be done; what the
    reader could not open is left out.
    """

    record: Record[Any]
    awaited: Callable[[ApiParts, Reader, Sequence[InboxItem]], Mapping[InboxItem, Card]]
    together: Together | None = None
