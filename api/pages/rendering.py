"""Rendering: one template environment, one set of headers; no script, style or font from anywhere but here."""

import hashlib
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

from api.auth.forms import form_token
from api.auth.page_headers import PAGE_HEADERS
from api.pages import formats, labels

TEMPLATES = Path(__file__).parent.parent / "templates"
STATIC = Path(__file__).parent.parent / "static"
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        **PAGE_HEADERS,
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    }
)


@cache
def environment() -> Environment:
    """Give the environment: everything is escaped, a name that does not exist is an error."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    found.globals.update(
        labels=labels,
        static=static,
        new_key=new_key,
        clock=formats.clock,
        long_day=formats.long_day,
        short_day=formats.short_day,
        long_moment=formats.long_moment,
        short_moment=formats.short_moment,
        machine=formats.machine,
        time_left=formats.time_left,
        yen=formats.yen,
        size=formats.size,
    )
    return found


@cache
def static(name: str) -> str:
    """Give the address of a static file; it changes with the content, so that browsers may keep what they have."""
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:8]}"


def new_key() -> str:
    """Give the Idempotency-Key of a form, minted when it is rendered: pressed twice, it is done once."""
    return secrets.token_urlsafe(16)


def render(request: Request, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Give a page. `context` needs `reader` where the page has the header of a logged-in person."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    text = (
        environment()
        .get_template(template)
        .render(request=request, form_token=form_token(request), here=here, **{"reader": None, **context})
    )
    return HTMLResponse(text, status, headers=dict(HEADERS))


def see(address: str) -> RedirectResponse:
    """Give the answer to a form that was sent and done: on to a page."""
    return RedirectResponse(address, status_code=303, headers=dict(HEADERS))
