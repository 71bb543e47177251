"""締結後の指示: the bodies of the verbs on a contract that is concluded and kept."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.contract.commands.parts import CaseNumber, Nth, Reason, Sha256
from domain.record import Command
from domain.text import Line


class FinaliseProvisional(Command):
    """仮契約を、議会の議決により本契約とする(又は失効させる)"""

    voted_on: date
    outcome: Literal["approved", "rejected"] = "approved"
    reference: Annotated[Line, Field(min_length=1, max_length=200)]


class Amend(Command):
    """変更契約と結び付ける"""

    by: CaseNumber
    on: date


class Terminate(Command):
    """解除・合意解約を記録する"""

    on: date
    reason: Reason
    agreement: Sha256 | None = None


class ReviewRetention(Command):
    """保存期間の満了時の措置を決める"""

    outcome: Literal["extended", "archives", "disposal"]
    until: date | None = None
    reason: Reason


class ArchivingDueNow(Command):
    """長期保管の時期 (system rule)"""

    generation: Nth


class PostponeArchiving(Command):
    """長期保管の延期 (system rule)"""

    generation: Nth
    until: AwareDatetime
    reason: str


class ArchiveDone(Command):
    """長期署名・延長の記録 (system rule)"""

    generation: Nth
    level: str
    algorithm: str
    document: Sha256
    base: Sha256
    stamped_at: AwareDatetime
    tsa_certificate: Sha256
    tsa_expires_at: AwareDatetime
    renew_at: AwareDatetime | None


class FailRenewal(Command):
    """延長の失敗 (system rule)"""

    generation: Nth
    code: str
    detail: str


class RetentionDue(Command):
    """保存期間の満了 (system rule)"""

    retained_until: date
