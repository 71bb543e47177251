"""電子決裁: /v1/approvals, one operation for each verb of the record."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer
from api.asking import Sending
from api.attached import require_documents
from api.openapi import WRITES, gives, takes
from api.parts import Parts
from api.preview import preview
from api.reading import known_query
from api.record_routes import RecordRoutes, bodies
from api.routes.approval_examples import EXAMPLES
from api.sending import read_command
from api.shapes.approval import ApprovalDocument, ApprovalPreview
from domain.approval import RECORD
from domain.approval.commands import Draft

BODIES = bodies(RECORD)
router = APIRouter(tags=["approvals"], dependencies=[Depends(known_query)])
routes = RecordRoutes(
    router=router, record=RECORD, shape=ApprovalDocument, case="案件", examples=EXAMPLES, before=require_documents
)
routes.add_creation(
    "draft",
    path="/v1/approvals",
    operation="create_approval",
    summary="起案して提出する(submit が false なら起案だけ)",
    made="起案された案件",
)


@router.post(
    "/v1/approvals/preview",
    operation_id="preview_approval",
    summary="提出したときの経路・決裁者・合議先を見る(何も記録しない)",
    responses={**gives(200, ApprovalPreview, "提出したときの案件。番号と版は null"), **WRITES},
    openapi_extra=takes("ApprovalDraft", example=EXAMPLES["draft"]),
)
async def look_ahead(request: Request, sender: Sending, parts: Parts) -> Response:
    """The function that plans the route here is the one that submission calls."""
    command = (await read_command(request, Draft)).model_copy(update={"submit": True})
    await require_documents(parts, command)
    return json_answer(await run_in_threadpool(preview, parts, RECORD, command, sender))


routes.add_reading()
routes.add_acts()
