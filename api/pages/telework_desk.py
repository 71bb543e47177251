"""テレワークの机: one telework request as it lies in front of a reader, and whose head the reader is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from api.cases import open_case
from api.pages.desk import Reader, who
from api.parts import ApiParts
from domain.directory import Post
from domain.events import Fact
from domain.policies.telework_head import head_for, stand_ins
from domain.record import Given
from domain.telework import RECORD
from domain.telework.standing import head_now, post_of
from domain.telework.state import Telework


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request as a reader sees it: its facts, and what they add up to."""

    number: str
    facts: Sequence[Fact]
    state: Telework
    version: int
    reader: Reader

    @property
    def href(self) -> str:
        return href(self.number)

    @property
    def is_own(self) -> bool:
        """Whether it is the reader's own telework."""
        return self.state.person.person == self.reader.person

    @property
    def acting_post(self) -> str | None:
        """As which of their posts the reader acts here: their own of the request, the head's, else that they go on
        as.
        """
        directory, now = self.reader.directory, self.reader.now
        if self.is_own:
            wanted = post_of(self.state, directory, now)
        else:
            seat = head_now(self.state, directory, now)
            wanted = seat.post.code if seat and seat.person == self.reader.person else ""
        if wanted in self.reader.post_codes:
            return wanted
        return self.reader.post.code if self.reader.post else None

    @property
    def given(self) -> Given:
        """What a decision of the reader may look at."""
        return self.reader.given(self.number, self.acting_post)


def href(number: str) -> str:
    """Give the address of a request's page."""
    return f"/{RECORD.plural}/{number}"


async def lay(request: Request, parts: ApiParts, number: str) -> Case:
    """Give the request as the one logged in sees it; raises `LoginNeeded` and the problem `not-found`."""
    principal, reader = await who(request, parts)
    case = await open_case(parts, RECORD, number, principal)
    return Case(number=number, facts=case.facts, state=case.state, version=case.version, reader=reader)


def subordinates(reader: Reader) -> Iterator[Post]:
    """Give the held posts whose telework the reader orders: as head, or standing in for one who is away."""
    directory, today, now = reader.directory, reader.today, reader.now
    own = {post.unit for post in reader.posts}
    posts: dict[str, list[Post]] = {}
    for post in directory.posts(today):
        posts.setdefault(post.unit, []).append(post)
    for unit, those in posts.items():
        if unit not in own and not directory.in_line_above(reader.person, unit, now):
            continue
        head = directory.head(unit, today)
        holder = directory.holder(head.code, now) if head else None
        is_attended = holder is not None and directory.absence(holder.person, now) is None
        those = those if unit in own or not is_attended else [post for post in those if post == head]
        yield from (post for post in those if orders(reader, post))


def orders(reader: Reader, post: Post) -> bool:
    """Whether the reader approves and orders the telework of whoever holds `post`, or is the first to stand in."""
    directory, now = reader.directory, reader.now
    holder = directory.holder(post.code, now)
    if holder is None or holder.person == reader.person:
        return False
    seat = head_for(directory, post=post.code, person=holder.person, at=now)
    if seat is None:
        return False
    first = next(iter(stand_ins(directory, seat, person=holder.person, at=now)), None)
    return seat.person == reader.person or (first is not None and first.person == reader.person)


def is_head(reader: Reader) -> bool:
    """Whether there is anybody whose telework the reader orders."""
    return any(True for _ in subordinates(reader))
