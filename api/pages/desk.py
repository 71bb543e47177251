"""The desk: who sits in front of a page, and the case that lies on it. Nothing here changes a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.auth.principal import Principal
from api.cases import OpenCase, open_case
from api.parts import ApiParts
from domain.approval import RECORD
from domain.approval.state import Approval, Step
from domain.calendars import Calendars
from domain.clock import civil_date
from domain.directory import Directory, Post
from domain.events import Actor, Fact
from domain.ledger.reading import fold
from domain.record import Given
from domain.rulebook import Rulebook
from projections.readers import Readers, ReaderScope

NOBODY = UUID(int=0)  # the command id of what is only tried out


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The person in front of the page, as everything stands at `now`. `post` is the one they go on as, if any."""

    person: str
    name: str
    post: Post | None
    posts: tuple[Post, ...]
    now: datetime
    directory: Directory
    rules: Rulebook
    calendars: Calendars
    readers: Readers

    @property
    def scope(self) -> ReaderScope:
        """What of the lists they may see."""
        return self.readers.scope(self.person, self.now)

    def desk(self, post: str | None = None) -> tuple[str, ...]:
        """The terms under which tasks and notices come to them, as all of their posts or one of them."""
        return self.readers.desk(self.person, self.now, post=post)

    @property
    def today(self) -> date:
        return civil_date(self.now)

    @property
    def post_codes(self) -> tuple[str, ...]:
        return tuple(post.code for post in self.posts)

    def title(self, post: str) -> str:
        """The title of a post as displayed today (事務取扱 shows both), the code of one that is vacant or gone."""
        holder = self.directory.holder(post, self.now)
        described = self.directory.post(post, self.today)
        return holder.title if holder else described.title if described else post

    def given(self, number: str, post: str | None = None) -> Given:
        """What a decision of this person in `post` may look at, for trying a command out; guards are the caller's."""
        post = post or (self.post.code if self.post else None)
        holder = self.directory.holder(post, self.now) if post else None
        by = Actor(person=self.person, name=self.name)
        if holder is not None:
            by = Actor(person=self.person, name=holder.name, post=holder.post, title=holder.title)
        return Given(
            now=self.now, by=by, directory=self.directory, rules=self.rules, calendars=self.calendars,
            command_id=NOBODY, number=number,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Look:
    """One case as a reader sees it: its facts, and what they add up to."""

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
    def open_case(self) -> OpenCase:
        """The case as the API opens it."""
        return OpenCase(self.number, self.state, self.version, tuple(self.facts))

    @property
    def own_last_version(self) -> int:
        """The version this reader's own last act left; 0 if they never acted here."""
        return max((fact.version for fact in self.facts if fact.meta.by.person == self.reader.person), default=0)

    @property
    def own_step(self) -> Step | None:
        """The active step that waits for this reader, who holds or acts for its post now."""
        directory, now = self.reader.directory, self.reader.now
        holders = ((step, directory.holder(step.plan.post, now)) for step in self.state.active)
        return next((step for step, holder in holders if holder and holder.person == self.reader.person), None)

    @property
    def acting_post(self) -> str | None:
        """As which of their posts the reader acts here: the one that is waited on, else the one they go on as."""
        mine = set(self.reader.post_codes)
        awaited = (post for step in self.state.active for post in (step.plan.post, *step.plan.posts) if post in mine)
        review = self.state.post_review
        if review is not None and review.outcome is None and review.post in mine and not self.state.active:
            return review.post
        return next(awaited, self.reader.post.code if self.reader.post else None)

    @property
    def given(self) -> Given:
        return self.reader.given(self.number, self.acting_post)


async def who(request: Request, parts: ApiParts) -> tuple[Principal, Reader]:
    """Give who is logged in, and the reader they are now; raises `LoginNeeded`.

    A post of the session that is no longer theirs gives way to their highest. Nothing is done in its name by that:
    every form says, and sends, the post it acts as.
    """
    principal = await parts.identity.session(request)
    directory, rules = await run_in_threadpool(parts.reader.references)
    now = parts.clock.now()
    posts = directory.posts_of(principal.id, now)
    post = next((post for post in posts if post.code == principal.default_post), posts[0] if posts else None)
    name = directory.name(principal.id) or principal.id
    return principal, Reader(
        person=principal.id, name=name, post=post, posts=posts, now=now, directory=directory, rules=rules,
        calendars=parts.calendars, readers=await parts.directory.readers(),
    )  # fmt: skip


async def look(request: Request, parts: ApiParts, number: str) -> Look:
    """Give the case as the one logged in sees it; raises `LoginNeeded` and the problem `not-found`."""
    principal, reader = await who(request, parts)
    case = await open_case(parts, RECORD, number, principal)
    return Look(number=number, facts=case.facts, state=case.state, version=case.version, reader=reader)
