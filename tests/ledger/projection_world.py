"""A prefecture's ledger and read models on a real Postgres: commands go in at the writer, questions are asked of the
rows.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid5

import psycopg
from eventsourcing.persistence import StoredEvent

from domain.calendars import Calendars, load_holidays
from domain.directory import Directory
from domain.envelope import NAMESPACE, Envelope, Outcome
from domain.events import Actor, Event, Fact, Meta
from domain.ledger.order import Entry
from domain.ledger.reading import DIRECTORY, LedgerReader
from domain.ledger.store import LedgerStore
from domain.ledger.writing import LedgerWriter
from kessai.directory_diff import diff
from kessai.directory_files import read_directory_file
from kessai.embedded.roles import APPLICATION
from kessai.processes import EVENTS, RECORDS
from kessai.seeding import adopt_rules, append_directory
from kessai.settings import Settings
from projections.folding import Change, StreamProjection
from projections.following import Follower
from projections.generation import Generations
from projections.position import ReadPosition
from projections.projection import Projection, Table
from projections.projector import Projector
from projections.register import PROJECTIONS
from projections.schema import create
from projections.store import ReadStore

DEMO = Path(__file__).parents[2] / "kessai" / "demo" / "organisation.yaml"
MONDAY = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)  # ten in the morning in Japan
WAIT_SECONDS = 20.0


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        return self.at


@dataclass
class World:
    """One schema of its own: ledger, rules and demo directory, read models."""

    settings: Settings
    clock: Hand = field(default_factory=Hand)
    keys: Iterator[int] = field(default_factory=count)
    serials: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.schema = self.settings.database_schema
        url = self.settings.database_url
        self.ledger = LedgerStore(database_url=url, schema=self.schema, events=EVENTS, pool_size=1)
        self.writer = LedgerWriter(self.ledger, clock=self.clock, calendars=Calendars.from_rows(load_holidays()))
        self.reader = LedgerReader(self.ledger)
        self.reads = ReadStore(database_url=url, schema=self.schema, pool_size=1)

    @cached_property
    def position(self) -> ReadPosition:
        return ReadPosition(self.reads)

    @property
    def directory(self) -> Directory:
        return self.reader.references()[0]

    def seeded(self) -> "World":
        """Rules and the demo organisation."""
        adopt_rules(self.writer)
        facts = tuple(difference.fact for difference in diff(Directory(), read_directory_file(DEMO)))
        append_directory(self.writer, facts=facts, version=0, command_id=uuid5(NAMESPACE, self.schema), at=MONDAY)
        return self

    def send(self, verb: str, number: str, *, post: str, noun: str = "approval", **body: Any) -> Outcome:
        """The holder of `post` sends a command, which is accepted."""
        outcome = self.try_to(verb, number, post=post, noun=noun, **body)
        assert outcome.result == "accepted", outcome
        return outcome

    def try_to(self, verb: str, number: str, *, post: str, noun: str = "approval", **body: Any) -> Outcome:
        """The holder of `post` sends a command."""
        holder = self.directory.holder(post, self.clock.at)
        assert holder is not None
        text = RECORDS[noun].commands[verb].model_validate(body, strict=False).model_dump_json(
            by_alias=True, exclude_unset=True
        )  # fmt: skip
        envelope = Envelope(
            noun=noun, number=number, verb=verb, label=verb, body=text,
            command_id=uuid5(NAMESPACE, f"{self.schema}/{next(self.keys)}"),
            payload_sha256=hashlib.sha256(text.encode()).hexdigest(),
            person=holder.person, post=post, correlation_id=f"{noun}-{number}",
        )  # fmt: skip
        return self.writer.handle(RECORDS[noun], envelope)

    def drafted(self, *, post: str = "road-officer", number: str | None = None, **body: Any) -> str:
        """A submitted case of the road division; its number."""
        number = number or f"R8-{next(self.serials):06d}"
        asked = {
            "kind": "routine_reply",
            "title": "照会への回答について",
            "body": "次のとおり回答してよろしいか伺います。",
            **body,
        }
        self.send("draft", number, post=post, **asked)
        return number

    def waiting_post(self, number: str) -> str | None:
        """The post the case waits for."""
        state, _ = self.reader.fold(RECORDS["approval"], number)
        return state.active[0].plan.post if state.active else None

    def decided(self, number: str) -> str:
        """Everybody approves until the case is decided."""
        while (post := self.waiting_post(number)) is not None:
            state, _ = self.reader.fold(RECORDS["approval"], number)
            if state.active[0].action == "concur":
                self.send("concur", number, post=post, outcome="agree")
            else:
                self.send("approve", number, post=post)
        return number

    def append(self, stream: str, events: Iterable[Event], *, version: int = 0, person: str = "0525") -> int:
        """Facts straight into a stream; the last position."""
        meta = Meta(
            command_id=uuid5(NAMESPACE, f"{self.schema}/{next(self.keys)}"), payload_sha256="0" * 64,
            correlation_id=stream, by=Actor(person=person, name=f"職員{person}"), at=self.clock.at,
        )  # fmt: skip
        return self.writer.append_batch([Entry(stream=stream, version=version, events=tuple(events), meta=meta)])[1]

    def raw(self, stream: str, version: int, topic: str) -> None:
        """A row that no code of today can read."""
        self.ledger.ledger_recorder.append([StoredEvent(stream, version, topic, b"{}")])

    def directory_facts(self, *events: Event, by: str) -> None:
        """Facts of the directory."""
        self.append(DIRECTORY, events, version=self.directory.version, person=by)

    def active(self, projection: Projection):
        with self.reads.transaction() as cursor:
            active = Generations(self.reads.schema).active(cursor, projection)
        assert active is not None
        return active

    def follower(self, projection: Projection) -> Follower:
        """A runner on the generation that is read."""
        return Follower(self.reads, self.reader, projection, self.active(projection))

    def follow(self, *projections: Projection) -> None:
        """Bring read models to the head of the ledger."""
        for projection in projections or PROJECTIONS:
            follower = self.follower(projection)
            while follower.step():
                continue

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.reads.select("SELECT t.* FROM {schema}." + table + " t ORDER BY 1, t::text")

    def install(self, projection: Projection) -> None:
        """Create a projection of the test's own, as the migration creates all of them."""
        with psycopg.connect(self.settings.owner_database_url) as connection:
            create(connection, self.schema, APPLICATION, projections=(projection,))

    @contextmanager
    def projecting(self, projections: Sequence[Projection] = PROJECTIONS) -> Iterator[Projector]:
        """The projector runs."""
        stop, projector = threading.Event(), Projector(self.reads, self.reader, projections)
        thread = threading.Thread(target=projector.run, args=(stop,))
        thread.start()
        try:
            yield projector
        finally:
            stop.set()
            thread.join(WAIT_SECONDS)
            assert not thread.is_alive()

    def close(self) -> None:
        self.reads.close()
        self.ledger.close()


def eventually(true: Callable[[], object], *, within_seconds: float = WAIT_SECONDS) -> None:
    """Wait until something holds."""
    tick = threading.Event()
    for _ in range(int(within_seconds / 0.02)):
        if true():
            return
        tick.wait(0.02)
    raise AssertionError("it never came true")


class Count(NamedTuple):
    """How many facts a stream has."""

    stream: str
    facts: int


def counting(
    *, after: Callable[[Change[int]], None] = lambda change: None, name: str = "counting", edition: int = 1
) -> StreamProjection[int]:
    """The smallest read model: facts per stream of approvals. `after` runs inside the transaction, before the rows
    are written.
    """

    def rows(change: Change[int]) -> list[Count]:
        after(change)
        return [Count(change.facts[0].stream, change.after)]

    def more(facts: int, fact: Fact) -> int:
        return facts + 1

    table = Table(
        name=f"rm_{name}", columns="stream text PRIMARY KEY, facts int NOT NULL", indexes=(), row=Count, key=("stream",)
    )
    return StreamProjection(
        name=name, edition=edition, nouns=frozenset({"approval"}), initial=0, evolve=more, rows=((table, rows),)
    )
