"""添付文書: uploaded before the case that names it, opened only through a case that its reader may open."""

import hashlib
from typing import IO, Annotated, Any
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.answers import json_answer
from api.asking import Asker, Key
from api.auth.principal import Principal
from api.cases import Number, OpenCase, open_case
from api.errors import Problem, invalid
from api.media_types import MAGIC, OFFICE, TEXT, UNKNOWN, ZIP, media_type, safe_name
from api.openapi import READS, WRITES, Responses, gives
from api.parts import ApiParts, Parts
from api.reading import After, known_query, ledger_reached
from api.shapes.approval import UploadDocument
from api.uploads import note_brought
from domain.approval import RECORD
from domain.approval.facts import Amended, Drafted
from domain.envelope import command_id
from signing.documents import CHUNK_BYTES, HEAD_BYTES, DocumentDamaged, DocumentMissing, Upload, chunks

FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="文書のSHA-256(16進)")]
BYTES = {"schema": {"type": "string", "format": "binary"}}
KINDS = dict.fromkeys((UNKNOWN, *(kind for _, _, kind in MAGIC), *(kind for _, kind in OFFICE), ZIP, TEXT), BYTES)
DOWNLOAD: Responses = {200: {"description": "文書。種類は中身から判断したもの", "content": KINDS}}

router = APIRouter(tags=["attachments"], dependencies=[Depends(known_query)])


@router.post(
    "/v1/attachments",
    status_code=201,
    operation_id="upload_attachment",
    summary="文書をアップロードする(multipart の file、一度に一件)",
    responses={**gives(201, UploadDocument, "受け取った文書"), **WRITES},
    openapi_extra=FORM,
)
async def upload(request: Request, asker: Asker, key: Key, parts: Parts) -> Response:
    """The bytes stream to a temporary file while they are counted and, at the end, into the store under their hash."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Problem("unsupported-media-type", detail="Send multipart/form-data with one part called file.")
    try:
        form = await request.form(max_files=1, max_fields=0, max_part_size=1024)
    except HTTPException as error:  # what the parser refuses
        raise Problem("invalid", field="file", detail=str(error.detail)) from error
    try:
        sent = form.get("file")
        if not isinstance(sent, UploadFile):
            raise invalid("file", "file という名前で、ファイルを一つ送ってください。")
        found = await _kept(parts, asker, key, request, sent)
    finally:
        await form.close()
    return json_answer(msgspec.to_builtins(found), 201)


async def _kept(parts: ApiParts, asker: Principal, key: str, request: Request, sent: UploadFile) -> Upload:
    upload = await run_in_threadpool(described, sent.file, sent.filename, parts.limits.upload_bytes)
    command = command_id(principal=asker.scoped_id, method=request.method, path=request.scope["path"], key=key)
    earlier = await parts.documents.settled_upload(command)
    if earlier is None:
        await parts.documents.keep(sent.file, upload.sha256)
        earlier = await parts.documents.settled_upload(command, upload)
    if earlier != upload:
        raise Problem("key-reused", field="Idempotency-Key")
    await note_brought(parts, asker.scoped_id, upload.sha256)
    return upload


def described(file: IO[bytes], name: str | None, bytes_max: int) -> Upload:
    """Give what was uploaded: hash, name to keep, size, kind. Refuses `file-empty` and `attachment-too-large`."""
    seen, size = hashlib.sha256(), 0
    head = file.read(HEAD_BYTES)
    file.seek(0)
    while piece := file.read(CHUNK_BYTES):
        seen.update(piece)
        size += len(piece)
    file.seek(0)
    if size == 0:
        raise Problem("file-empty", field="file")
    if size > bytes_max:
        raise Problem("attachment-too-large", field="file", detail=f"At most {bytes_max} bytes are accepted.")
    return Upload(sha256=seen.hexdigest(), name=safe_name(name), size=size, media_type=media_type(head))


@router.get(
    "/v1/approvals/{number}/attachments/{sha256}",
    response_class=Response,
    operation_id="get_approval_attachment",
    summary="案件の文書を開く(差し替えられる前のものも)",
    responses={**DOWNLOAD, **READS},
)
async def download(number: Number, sha256: Sha256, asker: Asker, parts: Parts, after: After = None) -> Response:
    """Bytes that the case names or has ever named, verified against their hash, never shown inline."""
    await ledger_reached(parts, after)
    return await document_answer(parts, await open_case(parts, RECORD, number, asker), sha256)


async def document_answer(parts: ApiParts, case: OpenCase, sha256: str) -> Response:
    """Give a document of the case for keeping; refuses `not-found` and `document-damaged`."""
    name = named_in(case, sha256)
    if name is None:
        raise Problem("not-found")
    return await kept_answer(parts, sha256, name)


async def kept_answer(parts: ApiParts, sha256: str, name: str) -> Response:
    """Give a document of the store for keeping, under a name; refuses `not-found` and `document-damaged`. Whether the
    asker may have it is the caller's matter.
    """
    try:
        file = await parts.documents.open(sha256)
    except DocumentMissing as error:
        raise Problem("not-found", field="sha256") from error
    except DocumentDamaged as error:
        raise Problem("document-damaged") from error
    kind = media_type(await run_in_threadpool(_head, file))
    return StreamingResponse(chunks(file), headers=_headers(name, sha256), media_type=kind)


def named_in(case: OpenCase, sha256: str) -> str | None:
    """Give the name under which the case last named the document; None where it never did."""
    drafts = [fact.event.draft for fact in case.facts if isinstance(fact.event, Drafted | Amended)]
    for draft in reversed(drafts):
        for attachment in draft.attachments:
            if attachment.sha256 == sha256:
                return attachment.name
        if draft.contract_document == sha256:
            return "契約書.pdf"
    return None


def _headers(name: str, sha256: str) -> dict[str, str]:
    shown = safe_name(name)
    return {
        "Content-Disposition": f"attachment; filename=\"document\"; filename*=UTF-8''{quote(shown, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "ETag": f'"{sha256}"',
        "Cache-Control": "private, no-cache",
    }


def _head(file: IO[bytes]) -> bytes:
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return head
