"""The organisation as a directory file describes it: one row type a kind, checked one by one."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.directory import Rank, rank_order
from domain.directory.commands import FIRST, LAST, Code, Text
from domain.directory.organisation import ProxyRule, Target, UnitKind


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        day = None
    if day is None or not FIRST <= day <= LAST:
        raise PydanticCustomError("day", "日付(YYYY-MM-DD)にしてください")
    return day


Day = Annotated[date, BeforeValidator(_day)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PrefectureRow(_Part):
    """The prefecture and the day from which the file describes it."""

    code: Code
    name: Text
    valid_from: Day


class UnitRow(_Part):
    """A unit."""

    code: Code
    name: Text
    kind: UnitKind
    parent: Code | None = None
    document_symbol: Text | None = None
    note: Text | None = None


class PostRow(_Part):
    """A post with its holder, or vacant, or acted for. Without `person_name` a person is called 職員 + number."""

    code: Code
    title: Text
    unit: Code
    rank: Rank
    person: Code | None = None
    person_name: Text | None = None
    oversees: tuple[Code, ...] = ()
    roles: tuple[Literal["auditor", "finance", "directory-admin", "operator"], ...] = ()
    duties: tuple[Code, ...] = ()
    acting: Code | None = None
    note: Text | None = None

    @property
    def name(self) -> str | None:
        """The holder's display name; None for a vacant post."""
        return None if self.person is None else self.person_name or f"職員{self.person}"


class TargetRow(_Part):
    """Exactly one of post, rank, duty."""

    post: Code | None = None
    rank: Rank | None = None
    duty: Code | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for value in (self.post, self.rank, self.duty)) != 1:
            raise PydanticCustomError("target", "post、rank、duty のどれか一つを書いてください")
        return self

    @property
    def target(self) -> Target:
        """The same as a value of the domain."""
        if self.post is not None:
            return Target("post", self.post)
        return Target("rank", self.rank) if self.rank is not None else Target("duty", self.duty or "")


class ProxyRow(_Part):
    """Who may stand in for the absent one, in order."""

    for_: TargetRow = Field(alias="for")
    proxies: tuple[TargetRow, ...]

    @property
    def rule(self) -> ProxyRule:
        """The same as a value of the domain."""
        return ProxyRule(absent=self.for_.target, proxies=tuple(proxy.target for proxy in self.proxies))


class AbsenceRow(_Part):
    """An absence of whole days, both ends included, of the person or of the one behind the post."""

    post: Code | None = None
    person: Code | None = None
    from_: Day = Field(alias="from")
    to: Day
    reason: Text


class Desired(_Part):
    """The organisation as a file describes it, from `prefecture.valid_from` on."""

    prefecture: PrefectureRow
    units: tuple[UnitRow, ...]
    posts: tuple[PostRow, ...]
    proxy_order: tuple[ProxyRow, ...] = ()
    absences: tuple[AbsenceRow, ...] = ()

    def person_behind(self, post: str) -> str | None:
        """The person of the post, else that of the post acting for it."""
        by_code = {row.code: row for row in self.posts}
        row = by_code[post]
        acting = by_code.get(row.acting) if row.acting else None
        return row.person or (acting.person if acting else None)

    def regular_posts(self) -> dict[str, str]:
        """本務: each person's highest post, the first named where two rank alike; others are concurrent (兼務)."""
        found: dict[str, str] = {}
        for row in sorted(self.posts, key=lambda row: -rank_order(row.rank)):
            if row.person is not None:
                found.setdefault(row.person, row.code)
        return found
