"""契約の機械可読データ: what a contract set by us says of itself in `kessai-contract.json`, and how it is read back."""

import io
import zlib
from datetime import date
from typing import Annotated, Literal

import msgspec
import pikepdf

from signing.typesetting.contract_text import ContractClass

NAME = "kessai-contract.json"
BYTES_MAX = 64 * 1024  # five parties of a joint venture take four
FORMAT: Literal["kessai-contract/1"] = "kessai-contract/1"
Line = Annotated[str, msgspec.Meta(max_length=400)]
Yen = Annotated[int, msgspec.Meta(ge=0, lt=10**13)]
Edge = Annotated[float, msgspec.Meta(ge=-14_400, le=14_400)]  # what a page of PDF may measure, in points


class SignatureBox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """電子署名欄: PDF field, label for people, whose side it is (乙; in a joint venture 乙　構成員), page (0 first)
    and left, bottom, right, top in PDF points.
    """

    field: Annotated[str, msgspec.Meta(pattern=r"^(Prefecture|Party[1-9])$")]
    label: Line
    side: Line
    page: Annotated[int, msgspec.Meta(ge=0, lt=1_000)]
    box: tuple[Edge, Edge, Edge, Edge]


class FactsParty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A counterparty by name and corporate number, and the names of its members if it is a joint venture."""

    name: Line
    corporate_number: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{13}$")] | None = None
    members: Annotated[tuple[Line, ...], msgspec.Meta(max_length=10)] = ()


class ContractFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the decision is compared with, as data. `edition` is that of the articles; the rest as in `ContractText`."""

    format: Literal["kessai-contract/1"]
    contract_class: ContractClass
    edition: Line
    number: Line
    approval: Line
    title: Line
    prefecture: Line
    counterparties: Annotated[tuple[FactsParty, ...], msgspec.Meta(min_length=1, max_length=10)]
    amount_yen: Yen | None
    tax_yen: Yen | None
    period_from: date | None
    period_to: date | None
    contract_date: date | None
    effective_from: date | None
    provisional: bool
    boxes: Annotated[tuple[SignatureBox, ...], msgspec.Meta(max_length=10)]


class FactsUnreadable(Exception):
    """The file says something of itself that is not what we write: `code` tells what, `reason` tells it in Japanese."""

    reason = "PDFに埋め込まれた契約データを読み取れません。"

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def differences(
    facts: ContractFacts,
    *,
    amount_yen: int | None,
    counterparty: str | None,
    period_from: date | None,
    period_to: date | None,
) -> tuple[str, ...]:
    """Give the names of what a contract says otherwise than its decision: `amount_yen`, `counterparty`, `period`.

    The decision's counterparty is one of the contract's, by its very name. A day that one of both does not name (goods
    have no first day) does not differ. Source: design.md §5.
    """
    days = ((facts.period_from, period_from), (facts.period_to, period_to))
    found = {
        "amount_yen": facts.amount_yen != amount_yen,
        "counterparty": counterparty not in {party.name for party in facts.counterparties},
        "period": any(said and decided and said != decided for said, decided in days),
    }
    return tuple(name for name, differs in found.items() if differs)


def contract_facts(pdf: bytes) -> ContractFacts | None:
    """Give what `pdf` says of itself, or None for a file that says nothing (an uploaded one).

    What it gives is the file's own word. It is true of bytes that `set_contract` made, whose hash the case holds; of
    any other file it may contradict the pages. Take it only of files that passed the inspection of uploads.
    Raises `FactsUnreadable`: not a PDF (`unreadable`), too long, compressed in another way, or not of our shape.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            written = _attached(document)
    except (pikepdf.PdfError, zlib.error, RecursionError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise FactsUnreadable("facts-unreadable", f"not readable: {type(error).__name__}") from error
    return None if written is None else _read(written)


def _read(written: bytes) -> ContractFacts:
    try:
        facts = msgspec.json.decode(written, type=ContractFacts)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FactsUnreadable("facts-malformed", str(error)) from error
    if len({box.field for box in facts.boxes}) != len(facts.boxes):
        raise FactsUnreadable("facts-malformed", "a signature box is named twice")
    return facts


def _attached(document: pikepdf.Pdf) -> bytes | None:
    """The file of our name in the catalogue's list of attachments, unpacked within bounds."""
    if NAME not in document.attachments:
        return None
    stream = document.attachments[NAME].get_file().obj
    raw = stream.read_raw_bytes()
    if len(raw) > BYTES_MAX:
        raise FactsUnreadable("facts-too-long", f"{len(raw)} bytes")
    packing = stream.get("/Filter")
    if packing is None:
        return bytes(raw)
    if packing not in (pikepdf.Name.FlateDecode, pikepdf.Array([pikepdf.Name.FlateDecode])) or "/DecodeParms" in stream:
        raise FactsUnreadable("facts-malformed", "packed in a way we do not use")
    unpacking = zlib.decompressobj()
    written = unpacking.decompress(raw, BYTES_MAX)
    if unpacking.unconsumed_tail:
        raise FactsUnreadable("facts-too-long", f"more than {BYTES_MAX} bytes")
    return written
