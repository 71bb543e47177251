"""What may be asked of the directory: the bodies of its commands, closed and strict, as they come through HTTP."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from domain.directory.organisation import AppointmentKind, Rank, UnitKind
from domain.record import Command

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")]
Text = Annotated[
    str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f\u3000][^\x00-\x1f\x7f]*$", max_length=200)
]
FIRST, LAST = date(1947, 5, 3), date(2199, 12, 31)  # from the Local Autonomy Act on; far from where dates overflow
Day = Annotated[date, Field(ge=FIRST, le=LAST)]
Instant = Annotated[AwareDatetime, Field(ge=datetime(1947, 5, 3, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC))]


class DirectoryCommand(Command):
    """A command on the directory. Fields called `from` on the wire are `from_` here."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)


class RecordAbsence(DirectoryCommand):
    """不在登録. Days count whole (both included), instants exactly (end excluded). Either `person` or `post`."""

    person: Code | None = None
    post: Code | None = None
    from_: Day | Instant = Field(alias="from")
    to: Day | Instant
    reason: Text


class CancelAbsence(DirectoryCommand):
    """不在取消: the person is back now; or was never away, when the absence has not begun yet."""

    absence: Code
    reason: Text


class Appoint(DirectoryCommand):
    """任命・兼務. `name` is needed for a person the directory has never heard of. A future `from` is a 内示."""

    post: Code
    person: Code
    name: Text | None = None
    from_: Day = Field(alias="from")
    to: Day | None = None
    kind: AppointmentKind = "regular"


class EndAppointment(DirectoryCommand):
    """解任: `to` is the last day; for an appointment that has not begun, any day before it withdraws it."""

    post: Code
    person: Code
    to: Day


class NameActing(DirectoryCommand):
    """事務取扱: the person of `acting_post` acts for `post` on the days on which nobody is appointed to it."""

    post: Code
    acting_post: Code
    from_: Day = Field(alias="from")
    to: Day | None = None


class EndActing(DirectoryCommand):
    """The end of an acting order; `to` is its last day."""

    post: Code
    to: Day


class Grant(DirectoryCommand):
    """A post gets a role of the system or a statutory duty. Exactly one of the two."""

    post: Code
    role: Code | None = None
    duty: Code | None = None
    from_: Day = Field(alias="from")


class Withdraw(DirectoryCommand):
    """A post loses a role or duty; `from` is the first day without it. Exactly one of the two."""

    post: Code
    role: Code | None = None
    duty: Code | None = None
    from_: Day = Field(alias="from")


class Transfer(DirectoryCommand):
    """人事異動 of one person. `successor` is the person named in the 事務引継 for the open drafts."""

    person: Code
    from_post: Code
    to_post: Code
    on: Day
    successor: Code | None = None


class OneMove(Command):
    """One person's part of a transfer of many."""

    person: Code
    from_post: Code
    to_post: Code
    successor: Code | None = None


class TransferMany(DirectoryCommand):
    """人事異動 of one day: all moves at once, so that people may take each other's posts."""

    on: Day
    moves: tuple[OneMove, ...] = Field(min_length=1, max_length=5000)


class EstablishUnit(DirectoryCommand):
    """設置."""

    unit: Code
    name: Text
    kind: UnitKind
    parent: Code | None = None
    document_symbol: Text | None = None
    from_: Day = Field(alias="from")


class ChangeUnit(DirectoryCommand):
    """改称・移管: what is not given stays as it is on that day."""

    unit: Code
    name: Text | None = None
    parent: Code | None = None
    document_symbol: Text | None = None
    from_: Day = Field(alias="from")


class AbolishUnit(DirectoryCommand):
    """廃止: `on` is the first day without the unit; `successors` are the units that take over."""

    unit: Code
    on: Day
    successors: tuple[Code, ...] = Field(default=(), max_length=50)


class EstablishPost(DirectoryCommand):
    """A new post."""

    post: Code
    title: Text
    unit: Code
    rank: Rank
    oversees: tuple[Code, ...] = Field(default=(), max_length=200)
    from_: Day = Field(alias="from")


class ChangePost(DirectoryCommand):
    """What is not given stays as it is on that day."""

    post: Code
    title: Text | None = None
    unit: Code | None = None
    rank: Rank | None = None
    oversees: tuple[Code, ...] | None = Field(default=None, max_length=200)
    from_: Day = Field(alias="from")


class AbolishPost(DirectoryCommand):
    """`on` is the first day without the post; `successor` is the post that takes over its open steps."""

    post: Code
    on: Day
    successor: Code | None = None


class TargetBody(Command):
    """One post, every post of a rank, or every post with a duty."""

    by: Literal["post", "rank", "duty"]
    code: Code


class ProxyRuleBody(Command):
    """Who may stand in for the absent one, in order."""

    absent: TargetBody
    proxies: tuple[TargetBody, ...] = Field(max_length=20)


class AdoptProxyOrder(DirectoryCommand):
    """代決順位: replaces the whole order from that day."""

    from_: Day = Field(alias="from")
    rules: tuple[ProxyRuleBody, ...] = Field(max_length=1000)


class Confirm(DirectoryCommand):
    """The second person's yes."""

    proposal: Code
    comment: Text | None = None


class RefuseProposal(DirectoryCommand):
    """The second person's no; from the author: the proposal is taken back."""

    proposal: Code
    reason: Text


COMMANDS: Mapping[str, tuple[type[DirectoryCommand], str]] = {
    "record-absence": (RecordAbsence, "不在登録"),
    "cancel-absence": (CancelAbsence, "不在取消"),
    "appoint": (Appoint, "任命"),
    "end-appointment": (EndAppointment, "解任"),
    "name-acting": (NameActing, "事務取扱の命令"),
    "end-acting": (EndActing, "事務取扱の終了"),
    "grant": (Grant, "役割・職務の付与"),
    "withdraw": (Withdraw, "役割・職務の取消"),
    "transfer": (Transfer, "人事異動"),
    "transfer-many": (TransferMany, "人事異動(一括)"),
    "establish-unit": (EstablishUnit, "所属の設置"),
    "change-unit": (ChangeUnit, "所属の変更"),
    "abolish-unit": (AbolishUnit, "所属の廃止"),
    "establish-post": (EstablishPost, "職の設置"),
    "change-post": (ChangePost, "職の変更"),
    "abolish-post": (AbolishPost, "職の廃止"),
    "adopt-proxy-order": (AdoptProxyOrder, "代決順位の制定"),
    "confirm": (Confirm, "変更の承認"),
    "refuse-proposal": (RefuseProposal, "変更の不承認"),
}
