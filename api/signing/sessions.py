"""署名の画面のセッション: a secret that one browser or one program holds; the record knows only its hash."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from fastapi.responses import Response
from starlette.requests import Request

from api.signing.links import SECRET_CHARACTERS, LinkKeys, link_path

PREFIX = "kss."
NUMBER = r"[RH][0-9]{1,3}-[0-9]{6,12}"
TOKEN = re.compile(rf"kss\.({NUMBER})\.([0-9]{{1,2}})\.([A-Za-z0-9_-]{{{SECRET_CHARACTERS}}})\Z")
LIFETIME_SECONDS = 14 * 24 * 3600  # of the cookie; how long a proof counts is the record's matter


@dataclass(frozen=True, kw_only=True)
class Session:
    """Who holds it says to be this signer of this contract; `hash` is what the record was told when it was bound."""

    number: str
    signer: int
    secret: str = field(repr=False)

    @property
    def hash(self) -> str:
        """SHA-256 over contract, signer and secret, in hex: a secret of one contract is nothing in another."""
        return hashlib.sha256(f"{self.number}|{self.signer}|{self.secret}".encode()).hexdigest()

    @property
    def token(self) -> str:
        """What a program sends as its bearer token."""
        return f"{PREFIX}{self.number}.{self.signer}.{self.secret}"

    def is_bound(self, known: str | None) -> bool:
        """Whether the record has bound this one."""
        return known is not None and hmac.compare_digest(self.hash, known)


def begun_session(keys: LinkKeys, *, number: str, signer: int, generation: int, nonce: str | None = None) -> Session:
    """Give the session that whoever chose `nonce` begins, the same again for the same; without one, a new one."""
    chosen = secrets.token_urlsafe(32) if nonce is None else nonce
    secret = keys.session_secret(number=number, signer=signer, generation=generation, nonce=chosen)
    return Session(number=number, signer=signer, secret=secret)


def session_of(token: str) -> Session | None:
    """Give the session a bearer token names; None for what is no such token."""
    found = TOKEN.match(token)
    if found is None:
        return None
    return Session(number=found.group(1), signer=int(found.group(2)), secret=found.group(3))


def cookie_session(request: Request, number: str, signer: int) -> Session | None:
    """Give the session of this browser with this signer's page, if it has one."""
    session = session_of(request.cookies.get(_name(number, signer), ""))
    return session if session and (session.number, session.signer) == (number, signer) else None


def keep(response: Response, session: Session, *, https: bool) -> None:
    """Have the browser keep it: for this signer's pages only, out of reach of scripts and of other sites."""
    response.set_cookie(
        _name(session.number, session.signer), session.token, max_age=LIFETIME_SECONDS, httponly=True, secure=https,
        samesite="lax", path=link_path(session.number, session.signer),
    )  # fmt: skip


def forget(response: Response, session: Session) -> None:
    """Have the browser forget it."""
    path = link_path(session.number, session.signer)
    response.delete_cookie(_name(session.number, session.signer), path=path, httponly=True, samesite="lax")


def _name(number: str, signer: int) -> str:
    return f"kessai-sign-{number}-{signer}"
