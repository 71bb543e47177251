"""One revision appended to a PDF: the file before it stays an exact prefix, and the same input gives the same bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pades.refusals import PadesRefused

_UNREADABLE = (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, RecursionError)
"""What pyHanko raises on files that are not as they should be."""


@contextmanager
def reading(code: str = "unreadable") -> Iterator[None]:
    """Turn whatever pyHanko raises on a file that is not as it should be into PadesRefused with this code."""
    try:
        yield
    except _UNREADABLE as error:
        raise PadesRefused(code, f"{type(error).__name__}: {error}") from error


class Revision(IncrementalPdfFileWriter):
    """A revision of a PDF, written at the end of `stream`.

    Unlike pyHanko's own it leaves the XMP packet and the information dictionary as the typesetter wrote them (a
    rewritten packet is no longer what PDF/A validators saw), and draws the file's second identifier from what is
    written.
    """

    def __init__(self, stream: BytesIO, reader: PdfFileReader, identity: bytes) -> None:
        super().__init__(stream, prev=reader)
        self.stream = stream
        changing = sha256(
            b"|".join((str(len(stream.getbuffer())).encode(), str(reader.last_startxref).encode(), identity))
        )
        permanent = self._document_id[0] if "/ID" in reader.trailer else _byte_string(changing.digest()[16:])
        self._document_id = generic.ArrayObject([permanent, _byte_string(changing.digest()[:16])])

    def _update_meta(self) -> None:
        """Leave XMP and /Info alone."""

    def update_root(self) -> None:
        """Write the catalog anew."""
        super().update_root()  # type: ignore[no-untyped-call]  # half of pyhanko is typed

    def page(self, index: int) -> generic.IndirectObject:
        """The page `index`, from 0. Raises PadesRefused `field-box` where there is none."""
        pages = int(self.root["/Pages"]["/Count"])
        if not 0 <= index < pages:
            raise PadesRefused("field-box", f"the file has {pages} pages, there is no page {index}")
        found = super().find_page_for_modification(index)  # type: ignore[no-untyped-call]  # as above
        reference: generic.IndirectObject = found[0]
        return reference

    def appended(self) -> bytes:
        """Write the revision and give the whole file."""
        super().write_in_place()  # type: ignore[no-untyped-call]  # as above
        return self.stream.getvalue()


def open_revision(pdf: bytes, *, identity: bytes) -> Revision:
    """Open `pdf` for one more revision; `identity` are the bytes the new file identifier is drawn from.

    Raises PadesRefused: unreadable, encrypted.
    """
    stream = BytesIO(pdf)
    with reading():
        reader = PdfFileReader(stream)
        if reader.encrypted:
            raise PadesRefused("encrypted", "the file is encrypted")
        return Revision(stream, reader, identity)


def _byte_string(value: bytes) -> generic.ByteStringObject:
    return generic.ByteStringObject(value)
