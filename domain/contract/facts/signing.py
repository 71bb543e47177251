"""署名の事実: what signers did and what the platform did on their instruction. Secrets are never in them."""

from datetime import datetime

from domain.contract.facts.content import Channel, Factor, Instruction, Person, Proposal, SignedStep
from domain.events import Actor, Event


class Invited(Event, frozen=True, tag="contract.invited.v1"):
    """署名の依頼. The link is derived from a key by contract, signer and `generation`; a newer one voids the older."""

    signer: int
    generation: int
    remind_at: tuple[datetime, ...]
    reason: str = ""  # empty at first; else why a new link was sent (resent, second device, signer changed)


class Opened(Event, frozen=True, tag="contract.opened.v1"):
    """開封: the link of `generation` is bound to one browser session from here on."""

    signer: int
    generation: int
    session: str  # SHA-256 of the session's secret
    address: str | None
    user_agent: str | None


class CodeIssued(Event, frozen=True, tag="contract.code-issued.v1"):
    """認証コードの発行, over another channel than the link. Derived from a key by contract, document, signer, `nth`."""

    signer: int
    nth: int
    channel: Channel
    document: str
    valid_until: datetime


class CodeRefused(Event, frozen=True, tag="contract.code-refused.v1"):
    """認証コードの誤り. `locked_until`: after too many of them no code is taken until then."""

    signer: int
    nth: int
    tries: int
    locked_until: datetime | None
    blocked: bool = False  # far too many: nothing is taken until the officer sends another link


class PasskeyRegistered(Event, frozen=True, tag="contract.passkey-registered.v1"):
    """パスキーの登録 by a signer who had proven another factor."""

    signer: int
    credential: str
    public_key: str
    sign_count: int


class Authenticated(Event, frozen=True, tag="contract.authenticated.v1"):
    """本人確認: the factors proven in this session for this document; they count until `valid_until`."""

    signer: int
    session: str
    document: str
    factors: tuple[Factor, ...]
    valid_until: datetime


class Agreed(Event, frozen=True, tag="contract.agreed.v1"):
    """同意(署名の指示): `instruction_sha256` is the hash of the canonical instruction record. `seal`: the API's seal
    over what a counterparty instructed, without which no key signs for them.
    """

    signer: int
    instruction: Instruction
    instruction_sha256: str
    on_behalf_of: Actor | None = None  # 県: the contract officer who delegated in writing
    seal: str = ""


class PreparationAsked(Event, frozen=True, tag="contract.preparation-asked.v1"):
    """当事者型の署名の準備の依頼: the signer names their certificate chain (base64 of DER, own certificate first)."""

    signer: int
    nth: int
    instruction: Instruction
    instruction_sha256: str
    certificates: tuple[str, ...]
    on_behalf_of: Actor | None = None
    seal: str = ""


class PreparedForSigner(Event, frozen=True, tag="contract.signature-prepared.v1"):
    """署名対象の提示: the file with room for the signature and what is to be signed, both by hash; an exclusive lease
    on `base` until `lease_until`.
    """

    signer: int
    nth: int
    base: str
    prepared: str
    state: str  # the two-phase state, a document of the store, by hash
    to_sign: str  # base64 of the DER that the signer's key signs
    lease_until: datetime


class SignatureGiven(Event, frozen=True, tag="contract.signature-given.v1"):
    """署名値の提出: what the signer's own key made of it, base64."""

    signer: int
    nth: int
    signature: str


class LeaseExpired(Event, frozen=True, tag="contract.lease-expired.v1"):
    """署名の準備の失効: the prepared file is void; others may sign."""

    signer: int
    nth: int


class StepBegun(Event, frozen=True, tag="contract.step-started.v1"):
    """外部の処理の開始: the platform is about to call keys or a time stamping authority. `step` as in
    `domain.contract.work`; `attempt` counts the calls that may have been made. Nobody else does this step until
    `lease_until`.
    """

    step: str
    attempt: int
    base: str
    lease_until: datetime


class StepRefused(Event, frozen=True, tag="contract.step-refused.v1"):
    """処理の不能: what no retry mends (a document that does not pass, a wrong signature); the officer has to look."""

    step: str
    code: str
    detail: str


class StepResumed(Event, frozen=True, tag="contract.step-resumed.v1"):
    """処理のやり直し: the officer has looked, and the platform tries the refused step again."""

    step: str
    reason: str


class Certified(Event, frozen=True, tag="contract.certified.v1"):
    """基盤の証明署名: fields and decision record are in revision 2, the platform's invisible certification on top.
    `pages` are the hashes of the page images that signers are shown.
    """

    document: str
    base: str
    decision_record: str
    pages: tuple[str, ...]
    signature: SignedStep


class Signed(Event, frozen=True, tag="contract.signed.v1"):
    """署名: one signer's signature is in the file."""

    signer: int
    instruction_sha256: str
    signature: SignedStep


class Declined(Event, frozen=True, tag="contract.declined.v1"):
    """辞退: a signer does not agree; the contract does not come about this way."""

    signer: int
    reason: str


class ForwardProposed(Event, frozen=True, tag="contract.forward-proposed.v1"):
    """転送の申出 to somebody outside the named domains: the prefecture has to agree by changing the signer."""

    signer: int
    proposal: Proposal


class Forwarded(Event, frozen=True, tag="contract.forwarded.v1"):
    """転送: the signer named the right person inside their own mail domain."""

    signer: int
    to: Person
    reason: str


class Reminded(Event, frozen=True, tag="contract.reminded.v1"):
    """催促"""

    signer: int
    nth: int


class Expired(Event, frozen=True, tag="contract.expired.v1"):
    """期限切れ: not everybody signed in time. It can be released again as a new round, from the decided document."""

    waiting_for: tuple[int, ...]
