"""処理の結果: what the platform and time bring to a contract; only named system rules send these."""

from pydantic import AwareDatetime

from domain.contract.commands.parts import Base64, Nth, Sha256, SignedIn, SignerNumber
from domain.record import Command


class BeginStep(Command):
    """外部の処理を始める (system rule)"""

    step: str
    attempt: int
    base: Sha256
    lease_until: AwareDatetime


class RefuseStep(Command):
    """処理ができないことを記す (system rule)"""

    step: str
    code: str
    detail: str


class CertifyDone(Command):
    """基盤の証明署名 (system rule)"""

    step: str
    decision_record: Sha256
    pages: tuple[Sha256, ...]
    signature: SignedIn


class SignDone(Command):
    """署名の記録 (system rule)"""

    step: str
    signer: SignerNumber
    instruction_sha256: Sha256
    signature: SignedIn


class PrepareDone(Command):
    """署名対象の提示 (system rule)"""

    step: str
    signer: SignerNumber
    nth: Nth
    base: Sha256
    prepared: Sha256
    state: Sha256
    to_sign: Base64
    lease_until: AwareDatetime


class Conclude(Command):
    """締結 (system rule): the whole file verifies, `report` is the verification report"""

    step: str
    document: Sha256
    report: Sha256
    signers: tuple[SignerNumber, ...]  # whose valid signatures the verification found


class Deliver(Command):
    """写しの交付 (system rule)"""

    step: str
    evidence: Sha256
    checkpoint_position: int
    checkpoint: Sha256


class Remind(Command):
    """催促 (system rule)"""

    signer: SignerNumber
    nth: Nth


class Expire(Command):
    """期限切れ (system rule)"""

    round: Nth


class ExpireLease(Command):
    """署名の準備の失効 (system rule)"""

    signer: SignerNumber
    nth: Nth
