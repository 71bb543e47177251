"""The revision of a signature with room for its CMS: written once, digested once, filled once."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO

from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest, SignatureObject

from domain.clock import JST
from signing.pades.layout import PLATFORM_FIELD, LaidField, open_party, read_layout
from signing.pades.refusals import PadesRefused
from signing.pades.revision import Revision, open_revision, reading
from signing.pades.seals import seal_style


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What a signature says of itself inside the signed bytes. `at` (aware) becomes /M."""

    at: datetime
    name: str
    reason: str
    location: str | None = None
    seal: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """A file with room for a CMS between `start` and `end`; `digest` is that of everything else."""

    pdf: BytesIO
    digest: bytes
    start: int
    end: int

    def filled(self, cms: bytes) -> bytes:
        """Put the CMS in and give the whole file; this placeholder is used up. Raises PadesRefused `too-large`."""
        if 2 * len(cms) > self.end - self.start - 2:
            raise PadesRefused("too-large", f"a CMS of {len(cms)} bytes into {(self.end - self.start - 2) // 2}")
        PreparedByteRangeDigest(self.digest, self.start, self.end).fill_with_cms(self.pdf, cms)
        return self.pdf.getvalue()


def place_certification(
    pdf: bytes, particulars: Particulars, *, digest: str, room: int, instruction: bytes | None
) -> Placeholder:
    """Make `room` (bytes) for the platform's certification: first of all, invisible, P=2 (signing allowed).

    Raises PadesRefused: unreadable, encrypted, not-laid, already-certified, already-signed.
    """
    revision = _opened(pdf, PLATFORM_FIELD, particulars, instruction)
    with reading():
        layout = read_layout(revision)
    if layout.platform.signed:
        raise PadesRefused("already-certified", "the platform's field is signed")
    if any(each.signed for each in layout.parties):
        raise PadesRefused("already-signed", "a party signed before the platform certified")
    return _placed(revision, layout.platform, particulars, digest, room)


def place_signature(
    pdf: bytes, particulars: Particulars, *, field: str, digest: str, room: int, instruction: bytes | None
) -> Placeholder:
    """Make `room` (bytes) for a party's signature in its field.

    Raises PadesRefused: unreadable, encrypted, not-laid, not-certified, no-such-field, already-signed, seal-unusable.
    """
    revision = _opened(pdf, field, particulars, instruction)
    with reading():
        laid = open_party(revision, field)
    return _placed(revision, laid, particulars, digest, room)


def _placed(revision: Revision, laid: LaidField, particulars: Particulars, digest: str, room: int) -> Placeholder:
    with reading():
        embedding = PdfCMSEmbedder().write_cms(laid.name, revision, existing_fields_only=True)
        next(embedding)
        embedding.send(_signature_object(laid, particulars, digest, room))
        found, output = embedding.send(SigIOSetup(md_algorithm=digest, in_place=True))
    return Placeholder(
        pdf=output, digest=found.document_digest, start=found.reserved_region_start, end=found.reserved_region_end
    )


def _signature_object(laid: LaidField, particulars: Particulars, digest: str, room: int) -> SigObjSetup:
    certifies = laid.name == PLATFORM_FIELD
    appearance = None
    if particulars.seal is not None:
        style = seal_style(particulars.seal)
        appearance = SigAppearanceSetup(style=style, timestamp=particulars.at, name=particulars.name)
    return SigObjSetup(
        sig_placeholder=SignatureObject(
            timestamp=particulars.at.astimezone(JST),
            subfilter=SigSeedSubFilter.PADES,
            name=particulars.name,
            reason=particulars.reason,
            location=particulars.location,
            bytes_reserved=2 * room,
        ),
        mdp_setup=SigMDPSetup(
            md_algorithm=digest,
            certify=certifies,
            field_lock=laid.lock,
            docmdp_perms=MDPPerm.FILL_FORMS if certifies else None,
        ),
        appearance_setup=appearance,
    )


def _opened(pdf: bytes, field: str, particulars: Particulars, instruction: bytes | None) -> Revision:
    if particulars.at.tzinfo is None:
        raise ValueError("the time of a signature is aware")
    said = (field, particulars.at.isoformat(), particulars.name, particulars.reason, particulars.location)
    return open_revision(pdf, identity=repr(said).encode() + sha256(instruction or b"").digest())
