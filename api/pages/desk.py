"""The desk: who sits in front of a page, what lies on it, and the parts a page reads and sends with. Nothing here changes a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol
from uuid import UUID

from starlette.requests import Request

from api.auth.forms import FormGuard
from api.auth.principal import Principal
from api.auth.session import LoginSession
from api.document_store import DocumentStore
from api.errors import Problem
from api.gateway import Answered, Sender
from domain.approval import RECORD
from domain.approval.state import Approval
from domain.calendars import Calendars
from domain.clock import Clock
from domain.directory import Directory, Post
from domain.events import Actor, Fact
from domain.ledger.reading import LedgerReader, fold
from domain.record import Command, Given
from domain.rulebook import Rulebook
from projections.position import ReadPosition
from projections.queries.approval import Approvals
from projections.queries.inbox import Inbox
from projections.queries.notice import Notices
from projections.readers import ReaderScope, reader_scope

NOBODY = UUID(int=0)  # the command id of what is only tried out


class CommandGateway(Protocol):
    """Takes one command to its outcome; `api.gateway.Gateway` does."""

    async def send(
        self, *, noun: str, number: str | None, verb: str, body: Command, sender: Sender, method: str, path: str, key: str,
        traceparent: str | None = None,
    ) -> Answered: ...


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The person in front of the page, as everything stands at `now`. `post` is the one they go on as; None: they have none."""

    person: str
    name: str
    post: Post | None
    posts: tuple[Post, ...]
    now: datetime
    directory: Directory
    rules: Rulebook

    @cached_property
    def scope(self) -> ReaderScope:
        """What of the lists they may see."""
        return reader_scope(self.directory, self.person, self.now)

    @property
    def post_codes(self) -> tuple[str, ...]:
        return tuple(post.code for post in self.posts)

    def title(self, post: str) -> str:
        """The title of one of their posts as displayed today (事務取扱 shows both)."""
        holder = self.directory.holder(post, self.now)
        return holder.title if holder else post

    def as_actor(self, post: str | None) -> Actor:
        """The person as an actor in `post`."""
        holder = self.directory.holder(post, self.now) if post else None
        if holder is None:
            return Actor(person=self.person, name=self.name)
        return Actor(person=self.person, name=holder.name, post=holder.post, title=holder.title)


@dataclass(frozen=True, kw_only=True)
class Look:
    """One case as a reader sees it: its facts up to `version`, and what they add up to."""

    number: str
    facts: Sequence[Fact]
    state: Approval
    version: int
    reader: Reader

    def as_of(self, version: int) -> "Look":
        """The case as it was at an earlier version (1 … `version`)."""
        facts = self.facts[:version]
        state, reached = fold(RECORD, facts)
        return Look(number=self.number, facts=facts, state=state, version=reached, reader=self.reader)

    @property
    def own_last_version(self) -> int:
        """The version this reader's own last act left; 0 if they never acted here."""
        return max((fact.version for fact in self.facts if fact.meta.by.person == self.reader.person), default=0)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the pages of approvals stand on; every part is handed in."""

    reader: LedgerReader
    gateway: CommandGateway
    documents: DocumentStore
    approvals: Approvals
    inbox: Inbox
    notices: Notices
    position: ReadPosition
    clock: Clock
    calendars: Calendars
    session: LoginSession
    form_guard: FormGuard
    upload_bytes_max: int

    async def principal(self, request: Request) -> Principal:
        """Who is logged in; raises `LoginNeeded`."""
        return await self.session(request)

    def who(self, principal: Principal) -> Reader:
        """The reader as the directory knows them now. A post of the session that is no longer theirs gives way to their highest.

        Nothing is ever done in its name by that: every form says, and sends, the post it acts as.
        """
        directory, rules = self.reader.references()
        now = self.clock.now()
        posts = directory.posts_of(principal.id, now)
        post = next((post for post in posts if post.code == principal.default_post), posts[0] if posts else None)
        return Reader(
            person=principal.id, name=directory.name(principal.id) or principal.id, post=post, posts=posts, now=now,
            directory=directory, rules=rules,
        )

    def look(self, reader: Reader, number: str) -> Look:
        """The case, if it exists for this reader; raises the problem `not-found`."""
        facts = self.reader.facts(f"{RECORD.noun}-{number}")
        state, version = fold(RECORD, facts)
        if version == 0 or not RECORD.may_read(state, reader.person, reader.directory, reader.now):
            raise Problem("not-found")
        return Look(number=number, facts=facts, state=state, version=version, reader=reader)

    def given(self, reader: Reader, number: str, post: str | None = None) -> Given:
        """What a decision of this reader may look at, for trying a command out; guards are the caller's."""
        post = post or (reader.post.code if reader.post else None)
        return Given(
            now=reader.now, by=reader.as_actor(post), directory=reader.directory, rules=reader.rules,
            calendars=self.calendars, command_id=NOBODY, number=number,
        )
