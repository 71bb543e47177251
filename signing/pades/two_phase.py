"""Signing with a key elsewhere (当事者型): prepare here, sign there, complete here, with nothing else in common."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import new, sha256
from io import BytesIO

import msgspec
from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.keys.profile import check_chain, check_profile, public_key
from signing.keys.signing_key import HASHES
from signing.pades.placeholder import Particulars, Placeholder, place_signature
from signing.pades.refusals import PadesRefused
from signing.pades.signed import DIGEST, Signed, builder_of, finished
from signing.pades.stamping import TimeStamps


class TwoPhase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has to be kept between the phases besides the prepared file; JSON of some kilobytes, binary in base64.

    Two prepared on one `base_sha256` cannot both be completed into the contract: whoever keeps the contract's current
    file compares it with `base_sha256` first.
    """

    version: int = 1
    field: str
    base_sha256: str
    prepared_sha256: str
    instruction_sha256: str
    prepared_at: datetime
    start: int
    end: int
    to_sign: str
    certificate: str
    chain: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A prepared file, what to keep with it, and the bytes the key elsewhere signs (it hashes them with SHA-256)."""

    pdf: bytes
    state: TwoPhase
    to_sign: bytes


def prepare(
    pdf: bytes,
    *,
    field: str,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    at: datetime,
    instruction: bytes,
    seal: bytes | None = None,
    name: str,
    reason: str,
    location: str | None = None,
) -> Prepared:
    """Make a certified file ready for the signature of `certificate` (`chain`: issuer … root) in a party's field.

    The same input gives the same bytes. Raises PadesRefused (not-certified, no-such-field, already-signed …),
    KeyRefused where the certificate is not one to sign with at `at` (aware).
    """
    check_profile(certificate, chain, at=at)
    particulars = Particulars(at=at, name=name, reason=reason, location=location, seal=seal)
    cms = builder_of(certificate, tuple(chain))
    place = place_signature(pdf, particulars, field=field, digest=DIGEST, room=cms.bytes_max, instruction=instruction)
    record = sha256(instruction).digest()
    to_sign = cms.signed_attributes(place.digest, instruction_sha256=record)
    prepared = place.pdf.getvalue()
    state = TwoPhase(
        field=field,
        base_sha256=sha256(pdf).hexdigest(),
        prepared_sha256=sha256(prepared).hexdigest(),
        instruction_sha256=record.hex(),
        prepared_at=at,
        start=place.start,
        end=place.end,
        to_sign=_text(to_sign),
        certificate=_text(certificate.dump()),
        chain=tuple(_text(each.dump()) for each in chain),
    )
    return Prepared(pdf=prepared, state=state, to_sign=to_sign)


async def complete(prepared_pdf: bytes, *, state: TwoPhase, signature: bytes, stamps: TimeStamps) -> Signed:
    """Put the signature made elsewhere into the prepared file; B-T. The prepared file is not touched: doing it twice,
    or after a crash, is harmless (only the time stamps differ).

    Raises PadesRefused: prepared-file (another file), state (a state that does not follow from the file),
    signature-mismatch (by another key or over other bytes); KeyRefused: chain, expired (when stamped); StampRefused.
    """
    if sha256(prepared_pdf).hexdigest() != state.prepared_sha256:
        raise PadesRefused("prepared-file", "the file is not the one that was prepared")
    certificate, chain, to_sign = _read(state)
    check_chain(certificate, chain)
    cms = builder_of(certificate, chain)
    place = _place(prepared_pdf, state)
    if cms.signed_attributes(place.digest, instruction_sha256=bytes.fromhex(state.instruction_sha256)) != to_sign:
        raise PadesRefused("state", "the signed attributes do not follow from the prepared file")
    verify_signature(certificate, signature, to_sign, digest=DIGEST)
    return await finished(
        place,
        field=state.field,
        certificate=certificate,
        chain=chain,
        cms=cms,
        attributes=to_sign,
        signature=signature,
        stamps=stamps,
    )


def verify_signature(certificate: x509.Certificate, signature: bytes, data: bytes, *, digest: str) -> None:
    """Refuse a signature that the certificate's key did not make over exactly `data` (`signature-mismatch`)."""
    key = public_key(certificate)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), HASHES[digest])
        else:
            key.verify(signature, data, ec.ECDSA(HASHES[digest]))
    except InvalidSignature as error:
        raise PadesRefused("signature-mismatch", "not a signature by the certificate's key over these bytes") from error


def _read(state: TwoPhase) -> tuple[x509.Certificate, tuple[x509.Certificate, ...], bytes]:
    try:
        certificate, *chain = (x509.Certificate.load(_bytes(each)) for each in (state.certificate, *state.chain))
        return certificate, tuple(chain), _bytes(state.to_sign)
    except ValueError as error:
        raise PadesRefused("state", f"{error}") from error


def _place(prepared: bytes, state: TwoPhase) -> Placeholder:
    """The placeholder as it was when prepared, from the file alone."""
    view = memoryview(prepared)
    if not 0 < state.start < state.end < len(prepared) or (prepared[state.start], prepared[state.end - 1]) != (
        0x3C,
        0x3E,
    ):
        raise PadesRefused("state", "there is no room for a signature where the state says")
    digest = new(DIGEST, view[: state.start], usedforsecurity=True)
    digest.update(view[state.end :])
    return Placeholder(pdf=BytesIO(prepared), digest=digest.digest(), start=state.start, end=state.end)


def _text(value: bytes) -> str:
    return b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return b64decode(value, validate=True)
