"""The files that pages link to: a handful, packaged with the program, kept by browsers while they stay the same."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.errors import Problem
from api.pages.rendering import STATIC, static

KINDS: Mapping[str, str] = MappingProxyType(
    {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
)
FOR_EVER, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"

router = APIRouter(include_in_schema=False)


@cache
def _files() -> Mapping[str, tuple[bytes, str]]:
    return {path.name: (path.read_bytes(), KINDS[path.suffix]) for path in STATIC.iterdir() if path.suffix in KINDS}


@router.get("/static/{name}", response_model=None)
def static_file(request: Request, name: str) -> Response:
    """One file. Under the address that pages use, which names its content, it never changes."""
    if name not in _files():
        raise Problem("not-found")
    content, kind = _files()[name]
    named = static(name).endswith(f"?{request.url.query}") and bool(request.url.query)
    headers = {"Cache-Control": FOR_EVER if named else ASK_AGAIN, "X-Content-Type-Options": "nosniff"}
    return Response(content, headers=headers, media_type=kind)


@router.get("/favicon.ico", response_model=None)
def favicon(request: Request) -> Response:
    """What browsers ask for unasked, on pages that name no icon."""
    return static_file(request, "icon.svg")
