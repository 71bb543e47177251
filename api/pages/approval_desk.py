"""案件の机: one case as it lies in front of a reader. Nothing here changes a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from api.cases import OpenCase, open_case
from api.pages.desk import Reader, who
from api.parts import ApiParts
from domain.approval import RECORD
from domain.approval.state import Approval, Step
from domain.events import Fact
from domain.ledger.reading import fold
from domain.record import Given


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


async def look(request: Request, parts: ApiParts, number: str) -> Look:
    """Give the case as the one logged in sees it; raises `LoginNeeded` and the problem `not-found`."""
    principal, reader = await who(request, parts)
    case = await open_case(parts, RECORD, number, principal)
    return Look(number=number, facts=case.facts, state=case.state, version=case.version, reader=reader)
