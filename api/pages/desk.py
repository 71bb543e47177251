"""The desk: who sits in front of a page. What lies on it is each process's own."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.auth.principal import Principal
from api.parts import ApiParts
from domain.calendars import Calendars
from domain.clock import civil_date
from domain.directory import Directory, Post
from domain.events import Actor
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
