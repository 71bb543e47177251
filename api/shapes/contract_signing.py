"""What signers of the other side send and are answered: sessions, and the contract as one signer sees it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.shapes.problem import Shape
from domain.contract.commands.parts import Base64, Email, Name, Nth, Phone, Reason, Sha256
from domain.contract.facts import Channel, Mode
from domain.text import Line

SigningStage = Literal[
    "unproven", "reading", "preparing", "prepared", "signing", "signed", "declined", "forwarding", "over", "concluded"
]  # fmt: skip


class Sent(BaseModel):
    """A body of ours: strict and closed, as commands are."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class OpenedByLink(Sent):
    """メールのリンク。`token` はその末尾"""

    signer: Annotated[int, Field(ge=1, le=50)]
    token: Annotated[str, Field(min_length=1, max_length=200)]


class BeginSigning(OpenedByLink):
    """リンクから署名のセッションを始める。`nonce`(だれにも教えない乱数、22文字以上)を付けると、答えが届かなかったとき、
    同じものでもう一度受け取れる。付けなければ、トークンは一度だけ現れる
    """

    nonce: Annotated[str, Field(min_length=22, max_length=200)] | None = None


class RequestSigningCode(Sent):
    """リンクとは別の手段で、認証コードを送ってもらう"""

    channel: Channel


class EnterSigningCode(Sent):
    """届いた認証コードを入れる"""

    code: Annotated[Line, Field(min_length=1, max_length=40)]


class AgreeToContract(Sent):
    """内容に同意し、署名を指示する。`document` は示された契約書、`statement` は示された文"""

    document: Sha256
    statement: Annotated[Line, Field(min_length=1, max_length=300)]


class PrepareSignature(Sent):
    """当事者型の署名を準備する: 証明書の列(DERのbase64、本人の証明書を先頭に)"""

    certificates: Annotated[tuple[Base64, ...], Field(min_length=1, max_length=6)]


class CompleteSignature(Sent):
    """当事者型の署名を完了する: 署名値(base64)"""

    nth: Nth
    signature: Base64


class DeclineContract(Sent):
    """署名しない"""

    reason: Reason


class ForwardTo(Sent):
    """転送先。委任状が要るときは、県の担当が受け取って署名者を変更する"""

    name: Name
    email: Email
    phone: Phone | None = None
    title: Annotated[Line, Field(max_length=100)] | None = None


class ForwardContract(Sent):
    """署名すべき人に転送する"""

    to: ForwardTo
    reason: Reason


class PasskeyAnswer(Sent):
    """パスキーの端末の答え(Web Authentication の PublicKeyCredential を JSON にしたもの)"""

    response: dict[str, Any]


class SigningSession(Shape):
    """署名のセッション。`token` をBearerトークンとして使う。ほかの契約や署名者には使えない"""

    number: str
    signer: int
    token: str


class SigningCode(Shape):
    """最後に送った認証コードの様子(コードそのものは含まない)"""

    nth: int
    channel: Channel
    valid_until: datetime
    tries: int
    usable: bool


class SigningStatement(Shape):
    """同意の文"""

    ja: str
    en: str


class SigningTerms(Shape):
    """同意する内容。第二の要素を示すまでは見えない"""

    title: str
    amount_yen: int | None
    period_from: date | None
    period_to: date | None
    effective_from: date | None
    written_date: date | None
    parties: list[str]
    document: str
    pages: list[str]
    statement: SigningStatement
    terms: str


class SigningPreparation(Shape):
    """当事者型: 署名する対象(DERのbase64)と、その期限"""

    nth: int
    to_sign: str
    lease_until: datetime


class SigningResult(Shape):
    """締結した契約"""

    contract_date: date
    last_signature_at: datetime
    effective_from: date | None
    document: str
    evidence: str | None
    provisional: bool


class SigningDocument(Shape):
    """署名者から見た契約。`agreed`、`preparation`、`result` は第二の要素を示した後だけ見える"""

    number: str
    signer: int
    version: int
    stage: SigningStage
    title: str
    company: str
    name: str
    mode: Mode
    expires_at: datetime | None
    channels: list[Channel]
    phone_ends: str
    code: SigningCode | None
    locked_until: datetime | None
    blocked: bool
    passkeys: int
    proven_until: datetime | None
    agreed: SigningTerms | None
    preparation: SigningPreparation | None
    refusal: str | None
    signed_at: datetime | None
    result: SigningResult | None
