"""The archive state of a file: what level it has, which time stamps carry it, and until when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from asn1crypto import cms, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.archive.reading import archive_stamps, opened, readable, signature_stamp, signatures

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]


@dataclass(frozen=True, kw_only=True)
class ArchiveStamp:
    """One time stamp: its time, and what it depends on. `algorithms`: of what is stamped, of the token, of its
    certificate. Dates are aware UTC.
    """

    at: datetime
    authority: str
    certificate_sha256: str
    not_after: datetime
    imprint: str
    algorithms: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ArchiveState:
    """`stamps`: those over the whole file, oldest first: generation 1, 2 and so on. Before the first of them
    `augment_before` says when the first certificate of a signer or of a signature's time stamp ends.
    """

    level: Level
    signatures: int
    last_signed_at: datetime | None
    augment_before: datetime
    stamps: tuple[ArchiveStamp, ...]

    @property
    def generation(self) -> int:
        """How many archive time stamps there are."""
        return len(self.stamps)


def archive_state(pdf: bytes) -> ArchiveState:
    """Read the state off a file; nothing is validated. Raises ArchiveRefused: `unreadable`, `unsigned`."""
    reader = opened(pdf)
    signed, stamped = signatures(reader), archive_stamps(reader)
    own = tuple(signature_stamp(one) for one in signed)
    with readable():
        own_stamps = tuple(stamp_of(one) for one in own if one is not None)
        ends = [*(one.signer_cert.not_valid_after for one in signed), *(one.not_after for one in own_stamps)]
        return ArchiveState(
            level=_level(signed, stamped, len(own_stamps), with_data="/DSS" in reader.root),
            signatures=len(signed),
            last_signed_at=max((one.at for one in own_stamps), default=None),
            augment_before=min(ends),
            stamps=tuple(stamp_of(one.signed_data) for one in stamped),
        )


def stamp_of(token: cms.SignedData) -> ArchiveStamp:
    """What a token says of itself."""
    info = token["encap_content_info"]["content"].parsed
    certificate: x509.Certificate = extract_certificate_info(token).signer_cert
    imprint = info["message_imprint"]["hash_algorithm"]["algorithm"].native
    signer = token["signer_infos"][0]
    algorithms = {imprint, signer["digest_algorithm"]["algorithm"].native, certificate.hash_algo}
    return ArchiveStamp(
        at=info["gen_time"].native,
        authority=certificate.subject.human_friendly,
        certificate_sha256=certificate.sha256.hex(),
        not_after=certificate.not_valid_after,
        imprint=imprint,
        algorithms=tuple(sorted(algorithms)),
    )


def _level(
    signed: tuple[EmbeddedPdfSignature, ...],
    stamped: tuple[EmbeddedPdfSignature, ...],
    own_stamps: int,
    *,
    with_data: bool,
) -> Level:
    if own_stamps < len(signed):
        return "B-B"
    if not with_data:
        return "B-T"
    last = max(one.signed_revision for one in signed)
    return "B-LTA" if any(one.signed_revision > last for one in stamped) else "B-LT"
