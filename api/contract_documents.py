"""契約書の受入れ: a contract's text set as a PDF, or a PDF from outside, inspected and kept before it is decided.

What has been inspected is remembered by its hash: what is to be signed passes here, however it came into the store.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID, uuid5

import msgspec
import structlog
from starlette.concurrency import run_in_threadpool

from api.errors import Problem, invalid
from api.gateway import Sender
from api.parts import ApiParts
from api.uploads import require_brought
from api.validation import FieldError
from domain.approval import RECORD as APPROVAL
from domain.approval.facts import Draft
from domain.contract import commands
from domain.envelope import NAMESPACE
from domain.record import Command
from signing.documents import DocumentDamaged, DocumentMissing
from signing.inspection import Accepted, NotAccepted, accept, inspect, page_images
from signing.inspection import Busy as InspectionBusy
from signing.typesetting.contract import set_contract
from signing.typesetting.contract_facts import ContractFacts, FactsUnreadable, contract_facts, differences
from signing.typesetting.contract_faults import TextRefused
from signing.typesetting.contract_text import ContractText
from signing.typesetting.press import NotSet, PressBusy

T = TypeVar("T")
log = structlog.get_logger(__name__)
WIDTH = 1240  # pixels: what signers are shown
DIFFERS = {"amount_yen": "amount-differs", "counterparty": "counterparty-differs", "period": "period-differs"}
INSPECTED, KEPT = "contract document inspected", "contract document kept"
AT = re.compile(r" - at `\$\.?(?P<place>[^`]*)`")
INDEX = re.compile(r"\[(\d*|\.\.\.)\]")
WITHOUT_DATA = "契約データを持たないPDFです。契約書の金額・相手方・期間が決裁と同じであることを、目で確かめてください。"
WRITTEN_ANEW = "PDFの内部の索引を書き直しました。決裁に付けるのは、書き直したこのPDFです。"


class KeptContract(msgspec.Struct, frozen=True, kw_only=True):
    """What a contract's document is answered with, kept by command id, with the hash of what was sent."""

    payload: str
    sha256: str
    original_sha256: str
    pages: int
    facts: ContractFacts | None
    warnings: tuple[str, ...]


def text_of(value: dict[str, Any]) -> ContractText:
    """Give a contract's text from its JSON. Refuses `invalid` with the field."""
    try:
        return msgspec.convert(value, type=ContractText)
    except msgspec.ValidationError as error:
        found = AT.search(str(error))
        raise Problem(
            "invalid",
            detail=AT.sub("", str(error)),
            errors=[FieldError(_path(found["place"] if found else ""), "値が正しくありません。")],
        ) from error


async def typeset(parts: ApiParts, command: UUID, text: ContractText) -> KeptContract:
    """Set a contract's text and keep it; the same command gives the same document for ever. Refuses
    `contract-text-refused` with every fault, `key-reused`, `busy`.
    """
    payload = hashlib.sha256(msgspec.json.encode(text, order="sorted")).hexdigest()
    earlier = await _settled(parts, command, payload)
    if earlier is not None:
        return earlier
    try:
        document = await run_in_threadpool(set_contract, text, at=parts.clock.now())
    except TextRefused as refused:
        errors = [FieldError(_path(fault.field), fault.reason) for fault in refused.faults]
        raise Problem("contract-text-refused", field=errors[0].field, errors=errors) from refused
    except PressBusy as error:
        raise Problem("busy") from error
    except NotSet as error:
        raise Problem("contract-not-set", detail=str(error)[-300:]) from error
    return await _kept(parts, command, payload, await _accepted(document.pdf, "file"), document.facts)


async def take(parts: ApiParts, command: UUID, pdf: bytes) -> KeptContract:
    """Inspect a PDF from outside, write it anew where that cures it, and keep it. Refuses `pdf-not-accepted`,
    `key-reused`, `busy`.
    """
    payload = hashlib.sha256(pdf).hexdigest()
    earlier = await _settled(parts, command, payload)
    if earlier is not None:
        return earlier
    accepted = await _accepted(pdf, "file")
    return await _kept(parts, command, payload, accepted, await _facts(accepted.pdf, "file"))


async def require_documents(parts: ApiParts, sender: Sender, command: Command) -> None:
    """Refuse `attachment-unknown` for a document that the sender has not brought (of a contract to be prepared: that
    was never kept), and `pdf-not-accepted` for a contract that does not pass the inspection as it is.
    """
    for field, sha256 in _named(command):
        await require_brought(parts, f"{sender.kind}:{sender.person}", sha256, field)
    if isinstance(command, commands.Create):
        if not await parts.documents.has(command.document):
            raise Problem("attachment-unknown", field="document")
        await _require_sound(parts, command, sender)


def _named(command: Command) -> list[tuple[str, str]]:
    match command:
        case commands.Create():
            members = [
                (f"counterparties.{place}.members.{index}.mandate.document", member.mandate)
                for place, each in enumerate(command.counterparties)
                for index, member in enumerate(each.members)
            ]
            return [(field, mandate.document) for field, mandate in members if mandate is not None]
        case commands.Consent(form=str() as sha256):
            return [("form", sha256)]
        case commands.FilePaper(document=sha256):
            return [("document", sha256)]
        case commands.Terminate(agreement=str() as sha256):
            return [("agreement", sha256)]
        case commands.ChangeSigner(to=commands.PersonIn(mandate=commands.MandateIn(document=sha256))):
            return [("to.mandate.document", sha256)]
    return []


async def _require_sound(parts: ApiParts, command: commands.Create, sender: Sender) -> None:
    """The document passes the inspection, and what it says of itself is what was decided on it."""
    pdf = await _read(parts, command.document)
    if not await _is_inspected(parts, command.document):
        await _looked_into(lambda: (inspect(pdf), page_images(pdf, width=WIDTH)), "document")
        await _remember(parts, command.document)
    facts = await _facts(pdf, "document")
    case, version = await run_in_threadpool(parts.reader.fold, APPROVAL, command.approval)
    directory, _ = await run_in_threadpool(parts.reader.references)
    may = version > 0 and APPROVAL.may_read(case, sender.person, directory, parts.clock.now())
    if facts is None or not may or case.content.contract_document != command.document:
        return  # the record says what is wrong with the decision
    for name in _differing(facts, case.content, is_amendment=command.class_ == "amendment"):
        raise Problem(DIFFERS[name], field="document", detail=f"The document's own {name} is not the decided one.")


def _differing(facts: ContractFacts, draft: Draft, *, is_amendment: bool) -> tuple[str, ...]:
    """What an amendment's document names is the amount afterwards: the decision's may be the difference."""
    return differences(
        facts,
        amount_yen=facts.amount_yen if is_amendment else draft.amount_yen,
        counterparty=draft.counterparty.name if draft.counterparty else None,
        period_from=draft.period.from_ if draft.period else None,
        period_to=draft.period.to if draft.period else None,
    )


async def _read(parts: ApiParts, sha256: str) -> bytes:
    try:
        return await parts.documents.read(sha256)
    except DocumentMissing as error:
        raise Problem("attachment-unknown", field="document") from error
    except DocumentDamaged as error:
        raise Problem("document-damaged", field="document") from error


async def _is_inspected(parts: ApiParts, sha256: str) -> bool:
    """Whether this API has found the document sound before; what others wrote into the store counts for nothing."""
    try:
        return await parts.journal.settled(INSPECTED, _mark(sha256)) == sha256
    except DocumentDamaged:
        return False


async def _remember(parts: ApiParts, sha256: str) -> None:
    """Where somebody else has written in this place, the document is inspected again every time."""
    try:
        await parts.journal.settled(INSPECTED, _mark(sha256), sha256)
    except DocumentDamaged:
        log.warning("journal_entry_not_ours", document=sha256)


async def _facts(pdf: bytes, field: str) -> ContractFacts | None:
    try:
        return await run_in_threadpool(contract_facts, pdf)
    except FactsUnreadable as error:
        raise Problem("pdf-not-accepted", field=field, errors=[FieldError(field, error.reason)]) from error


async def _accepted(pdf: bytes, field: str) -> Accepted:
    """Accept the file, and draw its pages once: what cannot be shown to its signers is not to be decided."""
    accepted = await _looked_into(lambda: accept(pdf), field)
    await _looked_into(lambda: page_images(accepted.pdf, width=WIDTH), field)
    return accepted


async def _looked_into(look: Callable[[], T], field: str) -> T:
    try:
        return await run_in_threadpool(look)
    except NotAccepted as refused:
        raise _not_accepted(refused, field) from refused
    except InspectionBusy as error:
        raise Problem("busy") from error


def _not_accepted(refused: NotAccepted, field: str) -> Problem:
    """The reason as the sentence of the field; the guard's own code and diagnostic as the detail."""
    error = FieldError(field, refused.reason)
    return Problem("pdf-not-accepted", field=field, detail=str(refused)[:300], errors=[error])


async def _kept(
    parts: ApiParts, command: UUID, payload: str, accepted: Accepted, facts: ContractFacts | None
) -> KeptContract:
    sha256 = await parts.documents.keep_bytes(accepted.pdf)
    await _remember(parts, sha256)
    warnings = (*((WRITTEN_ANEW,) if accepted.normalised else ()), *(() if facts else (WITHOUT_DATA,)))
    kept = KeptContract(
        payload=payload,
        sha256=sha256,
        original_sha256=accepted.original_sha256,
        pages=accepted.inspection.pages,
        facts=facts,
        warnings=warnings,
    )
    first = await _settled(parts, command, payload, kept)
    assert first is not None, "what was just written is there"
    return first


async def _settled(
    parts: ApiParts, command: UUID, payload: str, kept: KeptContract | None = None
) -> KeptContract | None:
    try:
        entry = await parts.journal.settled(KEPT, command, msgspec.json.encode(kept).decode() if kept else None)
    except DocumentDamaged as error:
        raise Problem("document-damaged") from error
    if entry is None:
        return None
    found = msgspec.json.decode(entry, type=KeptContract)
    if found.payload != payload:
        raise Problem("key-reused", field="Idempotency-Key")
    return found


def _mark(sha256: str) -> UUID:
    """The journal's name for "this document passed the inspection"."""
    return uuid5(NAMESPACE, f"contract-document/{sha256}")


def _path(place: str) -> str:
    """counterparties[0].name → counterparties.0.name, as errors name fields everywhere."""
    return INDEX.sub(r".\1", place).replace("...", "").strip(".")


def required_file() -> Problem:
    """The refusal of a form without the file."""
    return invalid("file", "file という名前で、PDFを一つ送ってください。")
