"""Health for machines: alive, ready, and metrics. No token, nothing about any case."""

import asyncio
import ipaddress
import secrets

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.parts import ApiParts, Check, Parts

CHECK_WITHIN_SECONDS = 3.0
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
log = structlog.get_logger(__name__)

router = APIRouter(tags=["operations"], include_in_schema=False)


@router.get("/healthz", operation_id="health")
async def health() -> Response:
    """This process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz", operation_id="readiness")
async def readiness(parts: Parts) -> Response:
    """Every part this process needs answers: 200, else 503 naming those that do not."""
    names = list(parts.ready)
    fine = await asyncio.gather(*(_passes(name, parts.ready[name]) for name in names))
    checks = {name: "ok" if passed else "failed" for name, passed in zip(names, fine, strict=True)}
    ready = all(fine)
    body = {"status": "ok" if ready else "not-ready", "checks": checks}
    return JSONResponse(body, 200 if ready else 503, headers={} if ready else {"Retry-After": "2"})


async def _passes(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_WITHIN_SECONDS):
            await check()
    except Exception as error:  # noqa: BLE001  # whatever a part raises means that it does not answer; the log says what
        log.warning("not_ready", part=name, reason=f"{type(error).__name__}: {error}")
        return False
    return True


@router.get("/metrics", operation_id="metrics")
async def metrics(request: Request, parts: Parts) -> Response:
    """Prometheus metrics for whoever has the metrics token; without one set, for this machine alone."""
    if not _may_measure(request, parts):
        return Response(status_code=404)
    return Response(parts.telemetry.text(), media_type=PROMETHEUS)


def _may_measure(request: Request, parts: ApiParts) -> bool:
    if parts.metrics_token:
        given = request.headers.get("authorization", "").partition(" ")[2]
        return secrets.compare_digest(given.encode(), parts.metrics_token.encode())
    client = request.client.host if request.client else ""
    try:
        return ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False
