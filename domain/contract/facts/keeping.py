"""締結後の事実: conclusion, copies, custody for decades, amendment and end."""

from datetime import date, datetime
from typing import Literal

from domain.contract.facts.content import Copy, StampDuty
from domain.events import Event


class Concluded(Event, frozen=True, tag="contract.concluded.v1"):
    """締結(確定): every required signature is in the file and valid (地方自治法234条5項). Three facts: `contract_date`,
    `last_signature_at`, `effective_from`. `report` is the verification report, by hash. `provisional`: it waits for
    the vote.
    """

    document: str
    report: str
    contract_date: date
    last_signature_at: datetime
    effective_from: date | None
    retained_until: date
    archive_at: datetime
    provisional: bool
    dates_differ: bool
    stamp_duty: StampDuty | None = None  # as of the contract date
    review_on: date | None = None  # from this day on the end of the retention is reviewed


class ProvisionalFinalised(Event, frozen=True, tag="contract.provisional-finalised.v1"):
    """仮契約の本契約化 by the assembly's vote."""

    voted_on: date
    reference: str


class ProvisionalLapsed(Event, frozen=True, tag="contract.provisional-lapsed.v1"):
    """仮契約の失効: the assembly did not agree."""

    voted_on: date
    reason: str


class CopiesDelivered(Event, frozen=True, tag="contract.copies-delivered.v1"):
    """写しの交付: contract, evidence report and a place in the ledger to hold on to (position and hash of an event)."""

    copies: tuple[Copy, ...]
    evidence: str
    checkpoint_position: int
    checkpoint: str


class ArchivingDue(Event, frozen=True, tag="contract.archiving-opened.v1"):
    """長期保管の時期: from now on newer revocation data should exist."""

    generation: int


class ArchivingPostponed(Event, frozen=True, tag="contract.archiving-postponed.v1"):
    """長期保管の延期: no newer revocation data yet."""

    generation: int
    until: datetime
    reason: str


class Archived(Event, frozen=True, tag="contract.archived.v1"):
    """長期署名(B-LTA) or its renewal: `generation` 1 is the first archive time stamp. `renew_at`: when the next is due;
    None after the retention.
    """

    generation: int
    level: str
    algorithm: str
    document: str
    base: str
    stamped_at: datetime
    tsa_certificate: str
    tsa_expires_at: datetime
    renew_at: datetime | None


class RenewalFailed(Event, frozen=True, tag="contract.renewal-failed.v1"):
    """延長の失敗 that no retry mends: the archive time stamp ran out before the renewal, the file does not verify."""

    generation: int
    code: str
    detail: str


class Amended(Event, frozen=True, tag="contract.amended.v1"):
    """変更契約: another contract changes this one."""

    by: str
    on: date


class Superseded(Event, frozen=True, tag="contract.superseded.v1"):
    """差替え: a new document, signed by both, stands in the place of this one."""

    by: str
    on: date


class AmendmentLinked(Event, frozen=True, tag="contract.amendment-linked.v1"):
    """変更契約の結び付け: this contract changes another one."""

    amends: str


class Terminated(Event, frozen=True, tag="contract.terminated.v1"):
    """解除・合意解約"""

    on: date
    reason: str
    agreement: str | None


class RetentionReviewDue(Event, frozen=True, tag="contract.retention-ended.v1"):
    """保存期間の満了: the unit reviews, the archives may want it."""

    retained_until: date


class RetentionReviewed(Event, frozen=True, tag="contract.retention-reviewed.v1"):
    """満了時の措置: extended, handed to the archives, or to be disposed of."""

    outcome: Literal["extended", "archives", "disposal"]
    until: date | None
    reason: str
    review_on: date | None = None  # of an extension: when it is reviewed again


class Closed(Event, frozen=True, tag="contract.closed.v1"):
    """処理の終了: nothing is left to do for anybody but to keep it."""
