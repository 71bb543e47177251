"""検証: the verdict over any signed PDF, ours or not. Nothing is kept, and nothing about the file is an error."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.answers import json_answer
from api.asking import Asker
from api.errors import Problem, invalid
from api.openapi import Responses, gives, problems
from api.parts import Parts
from api.reading import known_query
from api.routes.attachments import FORM
from api.shapes.contract_verification import ContractVerification
from signing.inspection import Busy

PATH = "/v1/contracts/verify"
REFUSALS: Responses = problems(400, 401, 403, 413, 415, 500, 503)

router = APIRouter(tags=["contracts"], dependencies=[Depends(known_query)])


@router.post(
    PATH,
    operation_id="verify_contract",
    summary="署名されたPDFを検証する(multipart の file、どのPDFでも)",
    responses={**gives(200, ContractVerification, "判定"), **REFUSALS},
    openapi_extra=FORM,
)
async def verify(
    request: Request,
    asker: Asker,
    parts: Parts,
    offline: Annotated[Literal["true", "false"], Query(description="true なら失効情報を問い合わせない")] = "false",
) -> Response:
    """Whatever is wrong with the file is in the verdict. It is read in a process of its own and then forgotten."""
    pdf = await _sent(request, parts.limits.upload_bytes)
    try:
        report = await parts.verification(pdf, offline=offline == "true")
    except Busy as error:
        raise Problem("busy") from error
    return json_answer(report, headers={"Cache-Control": "no-store"})


async def _sent(request: Request, bytes_max: int) -> bytes:
    """The one file of the form; refuses `unsupported-media-type`, `invalid`, `attachment-too-large`."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Problem("unsupported-media-type", detail="Send multipart/form-data with one part called file.")
    try:
        form = await request.form(max_files=1, max_fields=0, max_part_size=1024)
    except HTTPException as error:  # what the parser refuses
        raise Problem("invalid", field="file", detail=str(error.detail)) from error
    try:
        sent = form.get("file")
        if not isinstance(sent, UploadFile):
            raise invalid("file", "file という名前で、PDFを一つ送ってください。")
        pdf = await sent.read()
    finally:
        await form.close()
    if len(pdf) > bytes_max:
        raise Problem("attachment-too-large", field="file", detail=f"At most {bytes_max} bytes are accepted.")
    return pdf
