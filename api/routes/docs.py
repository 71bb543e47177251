"""The operations of this API on one page without scripts; the whole document is what clients are generated from."""

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
}
PAGE = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kessai API</title><link rel="stylesheet" href="/static/login.css"></head>
<body><main><h1>Kessai API</h1><p><a href="{openapi}">OpenAPI 3.1({openapi})</a></p>{sections}</main></body></html>
"""

router = APIRouter(include_in_schema=False)


@router.get("/docs", operation_id="docs")
async def docs(request: Request) -> Response:
    """Method, path and what it does, by noun."""
    document: dict[str, Any] = request.app.openapi()
    sections = "".join(_section(document, tag) for tag in document["tags"])
    return HTMLResponse(PAGE.format(openapi=escape(request.app.openapi_url), sections=sections), headers=HEADERS)


def _section(document: dict[str, Any], tag: dict[str, str]) -> str:
    rows = "".join(
        f"<tr><td>{method.upper()}</td><td><code>{escape(path)}</code></td><td>{escape(operation['summary'])}</td></tr>"
        for path, method, operation in _operations(document)
        if tag["name"] in operation["tags"]
    )
    return f"<h2>{escape(tag['description'])}</h2><table>{rows}</table>"


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation
