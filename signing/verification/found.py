"""The signatures of a file as its bytes have them: one object each, however many fields show it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.pades.layout import PLATFORM_FIELD
from signing.pades.objects import value
from signing.verification.report import Reason, reason

FORMATS = ("/adbe.pkcs7.detached", "/ETSI.CAdES.detached", "/ETSI.RFC3161")
TIME_STAMP = "/ETSI.RFC3161"


@dataclass
class Found:
    """One signature object: the fields that show it, and what was found wrong with it before any cryptography."""

    fields: tuple[str, ...]
    embedded: EmbeddedPdfSignature
    time_stamp: bool
    covers_bytes: int
    digits: bytes  # of its value, as they stand in the file
    locked: bool
    stamped_later: bool = False  # by a document time stamp
    existed_at: datetime | None = None  # at the latest, by a trusted document time stamp
    reasons: list[Reason] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The field it is called by."""
        return self.fields[0]


@dataclass
class Signatures:
    """All of them in the order of their revisions, the fields still empty, and faults that belong to no signature."""

    signed: list[Found] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    unlocked: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    @property
    def regular(self) -> list[Found]:
        """Those of people and of the platform: no document time stamps."""
        return [each for each in self.signed if not each.time_stamp]

    @property
    def own_contract(self) -> bool:
        """Whether the file has the platform's field, as ours do."""
        return PLATFORM_FIELD in {*self.empty, *(name for each in self.signed for name in each.fields)}


def signatures_of(reader: PdfFileReader, pdf: bytes) -> Signatures:
    """Find them. What cannot be read as a signature is a reason, never an exception of its own."""
    found = Signatures()
    shown: dict[object, list[tuple[str, generic.DictionaryObject]]] = {}
    for called, signature, reference in enumerate_sig_fields(reader):
        name, holder = str(called), reference.get_object()
        if "/Lock" not in holder:
            found.unlocked.append(name)
        if signature is None:
            found.empty.append(name)
            continue
        raw = holder.raw_get("/V") if "/V" in holder else signature
        key = raw.reference if isinstance(raw, generic.IndirectObject) else id(signature)
        shown.setdefault(key, []).append((name, holder))
    for fields in shown.values():
        _add(found, reader, pdf, fields)
    for name in sorted(_once_signed(reader) - {name for fields in shown.values() for name, _ in fields}):
        found.reasons.append(reason("signature-removed", "an earlier revision has it", field=name))
    found.signed.sort(key=lambda each: (each.embedded.signed_revision, each.covers_bytes))
    for earlier, each in zip(found.signed, found.signed[1:], strict=False):
        if earlier.covers_bytes == each.covers_bytes:
            found.reasons.append(reason("signature-shared", f"{earlier.name} and {each.name}", field=each.name))
    last = max((each.covers_bytes for each in found.signed if each.time_stamp), default=0)
    for each in found.regular:
        each.stamped_later = each.covers_bytes < last
    return found


def _add(
    found: Signatures, reader: PdfFileReader, pdf: bytes, fields: list[tuple[str, generic.DictionaryObject]]
) -> None:
    names = tuple(name for name, _ in fields)
    if len(names) > 1:
        found.reasons.append(reason("signature-shared", f"fields {', '.join(names)}", field=names[0]))
    try:
        embedded = EmbeddedPdfSignature(reader, fields[0][1], names[0])
        sub_filter = str(value(embedded.sig_object, "/SubFilter", ""))
        start = [int(each) for each in embedded.byte_range]
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever a broken signature makes the parser raise, it is the signature
        found.reasons.append(reason("signature-damaged", f"{type(error).__name__}: {error}", field=names[0]))
        return
    if sub_filter not in FORMATS:
        found.reasons.append(reason("signature-format", sub_filter or "no /SubFilter", field=names[0]))
        return
    digits = pdf[start[1] + 1 : start[2] - 1] if len(start) == 4 else b""
    one = Found(names, embedded, sub_filter == TIME_STAMP, sum(start[2:]), digits, "/Lock" in fields[0][1])
    one.reasons.extend(_byte_range_faults(pdf, start, embedded, names[0]))
    found.signed.append(one)


def _once_signed(reader: PdfFileReader) -> set[str]:
    """The fields that hold a signature in some earlier revision."""
    earlier = [reader.get_historical_resolver(number) for number in range(reader.xrefs.total_revisions - 1)]
    return {str(name) for each in earlier for name, signed, _ in enumerate_sig_fields(each) if signed is not None}


def _byte_range_faults(pdf: bytes, given: list[int], embedded: EmbeddedPdfSignature, name: str) -> Iterator[Reason]:
    """From the first byte, with one gap, and in the gap nothing but this signature's own value."""
    if len(given) != 4 or given[0] != 0 or min(given) < 0:
        yield reason("byte-range", f"{given}", field=name)
        return
    _, first, second, rest = given
    gap = pdf[first:second]
    if not (0 < first < second and rest > 0 and second + rest <= len(pdf)):
        yield reason("byte-range", f"{given} of {len(pdf)} bytes", field=name)
    elif not (gap.startswith(b"<") and gap.endswith(b">") and _hex(gap[1:-1]) == embedded.pkcs7_content):
        yield reason("byte-range", "the gap holds more than the signature's value", field=name)


def _hex(digits: bytes) -> bytes | None:
    try:
        return bytes.fromhex(digits.decode("ascii")) if not digits.split()[1:] else None
    except ValueError:
        return None


def signed_attribute(signer: cms.SignerInfo, oid: str) -> bytes | None:
    """Give the octets of a signed attribute that is one OCTET STRING; None where there is none."""
    for attribute in signer["signed_attrs"]:
        if attribute["type"].dotted == oid and len(attribute["values"]) == 1:
            value = attribute["values"][0]
            return bytes(value.native) if isinstance(value.native, bytes) else None
    return None
