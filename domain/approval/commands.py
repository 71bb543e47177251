"""決裁案件への指示: the bodies of the verbs of api.md, checked for shape; whether they may happen is decided later."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.record import Command
from domain.text import Line, Said, Text

Yen = Annotated[int, Field(ge=0, le=10**13)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PostCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]

Reason = Annotated[Said, Field(min_length=1, max_length=2000)]
Comment = Annotated[Text, Field(max_length=2000)]


class Part(BaseModel):
    """A nested value of a command."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class CounterpartyIn(Part):
    """相手方"""

    name: Annotated[Line, Field(min_length=1, max_length=200)]
    corporate_number: Annotated[str, Field(pattern=r"^[0-9]{13}$")] | None = None


class PeriodIn(Part):
    """期間, both days included; the last day is not before the first."""

    from_: date = Field(alias="from")
    to: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise ValueError("to is before from")
        return self


class AttachmentIn(Part):
    """An uploaded attachment: its hash and the name to show."""

    sha256: Sha256
    name: Annotated[Line, Field(min_length=1, max_length=255)]


class Draft(Command):
    """起案(`submit` true なら提出まで). What api.md names for `POST /v1/approvals`."""

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,63}$")]
    title: Annotated[Line, Field(min_length=1, max_length=200)]
    body: Annotated[Text, Field(max_length=100_000)] = ""
    amount_yen: Yen | None = None
    flags: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=20)] = ()
    information_system: bool = False
    multi_year: bool = False
    counterparty: CounterpartyIn | None = None
    period: PeriodIn | None = None
    contract_document: Sha256 | None = None
    attachments: Annotated[tuple[AttachmentIn, ...], Field(max_length=100)] = ()
    amends: Annotated[str, Field(max_length=32)] | None = None
    urgent: bool = False
    needed_by: date | None = None
    submit: bool = True


class Submit(Command):
    """提出"""


class Amend(Command):
    """修正: the changed fields with a reason; a field that is left out stays as it is."""

    reason: Reason
    title: Annotated[Line, Field(min_length=1, max_length=200)] | None = None
    body: Annotated[Text, Field(max_length=100_000)] | None = None
    amount_yen: Yen | None = None
    flags: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=20)] | None = None
    information_system: bool | None = None
    multi_year: bool | None = None
    counterparty: CounterpartyIn | None = None
    period: PeriodIn | None = None
    contract_document: Sha256 | None = None
    attachments: Annotated[tuple[AttachmentIn, ...], Field(max_length=100)] | None = None
    urgent: bool | None = None
    needed_by: date | None = None

    def given_fields(self) -> dict[str, Any]:
        """The fields the sender named, null included (null clears a field that may be empty)."""
        return {name: getattr(self, name) for name in self.model_fields_set if name not in ("reason", "version")}


class Approve(Command):
    """承認(決裁者にとっては決裁)"""

    comment: Comment | None = None


class Concur(Command):
    """合議の回答. An opinion is required for every outcome but agreement."""

    outcome: Literal["agree", "agree_with_opinion", "dissent", "request_change"]
    opinion: Comment | None = None


class Decide(Command):
    """決裁"""

    comment: Comment | None = None


class Reject(Command):
    """否決"""

    reason: Reason


class Examine(Command):
    """会計管理者の審査"""

    outcome: Literal["pass", "return"]
    reason: Reason | None = None


class Return(Command):
    """差戻し to an earlier step, or to the drafter"""

    to_step: int | Literal["drafter"] = "drafter"
    reason: Reason


class Withdraw(Command):
    """取下げ"""

    reason: Reason


class Abandon(Command):
    """廃案"""

    reason: Reason


class Hold(Command):
    """保留"""

    reason: Reason
    until: datetime | date | None = None


class Resume(Command):
    """保留の解除"""


class Reserve(Command):
    """専決の留保"""

    flag: Annotated[str, Field(max_length=64)]
    reason: Reason


class AddReviewer(Command):
    """回議者の追加"""

    post: PostCode
    position: Literal["before", "after", "parallel"]


class ProxyDecide(Command):
    """代決. `urgency` says why it cannot wait. `prior_instruction` (its words), or `special_urgency`, lifts the
    ban on classes of cases that are not for proxies.
    """

    urgency: Reason
    prior_instruction: Reason | None = None
    special_urgency: bool = False
    comment: Comment | None = None


class PostReview(Command):
    """後閲"""

    outcome: Literal["seen", "objected"]
    comment: Comment | None = None


class PullUp(Command):
    """引上げ承認"""

    reason: Reason


class Circulate(Command):
    """供覧"""

    posts: Annotated[tuple[PostCode, ...], Field(min_length=1, max_length=100)]


class Confirm(Command):
    """供覧の確認"""


class Enforce(Command):
    """施行. `on` is a day, not before the decision; left out: today."""

    method: Annotated[Line, Field(min_length=1, max_length=100)]
    seal_mode: Literal["physical", "omitted", "electronic", "none"]
    on: date | None = None


class Complete(Command):
    """完結"""


class Transfer(Command):
    """起案者の引継ぎ"""

    to_post: PostCode
    reason: Reason


class Remind(Command):
    """期限の催促 (system rule)"""

    step: int
    round: int
    nth: int


class Escalate(Command):
    """期限超過の上申 (system rule)"""

    step: int
    round: int


class Release(Command):
    """保留期限の到来 (system rule)"""

    until: datetime


class Reassign(Command):
    """人事異動による回付先の変更 (system rule)"""

    step: int
    round: int
    person: str


class Inherit(Command):
    """人事異動による起案者の引継ぎ (system rule)"""

    person: str
