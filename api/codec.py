"""The codec endpoint: opens sealed payloads for the Temporal Web UI, for those who may watch the processes, and says
who asked.
"""

import json
from collections.abc import Awaitable, Callable
from functools import partial

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


class CodecEndpoint:
    """`POST /codec/decode`, with CORS for the Web UI's origin alone (`router`).

    Answers 200 with the opened payloads; 401 without a login; 403, noted in the security log, without one of `ROLES`;
    400 for what is no payload list or does not open; 413 for too much of it. Sealing for others is not offered.
    """

    def __init__(
        self,
        *,
        codec: SealingCodec,
        session: LoginSession,
        directory: Callable[[], Awaitable[Directory]],
        clock: Clock,
        security: SecurityLog,
        ui_origin: str,
    ) -> None:
        self._codec = codec
        self._session = session
        self._directory = directory
        self._clock = clock
        self._security = security
        self._headers = {
            "Access-Control-Allow-Origin": ui_origin,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Methods": "POST, OPTIONS",
            "Access-Control-Allow-Headers": "content-type, x-namespace, authorization",
            "Vary": "Origin",
        }
        self.router = APIRouter(prefix=PATH, include_in_schema=False)
        self.router.add_api_route("/{act}", self._preflight, methods=["OPTIONS"])
        self.router.add_api_route("/decode", self._decode, methods=["POST"])
        self.router.add_api_route("/encode", self._encode, methods=["POST"])

    async def _preflight(self, act: str) -> Response:
        return self._answer(204)

    async def _decode(self, request: Request) -> Response:
        refusal = await self._refusal(request)
        if refusal is not None:
            return refusal
        body = await request.body()
        if len(body) > MAX_BYTES:
            return self._answer(413, "一度に復号できる量を超えています。")
        try:
            sealed = json_format.Parse(body, Payloads())
            opened = Payloads(payloads=await self._codec.decode(sealed.payloads))
        except (json_format.ParseError, UnicodeDecodeError, Unreadable):
            return self._answer(400, "復号できない内容です。")
        return Response(json_format.MessageToJson(opened), 200, self._headers, "application/json")

    async def _encode(self) -> Response:
        return self._answer(403, "Temporalの画面から内容を送ることはできません。")

    async def _refusal(self, request: Request) -> Response | None:
        """Why the one who asks may not see payloads, noted in the security log; None if they may."""
        principal = self._session.principal(request)
        if principal is None:
            await self._note("anonymous", "not-logged-in")
            return self._answer(401, "ログインしていません。Kessaiの画面でログインしてください。")
        roles = (await self._directory()).roles(principal.id, self._clock.now())
        if not roles & ROLES:
            await self._note(principal.id, "forbidden")
            return self._answer(403, "この内容を復号して見る権限がありません。")
        log.info("payloads decoded", reader=principal.scoped_id)
        return None

    async def _note(self, actor: str, code: str) -> None:
        note = partial(self._security.note, what="decode-refused", actor=actor, post=None, subject="codec")
        await run_in_threadpool(note, act="decode", code=code)

    def _answer(self, status: int, message: str = "") -> Response:
        body = json.dumps({"message": message}, ensure_ascii=False) if message else ""
        return Response(body, status, self._headers, "application/json")
