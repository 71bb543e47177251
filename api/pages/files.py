"""Files of a case: uploaded with a form, listed with kind and size, given for keeping and never shown inline."""

import asyncio
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from api.errors import Problem, invalid
from api.media_types import media_type
from api.pages import labels
from api.pages.formats import size
from api.parts import ApiParts
from api.routes.attachments import described
from domain.approval.facts import Attachment, Draft
from signing.documents import DocumentStore, Upload

FILES_AT_ONCE_MAX = 10


@dataclass(frozen=True, kw_only=True)
class File:
    """One attachment as a page lists it. `missing`: the store does not have it (any more)."""

    place: int
    name: str
    sha256: str
    kind: str
    size: str
    is_contract: bool
    missing: bool = False


async def files_of(documents: DocumentStore, draft: Draft) -> list[File]:
    """Give the draft's documents in the drafter's order; a contract that is not among the attachments comes first."""
    named = list(draft.attachments)
    contract = draft.contract_document
    if contract is not None and all(each.sha256 != contract for each in named):
        named.insert(0, Attachment(sha256=contract, name="契約書.pdf"))
    return list(await asyncio.gather(*(_file(documents, place, each, draft) for place, each in enumerate(named, 1))))


async def _file(documents: DocumentStore, place: int, named: Attachment, draft: Draft) -> File:
    head, octets = await documents.head(named.sha256), await documents.size(named.sha256)
    return File(
        place=place,
        name=named.name,
        sha256=named.sha256,
        kind=labels.media(media_type(head)) if head is not None else "見つかりません",
        size=size(octets) if octets is not None else "",
        is_contract=named.sha256 == draft.contract_document,
        missing=head is None,
    )


async def keep_uploads(parts: ApiParts, form: FormData, name: str = "files") -> list[Upload]:
    """Keep the files sent with a form, in their order; an empty file input sends none. Refuses as the API does."""
    sent = [each for each in form.getlist(name) if isinstance(each, UploadFile) and each.filename]
    if len(sent) > FILES_AT_ONCE_MAX:
        raise invalid(name, f"一度に添付できるのは{FILES_AT_ONCE_MAX}件までです。")
    kept = []
    for each in sent:
        try:
            upload = await run_in_threadpool(described, each.file, each.filename, parts.limits.upload_bytes)
        except Problem as problem:
            raise invalid(name, f"{each.filename}: {problem.kind.title}") from problem
        await parts.documents.keep(each.file, upload.sha256)
        kept.append(upload)
    return kept
