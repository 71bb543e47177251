"""The client of a time stamp authority (RFC 3161): a checked token, or the reason why there is none."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from asn1crypto import algos, cms, core, tsp, x509

from domain.clock import Clock
from signing.network.errors import NetworkRefused, StampRefused
from signing.network.session import Network
from signing.network.tokens import Token, checked

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
NONCE_BITS = 64
GRANTED = ("granted", "granted_with_mods")
PROBE = b"whose certificate stamps today?"


class Reply(core.Sequence):  # type: ignore[misc]  # the library has no types
    """A TimeStampResp as RFC 3161 has it. The library's own wants a token always, and cannot read a rejection."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class TimeStamps:
    """One authority at one address. `policy`: the only policy under which its tokens are taken; empty: any.

    A token whose time is further from our clock than `skew_max` is not taken: one of the two is wrong, and both stand
    in the document for decades.
    """

    def __init__(
        self,
        url: str,
        *,
        network: Network,
        clock: Clock,
        policy: str = "",
        skew_max: timedelta = timedelta(minutes=5),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.url = url
        self._network = network
        self._clock = clock
        self._policy = policy
        self._skew_max = skew_max
        self._headers = dict(headers or {})
        self._last: Token | None = None
        self._last_bytes = b""

    @property
    def last(self) -> Token | None:
        """The token last made in this process."""
        return self._last

    @property
    def last_bytes(self) -> bytes:
        """The same, encoded; empty before the first."""
        return self._last_bytes

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The authority's certificate and what else the last token brought along; empty before the first."""
        return self._last.certificates if self._last else ()

    async def stamp(self, digest: bytes, algorithm: str) -> cms.ContentInfo:
        """A token over `digest` made with `algorithm` (sha256, sha384, sha512), as it will stand in the document.

        Raises StampRefused: `rejected` (the authority said no), `unreachable`, `timed-out`, `too-large`, `malformed`
        (not a token, or one whose signature is wrong), `mismatch` (another hash, nonce, policy, purpose or time),
        `host-not-allowed`. There is no other clock to fall back to.
        """
        nonce = secrets.randbits(NONCE_BITS) | 1 << NONCE_BITS - 1
        answer = await self._ask(_request(digest, algorithm, nonce).dump())
        granted = _granted(answer)
        token = checked(cms.ContentInfo.load(granted), digest=digest, algorithm=algorithm, nonce=nonce)
        self._require(token)
        self._last, self._last_bytes = token, granted
        return cms.ContentInfo.load(granted)  # read by nobody yet: what asn1crypto has read it encodes anew, slowly

    async def token(self, digest: bytes, algorithm: str) -> Token:
        """The same, with what was read in it."""
        await self.stamp(digest, algorithm)
        assert self._last is not None
        return self._last

    async def certificate(self) -> x509.Certificate:
        """The certificate that stamps today: the last token's, or that of a token made to learn it."""
        if self._last is None or self._stale(self._last):
            await self.stamp(hashlib.sha256(PROBE).digest(), "sha256")
        assert self._last is not None
        return self._last.certificate

    def _stale(self, token: Token) -> bool:
        """A day on, the authority may have another certificate."""
        now = self._clock.now()
        return not token.at <= now + self._skew_max or now - token.at > timedelta(days=1)

    async def _ask(self, request: bytes) -> bytes:
        try:
            return await self._network.fetch(
                "POST",
                self.url,
                accept=REPLY,
                bytes_max=self._network.limits.stamp_bytes_max,
                content=request,
                content_type=QUERY,
                headers=self._headers,
            )
        except NetworkRefused as refused:
            raise StampRefused(refused.code, str(refused)) from refused

    def _require(self, token: Token) -> None:
        if self._policy and token.policy != self._policy:
            raise StampRefused("mismatch", f"the token is under policy {token.policy}, not {self._policy}")
        skew = abs(token.at - self._clock.now())
        if skew > self._skew_max:
            raise StampRefused("mismatch", f"the token's time {token.at.isoformat()} is {skew} from our clock")


def _request(digest: bytes, algorithm: str, nonce: int) -> tsp.TimeStampReq:
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}), "hashed_message": digest}
    return tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})


def _granted(answer: bytes) -> bytes:
    """The token of a reply, in the authority's own bytes."""
    try:
        reply = Reply.load(answer, strict=True)
        said, why = reply["status"]["status"].native, _why(reply["status"])
        token = reply["time_stamp_token"]
        granted: bytes = token.dump()
    except (ValueError, TypeError, KeyError) as error:
        raise StampRefused("malformed", f"the authority's reply cannot be read: {error}") from error
    if said not in GRANTED:
        raise StampRefused("rejected", f"the authority says {said}: {why}")
    if not isinstance(token, cms.ContentInfo):
        raise StampRefused("malformed", f"the authority says {said} and gives no token")
    return granted


def _why(status: tsp.PKIStatusInfo) -> str:
    texts = status["status_string"].native or []
    failures = sorted(status["fail_info"].native or ())
    return "; ".join([*texts, *failures]) or "without a reason"


def token_time(token: cms.ContentInfo) -> datetime:
    """When a token says that what it stamps existed."""
    at: datetime = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return at
