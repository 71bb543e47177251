"""A signed PDF as pyHanko reads it, with every way in which it may not be readable as one refusal."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from asn1crypto import cms
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.archive.refusals import ArchiveRefused


@contextmanager
def readable() -> Iterator[None]:
    """Refuse as `unreadable` what the reader or its ASN.1 library cannot make sense of."""
    try:
        yield
    except (
        *(PdfError, CMSExtractionError, SignatureValidationError),
        *(ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, RecursionError),
    ) as error:
        raise ArchiveRefused("unreadable", f"{type(error).__name__}: {error}") from error


def opened(pdf: bytes) -> PdfFileReader:
    """The file, with its signatures enumerated. Raises ArchiveRefused `unreadable`."""
    with readable():
        reader = PdfFileReader(BytesIO(pdf))
        for signature in reader.embedded_signatures:
            _ = signature.signed_data, signature.signer_cert.not_valid_after
        return reader


def signatures(reader: PdfFileReader) -> tuple[EmbeddedPdfSignature, ...]:
    """The signatures of people and of the platform, in order. Raises ArchiveRefused `unsigned`."""
    found = tuple(reader.embedded_regular_signatures)
    if not found:
        raise ArchiveRefused("unsigned", "the file has no signature")
    return found


def archive_stamps(reader: PdfFileReader) -> tuple[EmbeddedPdfSignature, ...]:
    """The time stamps over the whole file, in order."""
    return tuple(reader.embedded_timestamp_signatures)


def signature_stamp(signature: EmbeddedPdfSignature) -> cms.SignedData | None:
    """The time stamp on one signature; the first, where there are several."""
    with readable():
        return next(iter(extract_tst_data_iter(signature.signer_info, signed=False)), None)
