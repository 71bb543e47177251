"""契約書: taken in before it is decided; and every document of a contract, opened only through the contract."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.answers import json_answer, time_text
from api.asking import Asker, Key
from api.auth.principal import Principal
from api.cases import Number, open_case
from api.contract_documents import KeptContract, required_file, take, text_of, typeset
from api.contract_files import ContractFiles, files_of
from api.errors import Problem
from api.openapi import READS, REF, WRITES, Responses, gives
from api.parts import ApiParts, Parts
from api.reading import After, AsOf, Moment, known_query, ledger_reached
from api.routes.attachments import DOWNLOAD, FORM, Sha256, kept_answer
from api.shapes.contract_document import ContractDocumentKept, PreparedSignature
from api.strict_json import read_object
from domain.contract import RECORD
from domain.envelope import command_id
from signing.documents import DocumentDamaged, DocumentMissing
from signing.typesetting.contract_text import ContractText

PNG, PDF = "image/png", "application/pdf"
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE: Responses = {200: {"description": "PDF。常にファイルとして渡す", "content": {PDF: BINARY}}}
REPORT: Responses = {
    200: {"description": "検証の記録(JSON)", "content": {"application/json": {"schema": {"type": "object"}}}}
}
IMAGE: Responses = {200: {"description": "頁の画像", "content": {PNG: BINARY}}}
PageNumber = Annotated[int, Path(ge=1, le=10_000, description="頁(1から)")]
_schemas = msgspec.json.schema_components([ContractText], ref_template=REF.format(model="ContractText{name}"))[1]
BODIES = {
    "ContractText": {
        **_schemas["ContractText"],
        "$defs": {f"ContractText{name}": body for name, body in _schemas.items() if name != "ContractText"},
    }
}
TAKES = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": REF.format(model="ContractText")}},
            "multipart/form-data": FORM["requestBody"]["content"]["multipart/form-data"],
        },
    }
}

router = APIRouter(tags=["contracts"], dependencies=[Depends(known_query)])


@router.post(
    "/v1/contract-documents",
    status_code=201,
    operation_id="keep_contract_document",
    summary="契約書を作る(JSONの契約内容から)、又は受け入れる(multipart の file、PDF)。決裁の前に",
    responses={**gives(201, ContractDocumentKept, "受け入れた契約書"), **WRITES},
    openapi_extra=TAKES,
)
async def keep(request: Request, asker: Asker, key: Key, parts: Parts) -> Response:
    """What comes back is what the approval names as `contract_document`: an uploaded PDF may have been written anew."""
    command = command_id(principal=asker.scoped_id, method=request.method, path=request.scope["path"], key=key)
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        kept = await take(parts, command, await _sent(request, parts.limits.upload_bytes))
    else:
        kept = await typeset(parts, command, text_of(await read_object(request)))
    return json_answer(kept_document(kept), 201)


def kept_document(kept: KeptContract) -> dict[str, Any]:
    """Give what the answer says of a kept contract document."""
    return {name: value for name, value in msgspec.to_builtins(kept).items() if name != "payload"}


async def _sent(request: Request, bytes_max: int) -> bytes:
    try:
        form = await request.form(max_files=1, max_fields=0, max_part_size=1024)
    except HTTPException as error:  # what the parser refuses
        raise Problem("invalid", field="file", detail=str(error.detail)) from error
    try:
        sent = form.get("file")
        if not isinstance(sent, UploadFile):
            raise required_file()
        pdf = await sent.read()
    finally:
        await form.close()
    if not pdf:
        raise Problem("file-empty", field="file")
    if len(pdf) > bytes_max:
        raise Problem("attachment-too-large", field="file", detail=f"At most {bytes_max} bytes are accepted.")
    return pdf


def _download(path: str, what: str, summary: str, chosen: Callable[[ContractFiles], str | None], name: str) -> None:
    """Add `GET /v1/contracts/{number}/path`: one document of the contract, for keeping."""

    async def download(number: Number, asker: Asker, parts: Parts, as_of: AsOf, after: After = None) -> Response:
        await ledger_reached(parts, after)
        files = await contract_files(parts, number, asker, as_of)
        return await file_answer(parts, chosen(files), files.name(name))

    router.add_api_route(
        f"/v1/contracts/{{number}}/{path}",
        download,
        methods=["GET"],
        response_class=Response,
        operation_id=f"get_contract_{what}",
        summary=summary,
        responses={**FILE, **READS},
    )


async def contract_files(parts: ApiParts, number: str, asker: Principal, moment: Moment | None = None) -> ContractFiles:
    """Give the documents of a contract that the asker may read, as of the moment."""
    return files_of((await open_case(parts, RECORD, number, asker, moment)).facts)


async def file_answer(parts: ApiParts, sha256: str | None, name: str) -> Response:
    """Give one PDF for keeping; refuses `not-found` where the contract does not have it (yet)."""
    if not sha256:
        raise Problem("not-found")
    return await kept_answer(parts, sha256, f"{name}.pdf")


_download("document", "document", "契約書の今のPDF(署名されたもの)", lambda files: files.current, "")
_download("decided", "decided", "決裁された契約書のPDF", lambda files: files.decided, "決裁")
_download("evidence", "evidence", "締結の証明書(PDF、日本語と英語)", lambda files: files.evidence, "証明書")


@router.get(
    "/v1/contracts/{number}/files/{sha256}",
    response_class=Response,
    operation_id="get_contract_file",
    summary="契約の記録に綴じられた文書(同意書、委任状、合意書、書面の写し)",
    responses={**DOWNLOAD, **READS},
)
async def named_file(number: Number, sha256: Sha256, asker: Asker, parts: Parts, after: After = None) -> Response:
    """Bytes that a fact of the contract names, verified against their hash, never shown inline."""
    await ledger_reached(parts, after)
    files = await contract_files(parts, number, asker)
    if sha256 not in files.named:
        raise Problem("not-found")
    return await kept_answer(parts, sha256, files.name(files.named[sha256]))


@router.get(
    "/v1/contracts/{number}/report",
    response_class=Response,
    operation_id="get_contract_report",
    summary="締結のときの検証の記録",
    responses={**REPORT, **READS},
)
async def report(number: Number, asker: Asker, parts: Parts, as_of: AsOf, after: After = None) -> Response:
    """The verdict over the whole file by which the contract was concluded, as it was written then."""
    await ledger_reached(parts, after)
    files = await contract_files(parts, number, asker, as_of)
    return Response(
        await bytes_of(parts, files.report),
        media_type="application/json",
        headers={"Cache-Control": "private, no-cache"},
    )


@router.get(
    "/v1/contracts/{number}/pages/{page}",
    response_class=Response,
    operation_id="get_contract_page",
    summary="署名者に示す頁の画像",
    responses={**IMAGE, **READS},
)
async def page_image(number: Number, page: PageNumber, asker: Asker, parts: Parts, after: After = None) -> Response:
    """The picture whose hash is in every signer's instruction record."""
    await ledger_reached(parts, after)
    return await image_answer(parts, await contract_files(parts, number, asker), page)


async def image_answer(parts: ApiParts, files: ContractFiles, page: int) -> Response:
    """Give the picture of a page (from 1); refuses `not-found`."""
    sha256 = files.pages[page - 1] if page <= len(files.pages) else None
    headers = {"Cache-Control": "private, no-cache", "ETag": f'"{sha256}"', "Content-Disposition": "inline"}
    return Response(await bytes_of(parts, sha256), media_type=PNG, headers=headers)


async def bytes_of(parts: ApiParts, sha256: str | None) -> bytes:
    """Give a document's bytes; refuses `not-found` and `document-damaged`."""
    if not sha256:
        raise Problem("not-found")
    try:
        return await parts.documents.read(sha256)
    except DocumentMissing as error:
        raise Problem("not-found") from error
    except DocumentDamaged as error:
        raise Problem("document-damaged") from error


@router.get(
    "/v1/contracts/{number}/prepared",
    operation_id="get_contract_prepared",
    summary="県の署名者の鍵(当事者型)で署名するもの。署名値は complete で出す",
    responses={**gives(200, PreparedSignature, "署名するもの"), **READS},
)
async def prepared(number: Number, asker: Asker, parts: Parts, after: After = None) -> Response:
    """There is one while the platform has prepared the file and the value has not been given; else `not-found`."""
    await ledger_reached(parts, after)
    found = (await contract_files(parts, number, asker)).prepared
    if found is None or found.lease_until <= parts.clock.now():
        raise Problem("not-found")
    return json_answer(
        {
            "number": number,
            **{name: getattr(found, name) for name in ("signer", "nth", "base", "prepared", "to_sign")},
            "lease_until": time_text(found.lease_until),
        }
    )
