"""The codec endpoint: opens sealed payloads for the Temporal Web UI, for those who may watch the processes, and says
who asked.
"""

from collections.abc import Awaitable, Callable

import structlog
from fastapi import APIRouter, Request, Response
from google.protobuf import json_format
from starlette.concurrency import run_in_threadpool
from temporalio.api.common.v1 import Payloads

from api.auth.session import LoginSession
from domain.clock import Clock
from domain.directory import Directory
from domain.ledger.security_log import SecurityLog
from workflows.codec import SealingCodec, Unreadable

PATH = "/codec"
ROLES = frozenset(
    {"finance", "auditor", "operator"}
)  # who watches processes by office; everybody else has the case pages
MAX_BYTES = 8 * 1024 * 1024
log = structlog.get_logger(__name__)


def codec_router(
    *,
    codec: SealingCodec,
    session: LoginSession,
    directory: Callable[[], Awaitable[Directory]],
    clock: Clock,
    security: SecurityLog,
    ui_origin: str,
) -> APIRouter:
    """Give `POST /codec/decode` with CORS for the Web UI's origin alone.

    Answers 200 with the opened payloads; 401 without a login; 403, noted in the security log, without one of `ROLES`;
    400 for what is no payload list or does not open; 413 for too much of it. Sealing for others is not offered.
    """
    router = APIRouter(prefix=PATH, include_in_schema=False)
    allowed = {
        "Access-Control-Allow-Origin": ui_origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "POST, OPTIONS",
        "Access-Control-Allow-Headers": "content-type, x-namespace, authorization",
        "Vary": "Origin",
    }

    def answer(status: int, body: str = "") -> Response:
        return Response(body, status, allowed, "application/json")

    async def refused(request: Request) -> Response | None:
        principal = session.principal(request)
        if principal is None:
            await run_in_threadpool(_note, security, "anonymous", "not-logged-in")
            return answer(401, '{"message":"ログインしていません。Kessaiの画面でログインしてください。"}')
        roles = (await directory()).roles(principal.id, clock.now())
        if not roles & ROLES:
            await run_in_threadpool(_note, security, principal.id, "forbidden")
            return answer(403, '{"message":"この内容を復号して見る権限がありません。"}')
        log.info("payloads decoded", reader=principal.scoped_id)
        return None

    @router.options("/{act}")
    async def preflight(act: str) -> Response:
        return answer(204)

    @router.post("/decode")
    async def decode(request: Request) -> Response:
        refusal = await refused(request)
        if refusal is not None:
            return refusal
        body = await request.body()
        if len(body) > MAX_BYTES:
            return answer(413, '{"message":"一度に復号できる量を超えています。"}')
        try:
            sealed = json_format.Parse(body, Payloads())
            opened = Payloads(payloads=await codec.decode(sealed.payloads))
        except (json_format.ParseError, UnicodeDecodeError, Unreadable):
            return answer(400, '{"message":"復号できない内容です。"}')
        return answer(200, json_format.MessageToJson(opened))

    @router.post("/encode")
    async def encode() -> Response:
        return answer(403, '{"message":"Temporalの画面から内容を送ることはできません。"}')

    return router


def _note(security: SecurityLog, actor: str, code: str) -> None:
    security.note(what="decode-refused", actor=actor, post=None, subject="codec", act="decode", code=code)
