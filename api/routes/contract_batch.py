"""電子契約の一括処理: prepare, release or sign up to 500 contracts with one request: for 1 April."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.answers import json_answer
from api.asking import Asker, Key, Sending
from api.auth.principal import Principal
from api.contract_batches import AT_ONCE, Batch, items_of
from api.contract_csv import contracts_of
from api.contract_documents import require_documents
from api.errors import Problem, invalid
from api.gateway import Sender
from api.openapi import READS, REF, WRITES, gives
from api.parts import ApiParts, Parts
from api.reading import known_query
from api.routes.attachments import FORM
from api.shapes.contract_batch import ITEMS_MAX, BatchDocument, BatchRequest, BatchVerb
from api.strict_json import read_object, validated
from api.validation import FieldError
from domain.contract.commands import Create
from domain.envelope import command_id

BatchId = Annotated[UUID, Path(description="一括処理の符号")]
NUMBERS = {
    "type": "array",
    "maxItems": ITEMS_MAX,
    "items": {"type": "string", "pattern": r"^[RH][0-9]{1,3}-[0-9]{6,9}$"},
}
CREATED = {"type": "array", "maxItems": ITEMS_MAX, "items": {"$ref": REF.format(model="ContractCreate")}}
BODIES: dict[str, Any] = {
    "ContractBatch": {
        "type": "object",
        "description": BatchRequest.__doc__,
        "required": ["verb"],
        "additionalProperties": False,
        "properties": {
            "verb": {"type": "string", "enum": list(BatchVerb.__args__)},  # type: ignore[attr-defined]  # a Literal
            "numbers": NUMBERS,
            "contracts": CREATED,
        },
    }
}
TAKES = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": REF.format(model="ContractBatch")},
                "example": {"verb": "release", "numbers": ["R8-000001", "R8-000002"]},
            },
            **FORM["requestBody"]["content"],
        },
    }
}

router = APIRouter(tags=["contracts"], dependencies=[Depends(known_query)])


@router.post(
    "/v1/contract-batches",
    status_code=201,
    operation_id="begin_contract_batch",
    summary="多数の契約をまとめて準備・送信・署名する(500件まで)。準備はCSV(multipart の file)でも",
    responses={**gives(201, BatchDocument, "始まった一括処理"), **WRITES},
    openapi_extra=TAKES,
)
async def begin(request: Request, sender: Sending, key: Key, parts: Parts) -> Response:
    """Every contract is decided for itself: what is refused is told with its reason and holds up nothing else. Sent
    again with the same key, an interrupted batch goes on.
    """
    if sender.kind != "person" or sender.post is None:
        raise Problem("not-your-post", field="Kessai-Post")
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        asked = await _from_file(request, parts, sender)
    else:
        asked = validated(BatchRequest, await read_object(request))
    id_ = command_id(principal=f"person:{sender.person}", method=request.method, path=request.scope["path"], key=key)
    return json_answer(await begun(parts, sender, id_, asked), 201)


async def begun(parts: ApiParts, sender: Sender, id_: UUID, asked: BatchRequest) -> dict[str, Any]:
    """Begin a batch or go on with it; give how far it is."""
    bodies = [each.model_dump(mode="json", by_alias=True, exclude_unset=True) for each in asked.contracts]
    items = items_of(asked.verb, asked.numbers, bodies)
    if not items:
        raise invalid("contracts" if asked.verb == "create" else "numbers", "一件以上を指定してください。")
    if asked.contracts and await parts.contract_batches.found(id_) is None:
        await _require_documents(parts, sender, asked.contracts)
    batch = Batch(verb=asked.verb, person=sender.person, post=sender.post, at=parts.clock.now(), items=items)
    kept = await parts.contract_batches.begin(id_, batch, parts.gateway)
    return await parts.contract_batches.progress(id_, kept)


async def _require_documents(parts: ApiParts, sender: Sender, contracts: Sequence[Create]) -> None:
    """As for one contract, for all of a list before any is prepared; refuses `invalid` with each that is wrong."""
    at_once = asyncio.Semaphore(AT_ONCE)

    async def look(place: int, command: Create) -> FieldError | None:
        async with at_once:
            try:
                await require_documents(parts, sender, command)
            except Problem as problem:
                said = problem.errors[0].message if problem.errors else problem.kind.title
                return FieldError(f"contracts.{place}.{problem.field or 'document'}", said)
        return None

    looked = await asyncio.gather(*(look(place, each) for place, each in enumerate(contracts)))
    errors = [error for error in looked if error is not None]
    if errors:
        raise Problem("invalid", field=errors[0].field, errors=errors[:50])


@router.get(
    "/v1/contract-batches/{id}",
    operation_id="get_contract_batch",
    summary="一括処理の進み具合(自分が始めたもの)",
    responses={**gives(200, BatchDocument, "進み具合"), **READS},
)
async def progress(batch: Annotated[BatchId, Path(alias="id")], asker: Asker, parts: Parts) -> Response:
    """As the ledger has it: what is settled stays so."""
    return json_answer(await progress_of(parts, batch, asker))


async def progress_of(parts: ApiParts, id_: UUID, asker: Principal) -> dict[str, Any]:
    """Give how far a batch of the asker is; refuses `not-found` for anybody else's."""
    found = await parts.contract_batches.found(id_)
    if found is None or asker.kind != "person" or found.person != asker.id:
        raise Problem("not-found")
    return await parts.contract_batches.progress(id_, found)


async def _from_file(request: Request, parts: ApiParts, sender: Sender) -> BatchRequest:
    try:
        form = await request.form(max_files=1, max_fields=0, max_part_size=1024)
    except HTTPException as error:  # what the parser refuses
        raise Problem("invalid", field="file", detail=str(error.detail)) from error
    try:
        sent = form.get("file")
        if not isinstance(sent, UploadFile):
            raise invalid("file", "file という名前で、CSVを一つ送ってください。")
        return await contracts_of(parts, await sent.read(), sender.person)
    finally:
        await form.close()
