"""The shape of the directory's answers: units, posts, people, absences, proposals, and what a change did."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from api.shapes.problem import Shape


class Unit(Shape):
    """所属"""

    code: str
    name: str
    kind: Literal["prefecture", "department", "division", "bureau", "office"]
    parent: str | None
    document_symbol: str | None


class UnitPage(Shape):
    """所属の一頁"""

    items: list[Unit]
    next_cursor: str | None


class Holder(Shape):
    """職に就いている者(事務取扱なら `acting`)"""

    person: str
    name: str
    title: str
    acting: bool


class Post(Shape):
    """職。`holder` が null なら欠員"""

    code: str
    title: str
    unit: str
    rank: str
    oversees: list[str]
    roles: list[str]
    duties: list[str]
    acting: str | None
    holder: Holder | None


class PostPage(Shape):
    """職の一頁"""

    items: list[Post]
    next_cursor: str | None


class Person(Shape):
    """職員と、その就いている職"""

    person: str
    name: str
    posts: list[str]
    absent_until: datetime | None


class PersonPage(Shape):
    """職員の一頁"""

    items: list[Person]
    next_cursor: str | None


class Absence(Shape):
    """不在。理由は本人、上司、職員録の管理者だけに見える"""

    absence: str
    person: str
    begins_at: datetime
    ends_at: datetime
    reason: str | None


class AbsencePage(Shape):
    """不在の一頁"""

    items: list[Absence]
    next_cursor: str | None


class Proposal(Shape):
    """第二者の承認を待つ変更"""

    proposal: str
    state: Literal["pending", "confirmed", "refused"]
    proposed_by: str
    concerned: list[str]
    changes: list[dict[str, Any]] = Field(description="承認されたときに効力を生じる事実")


class ProposalPage(Shape):
    """提案の一頁"""

    items: list[Proposal]
    next_cursor: str | None


class OwnPost(Shape):
    """自分の職"""

    code: str
    title: str
    unit: str
    rank: str
    acting: bool


class Me(Shape):
    """自分が誰か: 職、役割、不在"""

    kind: Literal["person", "service"]
    person: str
    name: str | None
    post: str | None = Field(description="Kessai-Post を付けないときの職")
    posts: list[OwnPost]
    roles: list[str]
    absent_until: datetime | None
    on: date


class DirectoryChange(Shape):
    """職員録の変更の結果。第二者の承認が要るときは `state` が proposed で、まだ効力がない"""

    version: int
    state: Literal["done", "proposed"]
    proposal: str | None
    label: str
    type: str
    change: dict[str, Any]
