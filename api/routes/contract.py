"""電子契約: /v1/contracts, one operation for each verb of an official; counterparties have a door of their own."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer
from api.asking import Sending
from api.contract_documents import require_documents
from api.openapi import WRITES, gives, takes
from api.parts import Parts
from api.preview import preview
from api.reading import known_query
from api.record_routes import RecordRoutes, bodies
from api.routes.contract_examples import EXAMPLES
from api.sending import read_command
from api.shapes.contract import ContractDocument, ContractPreview
from domain.contract import RECORD
from domain.contract.commands import Create
from domain.contract.verbs import OF_COUNTERPARTIES

BODIES = bodies(RECORD, without=OF_COUNTERPARTIES)
router = APIRouter(tags=["contracts"], dependencies=[Depends(known_query)])
routes = RecordRoutes(
    router=router, record=RECORD, shape=ContractDocument, case="電子契約", examples=EXAMPLES, named_by=require_documents
)
routes.add_creation(
    "create",
    path="/v1/contracts",
    operation="create_contract",
    summary="決裁を終えた契約書を、署名できる契約にする",
    made="準備された契約",
)


@router.post(
    "/v1/contracts/preview",
    operation_id="preview_contract",
    summary="準備したときの契約を見る(何も記録しない)",
    responses={**gives(200, ContractPreview, "準備したときの契約。番号と版は null"), **WRITES},
    openapi_extra=takes("ContractCreate", example=EXAMPLES["create"]),
)
async def look_ahead(request: Request, sender: Sending, parts: Parts) -> Response:
    """The function that compares with the decision and lays out the signers is the one that preparation calls."""
    command = await read_command(request, Create)
    await require_documents(parts, sender, command)
    return json_answer(await run_in_threadpool(preview, parts, RECORD, command, sender))


routes.add_reading()
routes.add_acts(without=OF_COUNTERPARTIES)
