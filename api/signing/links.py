"""署名の依頼のリンクと認証コード: derived from a key when they are sent and when they are checked, kept nowhere."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

CODE_DIGITS = 6
NONCE_CHARACTERS = 22  # 132 bits of base64url
SECRET_CHARACTERS = NONCE_CHARACTERS + 43
PATH = "/sign"


@dataclass(frozen=True, kw_only=True)
class LinkKeys:
    """The keys of links, newest first: the first derives, all are believed while one replaces another."""

    keys: tuple[bytes, ...] = field(repr=False)

    def token(self, *, number: str, signer: int, generation: int) -> str:
        """Give the secret part of a link: 43 characters of base64url over 256 bits."""
        return _text(_link(self.keys[0], number, signer, generation))

    def opens(self, given: str, *, number: str, signer: int, generation: int) -> bool:
        """Whether `given` is the link of this generation, in a time that does not depend on how nearly."""
        return any(_same(given, _text(_link(key, number, signer, generation))) for key in self.keys)

    def code(self, *, number: str, document: str, signer: int, nth: int) -> str:
        """Give the `nth` code of a signer for a document: six digits."""
        return _code(self.keys[0], number, document, signer, nth)

    def proves(self, given: str, *, number: str, document: str, signer: int, nth: int) -> bool:
        """Whether `given` is that code, in a time that does not depend on how nearly."""
        return any(_same(given, _code(key, number, document, signer, nth)) for key in self.keys)

    def typed(self, given: str, *, number: str, signer: int) -> str:
        """Give a keyed hash of what was typed for a code, in hex: two tries are told apart by it, and nothing more."""
        hidden = hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()
        return _derived(self.keys[0], "typed", number, signer, hidden).hex()

    def challenge(self, *about: str | int) -> bytes:
        """Give what a passkey has to sign for exactly this."""
        return _derived(self.keys[0], "passkey", *about)

    def session_secret(self, *, number: str, signer: int, generation: int, nonce: str) -> str:
        """Give the secret of the session that whoever chose `nonce` begins: asked again with it, it is the same one. It
        ends in a proof that it was made here.
        """
        hidden = hashlib.sha256(nonce.encode("utf-8", "surrogatepass")).hexdigest()
        own = _text(_derived(self.keys[0], "nonce", number, signer, generation, hidden))[:NONCE_CHARACTERS]
        return own + _text(_derived(self.keys[0], "session", number, signer, own))

    def made(self, secret: str, *, number: str, signer: int) -> bool:
        """Whether a session's secret was made here: whoever can write its hash into the record has not made one."""
        nonce, proof = secret[:NONCE_CHARACTERS], secret[NONCE_CHARACTERS:]
        return any(_same(proof, _text(_derived(key, "session", number, signer, nonce))) for key in self.keys)

    def form_token(self, session: str) -> str:
        """Give what a form of this session has to bring."""
        return _text(_derived(self.keys[0], "form", session))


def link_path(number: str, signer: int, token: str = "") -> str:
    """Give the path of a signer's page; with the token, of the link that is sent."""
    return f"{PATH}/{number}/{signer}" + (f"/{token}" if token else "")


def digits(text: str) -> str:
    """Give a code as it was meant: full-width digits, blanks and hyphens are what people type."""
    wide = {ord("０") + n: str(n) for n in range(10)} | dict.fromkeys(map(ord, " 　-－‐\t"))
    return text.translate(wide)


def _link(key: bytes, number: str, signer: int, generation: int) -> bytes:
    return _derived(key, "link", number, signer, generation)


def _code(key: bytes, number: str, document: str, signer: int, nth: int) -> str:
    derived = int.from_bytes(_derived(key, "code", number, document, signer, nth))
    return f"{derived % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def _derived(key: bytes, *about: str | int) -> bytes:
    """HMAC over what it is for and whom; no part may hold the separator, or two texts could be one."""
    parts = [str(each) for each in about]
    if any("|" in each for each in parts):
        raise ValueError("a part of a derived secret holds the separator")
    return hmac.digest(key, "|".join(parts).encode(), hashlib.sha256)


def _text(derived: bytes) -> str:
    return base64.urlsafe_b64encode(derived).decode().rstrip("=")


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())
