"""What a signed file promises as a whole: where it ends, and for our own contracts how it is sealed and locked."""

from collections.abc import Iterator

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import read_certification_data

from signing.inspection.structure import garbage_after_end
from signing.pades.layout import PLATFORM_FIELD
from signing.pades.objects import members, value
from signing.verification.found import Signatures
from signing.verification.report import Reason, reason


def end_of_file(pdf: bytes) -> Iterator[Reason]:
    """Nothing but blanks after the end: what follows is read by nobody, and was put there by somebody."""
    extra = garbage_after_end(pdf)
    if extra:
        yield reason("bytes-after-end", f"{extra} bytes")


def own_contract(reader: PdfFileReader, found: Signatures) -> Iterator[Reason]:
    """The platform certified first with P=2, every field was locked before, no other field exists (ADR 0018)."""
    certification = read_certification_data(reader)
    first = found.regular[0] if found.regular else None
    if certification is None or first is None or PLATFORM_FIELD not in first.fields:
        yield reason("certification-missing", "the platform's certification is not the first signature")
    elif certification.permission != MDPPerm.FILL_FORMS:
        yield reason("certification-permissions", f"P={certification.permission}", field=PLATFORM_FIELD)
    stamps = {name for each in found.signed if each.time_stamp for name in each.fields}
    for name in found.unlocked:
        if name not in stamps:
            yield reason("lock-missing", field=name)
    for name in found.empty:
        yield reason("party-unsigned", field=name)
    kinds = {str(value(each, "/FT", "")) for each in _fields(reader)} - {"/Sig"}
    if kinds:
        yield reason("form-fields", ", ".join(sorted(kinds)))


def _fields(reader: PdfFileReader) -> list[generic.DictionaryObject]:
    """The fields at the top of the form; a field without a kind of its own has children, and is none of ours."""
    form = value(reader.root, "/AcroForm", generic.DictionaryObject())
    return members(value(form, "/Fields", ()))
