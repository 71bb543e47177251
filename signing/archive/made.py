"""Making a new archive revision: validation data and a time stamp over everything, behind an unchanged file."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper

from signing.archive.collecting import Collection
from signing.archive.reading import readable
from signing.archive.state import ArchiveStamp, ArchiveState, Level, stamp_of
from signing.network.errors import StampRefused
from signing.network.time_stamps import TimeStamps

SLACK_BYTES = 2048  # tokens of one authority vary a little in length


@dataclass(frozen=True, kw_only=True)
class Archived:
    """A file with a new archive time stamp. The old file is an exact prefix of it."""

    pdf: bytes
    level: Level
    state: ArchiveState
    renew_before: datetime

    @property
    def stamp(self) -> ArchiveStamp:
        """The new time stamp."""
        return self.state.stamps[-1]


class OverOurs(TimeStamper):
    """pyHanko's time stamper over our client."""

    def __init__(self, stamps: TimeStamps, *, authority: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko types half of itself
        self._stamps = stamps
        self._authority = authority

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        token = await self._stamps.stamp(message_digest, md_algorithm)
        read = cms.ContentInfo.load(token.dump())  # a copy: what asn1crypto has read it encodes anew, slowly
        if stamp_of(read["content"]).certificate_sha256 != self._authority:
            raise StampRefused("mismatch", "the authority changed its certificate meanwhile")
        return token


async def stamped(
    pdf: bytes, collection: Collection, stamps: TimeStamps, *, algorithm: str, generation: int, authority: str
) -> bytes:
    """The file with one more revision: what was collected, and a time stamp over it all by the authority it was
    collected for (its certificate's SHA-256). Raises StampRefused.
    """
    with readable():
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        collection.write(writer)
    result = BytesIO()
    stamper = PdfTimeStamper(
        OverOurs(stamps, authority=authority),
        field_name=f"Archive{generation}",
        readable_field_name=f"長期保管タイムスタンプ {generation}",
    )
    await stamper.async_timestamp_pdf(
        writer, algorithm, bytes_reserved=2 * (len(stamps.last_bytes) + SLACK_BYTES), in_place=False, output=result
    )
    made = result.getvalue()
    if not made.startswith(pdf):
        raise AssertionError("an incremental update changed what was there before")
    return made
