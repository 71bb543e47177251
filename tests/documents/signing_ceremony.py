"""A contract on its way: fields laid, certified, signed by its parties in any order; and what pyHanko says of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfua
from pdf_oxide import PdfDocument
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko_certvalidator import ValidationContext

from signing.pades import Attachment, Signed, certify, lay_fields, open_revision, sign
from tests.documents.signing_world import NOW, Stamps, World, asn1, contract, parties, seal

RECORD = Attachment(
    name="決裁記録.json", data=b'{"number":"R8-000123"}' * 50, media_type="application/json", description="決裁の記録"
)


def complaints(path: Path) -> list[str]:
    """What two other engines have against a file as PDF/A-3a, PDF/A-3b and PDF/UA-1, as far as they look."""
    found = [str(error) for level in ("3a", "3b") for error in PdfDocument(str(path)).validate_pdf_a(level)["errors"]]
    return found + [str(each) for each in pdfua.validate(str(path)).findings]


class Ceremony:
    """A world, its authority for time, and the acts on one contract after the other."""

    def __init__(self) -> None:
        self.world = World()
        self.stamps: Stamps = self.world.time_stamps()

    def laid(self, count: int, *, visible: bool = True) -> bytes:
        """A contract with the fields of `count` parties and one attachment."""
        return lay_fields(contract(), parties=parties(count, visible=visible), attachments=[RECORD], at=NOW)

    async def certified(self, count: int, *, visible: bool = True) -> bytes:
        """The same, certified by the platform."""
        key = self.world.signer("電子契約基盤", number=11)
        done = await certify(
            self.laid(count, visible=visible), key=key, stamps=self.stamps, at=NOW, name="電子契約基盤", reason="封緘"
        )
        return done.pdf

    async def signed(self, pdf: bytes, party: int, *, kind: str = "p256", at: datetime = NOW) -> Signed:
        """One more party has signed."""
        key = self.world.signer(f"当事者{party}", kind, 11 + party)
        return await sign(
            pdf,
            field=f"Party{party}",
            key=key,
            stamps=self.stamps,
            at=at,
            instruction=b"record %d" % party,
            seal=seal(),
            name=f"当事者{party}",
            reason="契約内容に合意します",
            location="青空県",
        )

    async def stages(self, count: int, order: Iterable[int]) -> list[bytes]:
        """The file after the certification and after each signature, in this order."""
        files = [await self.certified(count)]
        for party in order:
            files.append((await self.signed(files[-1], party)).pdf)
        return files

    async def archived(self, pdf: bytes) -> bytes:
        """The file with validation data and a document time stamp of the archive."""
        stream = BytesIO(pdf)
        for number in range(len(PdfFileReader(stream).embedded_regular_signatures)):
            embedded = PdfFileReader(stream).embedded_regular_signatures[number]
            await async_add_validation_info(embedded, self.trusting(), in_place=True, add_vri_entry=False)
        out = BytesIO()
        revision = open_revision(stream.getvalue(), identity=b"archive")
        await PdfTimeStamper(_Stamping(self.stamps)).async_timestamp_pdf(
            revision, "sha256", self.trusting(), output=out
        )
        return out.getvalue()

    def trusting(self) -> Any:
        """Trust in this world's root, an hour after everything."""
        return ValidationContext(trust_roots=[asn1(self.world.root)], moment=NOW + timedelta(hours=1))

    async def verdicts(self, pdf: bytes) -> dict[str, Any]:
        """pyHanko's status of every signature of a person or the platform, by field."""
        return {each.field_name: await self._verdict(each) for each in self._signatures(pdf)}

    async def holds(self, pdf: bytes) -> bool:
        """Whether pyHanko finds every signature there is good, by its default policy."""
        for each in self._signatures(pdf):
            if not (await self._verdict(each)).bottom_line:
                return False
        return True

    def _signatures(self, pdf: bytes) -> Any:
        return PdfFileReader(BytesIO(pdf)).embedded_regular_signatures

    async def _verdict(self, embedded: Any) -> Any:
        return await async_validate_pdf_signature(embedded, self.trusting(), ts_validation_context=self.trusting())


class _Stamping(TimeStamper):
    """This world's authority as pyHanko wants to be given one."""

    def __init__(self, stamps: Stamps) -> None:
        super().__init__()
        self._stamps = stamps

    async def async_request_tsa_response(self, req: Any) -> Any:
        raise NotImplementedError("the token is given directly")

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        return await self._stamps.stamp(message_digest, md_algorithm)

    async def async_dummy_response(self, md_algorithm: str) -> Any:
        return await self._stamps.stamp(bytes(32), md_algorithm)
