"""署名の指示: the bodies of the verbs of signers, of the prefecture and of its counterparties."""

from typing import Annotated

from pydantic import Field

from domain.contract.commands.parts import Address, Base64, Note, Nth, PersonIn, Reason, Seal, Sha256, UserAgent
from domain.contract.facts import Channel
from domain.record import Command
from domain.text import Line


class Sign(Command):
    """県の署名者として署名する(契約書の内容を確認し、同意する)"""

    document: Sha256 | None = None  # what was shown; the contract's document where left out
    comment: Note | None = None


class Prepare(Command):
    """当事者型の署名を準備する(第一段階): 署名者の証明書の列(DERのbase64、本人の証明書を先頭に)"""

    certificates: Annotated[tuple[Base64, ...], Field(min_length=1, max_length=6)]
    address: Address | None = None
    user_agent: UserAgent | None = None
    seal: Seal = ""


class Complete(Command):
    """当事者型の署名を完了する(第二段階): 署名値(base64)"""

    nth: Nth
    signature: Base64


class Decline(Command):
    """署名しない"""

    reason: Reason


class Forward(Command):
    """署名すべき人に転送する"""

    to: PersonIn
    reason: Reason


class Open(Command):
    """署名者が依頼を開く (counterparty): the link of `generation`, bound to the browser session whose hash is given"""

    generation: Nth
    session: Sha256
    address: Address | None = None
    user_agent: UserAgent | None = None


class Reissue(Command):
    """別の端末で開くため、依頼を送り直してもらう (counterparty)"""

    reason: Annotated[Line, Field(max_length=200)] = ""


class RequestCode(Command):
    """認証コードを求める (counterparty)"""

    channel: Channel
    session: Sha256


class EnterCode(Command):
    """認証コードを入れる (counterparty): `matched` is what the API found; the code itself goes nowhere. `typed`: a
    keyed hash of what was typed, so that another code under the same key is another command
    """

    nth: Nth
    session: Sha256
    matched: bool
    typed: Sha256 | None = None


class RegisterPasskey(Command):
    """パスキーを登録する (counterparty, authenticated)"""

    session: Sha256
    credential: Annotated[str, Field(min_length=8, max_length=1024)]
    public_key: Annotated[str, Field(min_length=8, max_length=2048)]
    sign_count: Annotated[int, Field(ge=0)]


class ProvePasskey(Command):
    """パスキーで本人を確かめる (counterparty): what the API has verified over contract, signer and document"""

    session: Sha256
    credential: Annotated[str, Field(min_length=8, max_length=1024)]
    document: Sha256


class Agree(Command):
    """内容に同意し、署名を指示する (counterparty)"""

    session: Sha256
    document: Sha256
    statement: Annotated[Line, Field(min_length=1, max_length=300)]
    address: Address | None = None
    user_agent: UserAgent | None = None
    seal: Seal = ""
