"""Signing a contract from outside with a key of one's own: two phases over the API, checked before the key is used."""

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from asn1crypto import cms

from signing.keys import SigningKey

LINK = re.compile(r"/sign/(?P<number>[^/]+)/(?P<signer>[0-9]+)/(?P<token>[A-Za-z0-9_-]+)\Z")
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
DIGEST = "sha256"
CODE_TRIES = 3
LOOK_EVERY_SECONDS = 0.5
PREPARED_WITHIN_SECONDS = 120.0
Seen = dict[str, Any]


class RemoteFailed(Exception):
    """It did not go on, and why, in Japanese for the person who signs."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link of an invitation, taken apart."""

    server: str
    number: str
    signer: int
    token: str = field(repr=False)


def link_of(text: str) -> Link:
    """Read a link; refuse (`RemoteFailed`) what is none."""
    parts = urlsplit(text.strip())
    found = LINK.match(parts.path)
    if found is None or parts.scheme not in ("http", "https") or not parts.netloc:
        raise RemoteFailed("リンクの形ではありません。メールに書かれたリンクをそのまま指定してください。")
    server = f"{parts.scheme}://{parts.netloc}"
    return Link(server=server, number=found["number"], signer=int(found["signer"]), token=found["token"])


class Remote:
    """One signer's session with the prefecture's API."""

    def __init__(self, http: httpx.Client, link: Link) -> None:
        self._http = http
        self._link = link
        self._one = f"{link.server}/v1/contracts/{link.number}"
        self._session = ""

    def begin(self) -> Seen:
        """Bind the link to this session; give what is seen before the second factor."""
        body = {"signer": self._link.signer, "token": self._link.token}
        self._session = str(self._send("signing-sessions", body)["token"])
        return self._seen()

    def prove(self, *, channel: str, ask: Callable[[], str]) -> None:
        """Have a code sent and enter what `ask` gives, a few times."""
        self._send("request-code", {"channel": channel})
        for _ in range(CODE_TRIES):
            if self._send("enter-code", {"code": ask()})["agreed"] is not None:
                return
        raise RemoteFailed("認証コードが違います。")

    def contract(self) -> tuple[Seen, bytes]:
        """Give what is agreed to and the contract itself, whose hash is the one that is shown."""
        seen = self._seen()
        pdf = self._get("signing/document").content
        if hashlib.sha256(pdf).hexdigest() != seen["agreed"]["document"]:
            raise RemoteFailed("契約書が、示された検査値と異なります。")
        return seen, pdf

    def sign(self, key: SigningKey, contract: bytes) -> None:
        """Do both phases. What is to be signed has to follow from the contract that was shown."""
        certificates = [base64.b64encode(each.dump()).decode() for each in (key.certificate, *key.chain)]
        self._send("prepare", {"certificates": certificates})
        preparation = self._prepared()
        to_sign = base64.b64decode(preparation["to_sign"])
        require_of(contract, self._get("signing/prepared").content, to_sign)
        value = base64.b64encode(key.sign(to_sign, DIGEST)).decode()
        self._send("complete", {"nth": preparation["nth"], "signature": value})

    def _prepared(self) -> Seen:
        until = time.monotonic() + PREPARED_WITHIN_SECONDS
        while time.monotonic() < until:
            seen = self._seen()
            if seen["preparation"] is not None:
                found: Seen = seen["preparation"]
                return found
            if seen["stage"] != "preparing":
                raise RemoteFailed(f"署名の準備ができませんでした({seen['refusal'] or seen['stage']})。")
            time.sleep(LOOK_EVERY_SECONDS)
        raise RemoteFailed("署名の準備が時間内に終わりませんでした。")

    def _seen(self) -> Seen:
        found: Seen = self._get("signing").json()
        return found

    def _get(self, path: str) -> httpx.Response:
        return _checked(self._http.get(f"{self._one}/{path}", headers=self._headers()))

    def _send(self, verb: str, body: Seen) -> Seen:
        headers = {**self._headers(), "Idempotency-Key": secrets.token_urlsafe(24)}
        found: Seen = _checked(self._http.post(f"{self._one}/{verb}", json=body, headers=headers)).json()
        return found

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._session}"} if self._session else {}


def require_of(contract: bytes, prepared: bytes, to_sign: bytes) -> None:
    """Refuse (`RemoteFailed`) to sign unless the prepared file begins with the contract, byte for byte, and `to_sign`
    (the signed attributes) holds the digest of the prepared file around the room for the signature.
    """
    if not prepared.startswith(contract):
        raise RemoteFailed("署名の対象が、示された契約書と対応していません。")
    places = BYTE_RANGE.findall(prepared)
    try:
        attributes = cms.CMSAttributes.load(to_sign, strict=True)
        digests = [each["values"][0].native for each in attributes if each["type"].native == "message_digest"]
    except ValueError as error:
        raise RemoteFailed("署名の対象を読めません。") from error
    if not places or digests != [_digest(prepared, *map(int, places[-1]))]:
        raise RemoteFailed("署名の対象が、用意されたファイルと対応していません。")


def _digest(pdf: bytes, first: int, first_length: int, second: int, second_length: int) -> bytes:
    covered = pdf[first : first + first_length] + pdf[second : second + second_length]
    is_all = first == 0 and second + second_length == len(pdf) and first_length < second
    return hashlib.new(DIGEST, covered).digest() if is_all else b""


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        told = answer.headers.get("content-type", "").startswith("application/problem+json")
        raise RemoteFailed(answer.json()["title"] if told else f"HTTP {answer.status_code}")
    return answer
