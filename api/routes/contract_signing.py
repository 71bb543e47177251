"""署名者のAPI: a session from a link, the verbs of a counterparty, and the contract as one signer sees it.

These routes stand before the officials' and take only requests that come with a signing session (or none at all where
nobody but a signer has business): an official's token never acts for a counterparty, and the other way round.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import Match

from api.answers import json_answer
from api.asking import Key
from api.cases import Number
from api.openapi import POSITION, REF, WRITES, Responses, gives, problems, takes
from api.parts import ApiParts, Parts
from api.shapes.contract_signing import (
    AgreeToContract,
    BeginSigning,
    CompleteSignature,
    DeclineContract,
    EnterSigningCode,
    ForwardContract,
    OpenedByLink,
    PasskeyAnswer,
    PrepareSignature,
    RequestSigningCode,
    SigningDocument,
    SigningSession,
)
from api.signing.acts import Acts
from api.signing.asking import Holder, address_of, is_signing
from api.signing.contract import seen
from api.signing.files import contract_pdf, evidence_pdf, page_image, prepared_pdf, signed_pdf
from api.signing.sessions import Session
from api.strict_json import read_object, validated

ACTS: Mapping[str, tuple[type[BaseModel], str]] = {
    "request-code": (RequestSigningCode, "認証コードを送ってもらう"),
    "enter-code": (EnterSigningCode, "認証コードを入れる"),
    "agree": (AgreeToContract, "内容に同意し、署名を指示する"),
    "forward": (ForwardContract, "署名すべき人に転送する"),
    "register-passkey": (PasskeyAnswer, "パスキーを登録する"),
    "prove-passkey": (PasskeyAnswer, "パスキーで本人を確かめる"),
}
SHARED: Mapping[str, type[BaseModel]] = {  # the officials' routes of the same address are in the OpenAPI document
    "decline": DeclineContract,
    "prepare": PrepareSignature,
    "complete": CompleteSignature,
}
SHAPES: tuple[type[BaseModel], ...] = (BeginSigning, OpenedByLink, *(shape for shape, _ in ACTS.values()))
BODIES = {shape.__name__: shape.model_json_schema(ref_template=REF) for shape in SHAPES}
ONE = "/v1/contracts/{number}"
ALSO: dict[str, dict[str, list[str]]] = {f"{ONE}/{verb}": {"signing": []} for verb in SHARED}  # another way in there
READS = problems(400, 401, 403, 404, 429, 500, 503)
WRITES_OF_SIGNERS = {**WRITES, **problems(429)}
BYTES = {"schema": {"type": "string", "format": "binary"}}
PDF: Responses = {200: {"content": {"application/pdf": BYTES}, "description": "PDF"}}
PNG: Responses = {200: {"content": {"image/png": BYTES}, "description": "ページの画像"}}


class SignersRoute(APIRoute):
    """Matches only what comes with a signing session."""

    def matches(self, scope: Any) -> tuple[Match, Any]:
        match, child = super().matches(scope)
        if match is not Match.NONE and not is_signing(Request(scope)):
            return Match.NONE, {}
        return match, child


router = APIRouter(tags=["signing"])
shared = APIRouter(route_class=SignersRoute, include_in_schema=False)


@router.post(
    f"{ONE}/signing-sessions",
    status_code=201,
    operation_id="begin_signing",
    summary="メールのリンクから、署名のセッションを始める",
    responses={
        **gives(201, SigningSession, "セッション。この答えにだけ現れる", position=POSITION),
        **WRITES_OF_SIGNERS,
    },
    openapi_extra={**takes("BeginSigning"), "security": []},
)
async def begin(request: Request, number: Number, key: Key, parts: Parts) -> Response:
    """A link opens one session; where another device has it, it is refused: ask for a new link. The token is told once,
    and again only to whoever sends the `nonce` (random, never told to anybody) with which it was asked for.
    """
    body = validated(BeginSigning, await read_object(request))
    standing = await parts.doors.by_link(number, body.signer, body.token, address=address_of(request))
    session, answered = await Acts(parts).open(request, standing, key=key, nonce=body.nonce)
    told = SigningSession(number=number, signer=body.signer, token=session.token)
    return json_answer(told.model_dump(mode="json"), 201, {"Kessai-Position": str(answered.outcome.position)})


@router.post(
    f"{ONE}/reissue",
    operation_id="reissue_contract_link",
    summary="別の端末で開くため、新しいリンクを同じ宛先に送り直してもらう",
    status_code=202,
    responses={
        202: {"description": "送り直す。前のリンクは使えなくなる", "headers": POSITION},
        **WRITES_OF_SIGNERS,
    },
    openapi_extra={**takes("OpenedByLink"), "security": []},
)
async def reissue(request: Request, number: Number, key: Key, parts: Parts) -> Response:
    """The link itself is the proof; the new one goes to the mailbox that the contract knows, and nowhere else."""
    body = validated(OpenedByLink, await read_object(request))
    standing = await parts.doors.by_link(number, body.signer, body.token, address=address_of(request))
    answered = await Acts(parts).reissue(request, standing, key=key)
    return Response(status_code=202, headers={"Kessai-Position": str(answered.outcome.position)})


@router.get(
    f"{ONE}/signing",
    operation_id="get_contract_as_signer",
    summary="契約を署名者として見る",
    responses={**gives(200, SigningDocument, "署名者から見た契約"), **READS},
)
async def show(number: Number, holder: Holder, parts: Parts) -> Response:
    """Before the second factor only what the mail said already; afterwards what is agreed to, and the result."""
    return json_answer(seen(await parts.doors.by_session(holder), holder))


@router.get(
    f"{ONE}/signing/passkey/{{purpose}}",
    operation_id="ask_for_passkey",
    summary="パスキーの登録(register)又は確認(prove)のために端末に渡すもの",
    responses={200: {"description": "Web Authentication の options"}, **READS},
)
async def passkey_options(
    number: Number, purpose: Annotated[str, Path(pattern="^(register|prove)$")], holder: Holder, parts: Parts
) -> Response:
    """The challenge names contract, signer, document, session and this moment of the record."""
    return json_answer(await Acts(parts).passkey_options(holder, purpose))


@router.get(
    f"{ONE}/signing/document",
    operation_id="get_contract_document_as_signer",
    summary="署名する契約書(PDF)",
    responses={**PDF, **READS},
    response_class=Response,
)
async def contract_document(number: Number, holder: Holder, parts: Parts) -> Response:
    """The decided bytes, which the signature will be over."""
    return await contract_pdf(parts, await parts.doors.proven(holder))


@router.get(
    f"{ONE}/signing/pages/{{page}}",
    operation_id="get_contract_page_as_signer",
    summary="署名する契約書のページの画像",
    responses={**PNG, **READS},
    response_class=Response,
)
async def page(number: Number, page: Annotated[int, Path(ge=1, le=10_000)], holder: Holder, parts: Parts) -> Response:
    """The image whose hash is in the instruction record."""
    return await page_image(parts, await parts.doors.proven(holder), page)


@router.get(
    f"{ONE}/signing/prepared",
    operation_id="get_prepared_contract_as_signer",
    summary="当事者型: 署名の場所を用意した契約書(PDF)",
    responses={**PDF, **READS},
    response_class=Response,
)
async def prepared(number: Number, holder: Holder, parts: Parts) -> Response:
    """What `to_sign` was made from: whoever signs with a key of their own checks it before they do."""
    return await prepared_pdf(parts, await parts.doors.proven(holder))


@router.get(
    f"{ONE}/signing/signed",
    operation_id="get_signed_contract_as_signer",
    summary="締結した契約書(署名済みのPDF)",
    responses={**PDF, **READS},
    response_class=Response,
)
async def signed(number: Number, holder: Holder, parts: Parts) -> Response:
    """The concluded contract as it is kept now; `not-found` before the conclusion."""
    return await signed_pdf(parts, await parts.doors.proven(holder))


@router.get(
    f"{ONE}/signing/evidence",
    operation_id="get_contract_evidence_as_signer",
    summary="証拠の記録(PDF)",
    responses={**PDF, **READS},
    response_class=Response,
)
async def evidence(number: Number, holder: Holder, parts: Parts) -> Response:
    """The evidence report delivered with the concluded contract."""
    return await evidence_pdf(parts, await parts.doors.proven(holder))


def _act(verb: str, shape: type[BaseModel]) -> Callable[..., Any]:
    async def act(request: Request, number: Number, holder: Holder, key: Key, parts: Parts) -> Response:
        body = validated(shape, await read_object(request))
        return await _done(request, parts, holder, verb, key, body)

    act.__doc__ = shape.__doc__
    return act


async def _done(request: Request, parts: ApiParts, holder: Session, verb: str, key: str, body: BaseModel) -> Response:
    """After a forward the session is over; who held it sees that, and no more."""
    typed = body.model_dump(mode="json", exclude_unset=True)
    answered = await Acts(parts).send(request, holder, verb, key=key, typed=typed)
    view = seen(await parts.doors.after_act(holder), holder)
    return json_answer(view, 200, {"Kessai-Position": str(answered.outcome.position)})


for _verb, (_shape, _summary) in ACTS.items():
    router.add_api_route(
        f"{ONE}/{_verb}", _act(_verb, _shape), methods=["POST"], summary=_summary,
        operation_id=f"{_verb.replace('-', '_')}_as_signer",
        responses={**gives(200, SigningDocument, "その後の契約", position=POSITION), **WRITES_OF_SIGNERS},
        openapi_extra=takes(_shape.__name__),
    )  # fmt: skip
for _verb, _shared in SHARED.items():
    shared.add_api_route(f"{ONE}/{_verb}", _act(_verb, _shared), methods=["POST"], name=f"{_verb}_as_signer")
router.include_router(shared)
