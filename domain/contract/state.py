"""電子契約の状態: one contract as its facts left it. What the facts do to it is in `evolution`."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from domain.contract.facts import (
    PREFECTURE,
    Authenticated,
    Certified,
    Channel,
    Concluded,
    CopiesDelivered,
    Instruction,
    Prepared,
    PreparedForSigner,
    Proposal,
    SignedStep,
    Signer,
    StampDuty,
    StepBegun,
)

NOUN = "contract"
Shown = Literal[
    "consent_missing",
    "ready",
    "sent",
    "partially_signed",
    "concluded",
    "provisional",
    "declined",
    "expired",
    "withdrawn",
    "switched_to_paper",
    "superseded",
    "terminated",
]
Status = Literal["none", Shown]
BEFORE_SENDING: frozenset[str] = frozenset({"consent_missing", "ready"})
OUT: frozenset[str] = frozenset({"sent", "partially_signed"})  # with its signers
STOPPED: frozenset[str] = frozenset({"declined", "expired"})  # waits for the officer: again, on paper, or not at all
STANDING: frozenset[str] = frozenset({"concluded", "provisional"})
CONCLUDED: frozenset[str] = frozenset({"concluded", "provisional", "superseded", "terminated"})


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """同意 of one counterparty, as last recorded."""

    received_on: date
    valid_until: date | None
    construction: bool
    form: str | None
    note: str


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """認証コード: the last one issued to a signer. `spent`: it was used, and opens nothing more."""

    nth: int
    channel: Channel
    document: str
    issued_at: datetime
    valid_until: datetime
    tries: int = 0
    spent: bool = False


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """パスキー of one signer for this contract."""

    credential: str
    public_key: str
    sign_count: int


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """One signer and how far they are in this round. `generation` is that of the valid link, 0 before the first."""

    signer: Signer
    generation: int = 0
    invited_at: datetime | None = None
    remind_at: tuple[datetime, ...] = ()
    reminders: int = 0
    reissues: tuple[datetime, ...] = ()  # when the signer asked for a new link
    opened_at: datetime | None = None
    session: str | None = None
    code: Code | None = None
    codes_at: tuple[datetime, ...] = ()  # when codes were issued, over all rounds and generations
    locked_until: datetime | None = None  # after too many wrong codes
    wrong: int = 0  # wrong codes since the officer last sent a link
    blocked: bool = False  # after far too many: the officer has to send another link
    passkeys: tuple[Passkey, ...] = ()
    authenticated: Authenticated | None = None
    agreed_at: datetime | None = None
    agreed_title: str | None = None  # the prefecture's signer, as displayed that day
    instruction: Instruction | None = None
    instruction_sha256: str | None = None
    signed: SignedStep | None = None
    refusal: "Refusal | None" = None  # of the last two-phase signature: the signer may begin again
    declined_at: datetime | None = None
    decline_reason: str | None = None
    proposal: Proposal | None = None

    @property
    def number(self) -> int:
        return self.signer.number

    @property
    def is_prefecture(self) -> bool:
        return self.signer.number == PREFECTURE

    @property
    def status(self) -> str:
        """waiting | invited | opened | agreed | signed | declined."""
        if self.signed is not None:
            return "signed"
        if self.declined_at is not None:
            return "declined"
        if self.agreed_at is not None:
            return "agreed"
        if self.opened_at is not None:
            return "opened"
        return "invited" if self.invited_at is not None else "waiting"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that was asked for and is not in the file yet; the first of the queue is the one in hand.

    `nth` is None where the platform signs (`sign/…`); else it counts the two-phase signatures of the signer
    (`prepare/…`, then the lease, then `complete/…`).
    """

    signer: int
    instruction: Instruction
    instruction_sha256: str
    asked_at: datetime
    nth: int | None = None
    certificates: tuple[str, ...] = ()
    seal: str = ""
    prepared: PreparedForSigner | None = None
    signature: str | None = None


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """処理の不能: the step that no retry mends, until the officer decides."""

    step: str
    code: str
    detail: str
    at: datetime


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """長期保管: the newest archive time stamp."""

    generation: int
    level: str
    algorithm: str
    stamped_at: datetime
    tsa_expires_at: datetime
    renew_at: datetime | None


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """延長の失敗, as reported."""

    generation: int
    code: str
    detail: str
    at: datetime


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """書面の契約書の写し"""

    document: str
    contract_date: date
    note: str


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """解除, or the lapse of a provisional contract."""

    on: date
    reason: str
    agreement: str | None = None


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """One contract. `document` is the current file by hash; `basis.document` of `made` the decided one.

    `step` is the outside call last begun, until its outcome; `preparations` counts the two-phase signatures over all
    rounds of one signer; `attempts` remembers how often the step last begun was tried.
    """

    status: Status = "none"
    closed: bool = False
    made: Prepared | None = None
    prepared_at: datetime | None = None
    consents: tuple[tuple[int, Consent], ...] = ()
    round: int = 0
    released_at: datetime | None = None
    expires_at: datetime | None = None
    release_reason: str = ""
    document: str = ""
    certified: Certified | None = None
    parties: tuple[Party, ...] = ()
    preparations: tuple[tuple[int, int], ...] = ()
    queue: tuple[Request, ...] = ()
    step: StepBegun | None = None
    attempts: tuple[str, int] = ("", 0)
    refused: Refusal | None = None
    concluded: Concluded | None = None
    concluded_at: datetime | None = None
    voted_on: date | None = None
    vote_reference: str | None = None
    delivered: CopiesDelivered | None = None
    archive: Archive | None = None
    archiving: int | None = None  # the generation that is due now
    archive_at: datetime | None = None  # when the first archiving, or one that was postponed, is looked at again
    failure: Failure | None = None
    reason: str | None = None  # of withdrawal, decline, switch to paper, end
    paper: Paper | None = None
    ended: Ended | None = None
    amends: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()
    superseded_by: str | None = None
    stamp_duty: StampDuty | None = None
    retained_until: date | None = None
    review_on: date | None = None  # from when the end of the retention is reviewed; None: it was, for good
    review_due: date | None = None  # the end of the retention that is being reviewed
    review: Literal["extended", "archives", "disposal"] | None = None
    participants: frozenset[str] = frozenset()

    def with_(self, **changes: Any) -> "Contract":
        """Give a copy with `changes`."""
        return msgspec.structs.replace(self, **changes)

    @property
    def content(self) -> Prepared:
        """What was prepared; only for a contract that exists."""
        assert self.made is not None, "a contract that exists was prepared"
        return self.made

    @property
    def number(self) -> str:
        """The contract's own number; empty before it exists."""
        return self.made.number if self.made else ""

    @property
    def decided_document(self) -> str:
        """The bytes that were decided, by hash."""
        return self.content.basis.document

    @property
    def pages(self) -> tuple[str, ...]:
        """Hashes of the page images that signers are shown; empty before the certification."""
        return self.certified.pages if self.certified else ()

    @property
    def report(self) -> str | None:
        return self.concluded.report if self.concluded else None

    @property
    def evidence(self) -> str | None:
        return self.delivered.evidence if self.delivered else None

    def party(self, number: int) -> Party | None:
        """The signer of that number."""
        return next((each for each in self.parties if each.number == number), None)

    @property
    def deadline(self) -> datetime | None:
        """署名期限, while a person's agreement is missing: the platform's own work never lets a contract expire."""
        return self.expires_at if any(each.agreed_at is None for each in self.parties) else None

    def consent(self, counterparty: int) -> Consent | None:
        """The consent of a counterparty, as last recorded."""
        return dict(self.consents).get(counterparty)

    @property
    def unsigned(self) -> tuple[Party, ...]:
        """The signers whose signature is not in the file, in the order of signing."""
        waiting = (each for each in self.parties if each.signed is None)
        return tuple(sorted(waiting, key=lambda each: (each.signer.group, each.number == PREFECTURE, each.number)))

    @property
    def front(self) -> tuple[Party, ...]:
        """The signers of the first group that is not finished: those whose turn it is once the file is certified."""
        left = self.unsigned
        return tuple(each for each in left if each.signer.group == left[0].signer.group)

    @property
    def awaited(self) -> tuple[Party, ...]:
        """The signers that people wait for: whose turn it is and who have not agreed yet."""
        if self.status not in OUT or self.certified is None:
            return ()
        return tuple(each for each in self.front if each.agreed_at is None)
