"""管理簿: /v1/register-entries; what may be entered and done is in the definition of a register, so that these two are
written out.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from api.asking import IfMatch, Key, Sending
from api.cases import Number
from api.openapi import schema_name, takes
from api.parts import Parts
from api.reading import known_query
from api.record_routes import RecordRoutes, body
from api.routes.entry_examples import EXAMPLES
from api.sending import read_command
from api.shapes.entry import EntryDocument
from domain.entry import RECORD
from domain.entry.commands import Enter, Move

CODE = r"^[a-z0-9][a-z0-9_-]*$"
RegisterCode = Annotated[
    str, Path(max_length=64, pattern=CODE, description="管理簿の符号", examples=["asset-carry-out"])
]
VerbCode = Annotated[
    str, Path(max_length=64, pattern=CODE, description="管理簿の定義にある処理の符号", examples=["permit"])
]
ENTER, MOVE = (schema_name(RECORD.noun, verb) for verb in ("enter", "move"))
BODIES = {ENTER: body(RECORD, "enter", named="register_code"), MOVE: body(RECORD, "move", named="transition")}

router = APIRouter(tags=["registers"], dependencies=[Depends(known_query)])
routes = RecordRoutes(
    router=router, record=RECORD, shape=EntryDocument, case="管理簿の一件", name="register_entry", examples=EXAMPLES
)


@router.post(
    "/v1/registers/{register}/entries",
    status_code=201,
    operation_id="create_register_entry",
    summary="管理簿に記入する",
    responses=routes.writes("enter", "記入された一件", status=201),
    openapi_extra=takes(ENTER, required=False, example=EXAMPLES["enter"]),
)
async def create(request: Request, register: RegisterCode, sender: Sending, key: Key, parts: Parts) -> Response:
    """Where the register asks for no permission, everybody it names is told in the same moment."""
    command = await read_command(request, Enter, register_code=register)
    return await routes.begin(request, parts, sender, key, verb="enter", command=command)


routes.add_reading()


@router.post(
    f"{routes.one}/{{verb}}",
    operation_id="act_on_register_entry",
    summary="管理簿の一件を処理する(許可、持出し、返却、端末停止など、定義にあるもの)",
    responses=routes.writes("move", "その後の一件"),
    openapi_extra=takes(MOVE, required=False, example=EXAMPLES["move"]),
)
async def act(
    request: Request, number: Number, verb: VerbCode, sender: Sending, key: Key, if_match: IfMatch, parts: Parts
) -> Response:
    """The verbs, who may do them and what they ask for are in the definition of the entry's register."""
    command = await read_command(request, Move, if_match=if_match, transition=verb)
    return await routes.act_on(request, parts, sender, key, number=number, verb="move", command=command)
