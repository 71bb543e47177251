"""Signing with a key at hand: the platform's certification, and a party's signature."""

import asyncio
from datetime import datetime
from hashlib import sha256

from signing.keys.profile import check_validity
from signing.keys.signing_key import SigningKey
from signing.pades.layout import PLATFORM_FIELD
from signing.pades.placeholder import Particulars, Placeholder, place_certification, place_signature
from signing.pades.signed import DIGEST, Signed, builder_of, finished
from signing.pades.stamping import TimeStamps


async def certify(
    pdf: bytes,
    *,
    key: SigningKey,
    stamps: TimeStamps,
    at: datetime,
    instruction: bytes | None = None,
    name: str,
    reason: str,
) -> Signed:
    """Certify a file whose fields are laid: the platform's signature, first, invisible, P=2; B-T.

    `at` (aware) is the time now. Raises PadesRefused (not-laid, already-certified …), KeyRefused, StampRefused.
    """
    particulars = Particulars(at=at, name=name, reason=reason)
    room = builder_of(key.certificate, key.chain).bytes_max
    place = place_certification(pdf, particulars, digest=DIGEST, room=room, instruction=instruction)
    return await _signed(place, PLATFORM_FIELD, key, stamps, at, instruction)


async def sign(
    pdf: bytes,
    *,
    field: str,
    key: SigningKey,
    stamps: TimeStamps,
    at: datetime,
    instruction: bytes,
    seal: bytes | None = None,
    name: str,
    reason: str,
    location: str | None = None,
) -> Signed:
    """Sign a certified file in a party's field; B-T. The SHA-256 of `instruction` is a signed attribute.

    `at` (aware) is the time now, `seal` a one-page PDF shown in the field. Raises PadesRefused (not-certified,
    no-such-field, already-signed …), KeyRefused, StampRefused.
    """
    particulars = Particulars(at=at, name=name, reason=reason, location=location, seal=seal)
    room = builder_of(key.certificate, key.chain).bytes_max
    place = place_signature(pdf, particulars, field=field, digest=DIGEST, room=room, instruction=instruction)
    return await _signed(place, field, key, stamps, at, instruction)


async def _signed(
    place: Placeholder, field: str, key: SigningKey, stamps: TimeStamps, at: datetime, instruction: bytes | None
) -> Signed:
    check_validity(key.certificate, key.chain, at=at)
    cms = builder_of(key.certificate, key.chain)
    record = sha256(instruction).digest() if instruction is not None else None
    attributes = cms.signed_attributes(place.digest, instruction_sha256=record)
    signature = await asyncio.to_thread(key.sign, attributes, DIGEST)
    return await finished(
        place,
        field=field,
        certificate=key.certificate,
        chain=key.chain,
        cms=cms,
        attributes=attributes,
        signature=signature,
        stamps=stamps,
    )
