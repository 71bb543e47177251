"""Augmentation: a signed file (B-T) becomes an archive (B-LTA), once its revocation data are newer than it."""

from datetime import timedelta

from domain.clock import Clock
from signing.archive.collecting import Collection
from signing.archive.made import Archived, stamped
from signing.archive.reading import opened, signature_stamp, signatures
from signing.archive.refusals import ArchiveRefused
from signing.archive.renewing import MARGIN, add_authority, checked, require_algorithm
from signing.archive.state import stamp_of
from signing.network.revocation import RevocationFetcher
from signing.network.time_stamps import TimeStamps
from signing.trust import Trust

ALGORITHMS = ("sha256", "sha384", "sha512")


async def augment(
    pdf: bytes,
    *,
    trust: Trust,
    stamps: TimeStamps,
    revocation: RevocationFetcher,
    clock: Clock,
    algorithm: str = "sha256",
    margin: timedelta = MARGIN,
) -> Archived:
    """Add revocation data fetched now for every signature and its time stamp, and one time stamp over the whole file.

    To be called when all have signed. Raises ArchiveRefused: `not-yet` (with when to try again) while the status of a
    signer or an authority is not known as of after the signature, `signer-ended`, `revoked`, `no-time-stamp`,
    `not-valid`, `not-lasting`, `algorithm-ended`, `unreadable`, `unsigned`; StampRefused and RevocationUnknown, which
    may pass.
    """
    require_algorithm(trust.sunsets, algorithm, clock.now())
    reader = opened(pdf)
    collection = Collection(trust=trust, revocation=revocation, clock=clock)
    for signature in signatures(reader):
        stamp = signature_stamp(signature)
        if stamp is None:
            raise ArchiveRefused("no-time-stamp", f"{signature.field_name} is not time-stamped")
        at = stamp_of(stamp).at
        await collection.add_signer(signature.signed_data, newer_than=at)
        await collection.add_signer(stamp, newer_than=at)
    authority = await add_authority(collection, stamps)
    generation = len(reader.embedded_timestamp_signatures) + 1
    made = await stamped(pdf, collection, stamps, algorithm=algorithm, generation=generation, authority=authority)
    return await checked(made, trust=trust, revocation=revocation, clock=clock, margin=margin)
