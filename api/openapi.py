"""The OpenAPI document: what a generated client needs beyond what the routes say of themselves."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api.shapes.problem import ProblemDocument

REF = "#/components/schemas/{model}"
PROBLEM = {"$ref": REF.format(model="ProblemDocument")}
STATUS_TEXTS: Mapping[int, str] = {
    400: "形式の誤り(`invalid`、`key-missing`)",
    401: "トークンがない、または正しくない",
    403: "許されない操作(`forbidden`、`self-approval`、`not-your-post` など)",
    404: "存在しない、またはこの利用者には見えない",
    409: "今はできない(`not-your-turn`、`not-pending`、`stale-version`、`already-closed` など)",
    413: "大きすぎる",
    415: "対応していない形式",
    429: "続けて操作された回数が多すぎる(`too-many-requests`)。Retry-After の後にもう一度",
    422: "規則により拒まれた(`key-reused`、`amount-required` など)",
    500: "想定外の誤り(`internal`)",
    503: "今は処理できない(`busy`、`behind`、`unavailable`)。Retry-After の後にもう一度",
    504: "結果が分からない(`outcome-unknown`)。同じ鍵でもう一度",
}
STORABLE = r"^[^\x00]*$"  # what every text of a body must be (api/strict_json.py)
PARAMETERS: Mapping[str, dict[str, Any]] = {  # rules that routes apply themselves, with answers of their own
    "Idempotency-Key": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"\S"},
    "cursor": {"type": "string", "maxLength": 64, "pattern": r"^[A-Za-z0-9_-]*$"},
    "number": {"type": "string", "pattern": r"^[RH][0-9]{1,3}-[0-9]{6,12}$"},
    "code": {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$"},
}
RETRY_AFTER = {"Retry-After": {"description": "待つ秒数", "schema": {"type": "integer", "minimum": 0}}}
POSITION = {"Kessai-Position": {"description": "この変更の台帳での位置", "schema": {"type": "integer", "minimum": 1}}}
VERSION = {"ETag": {"description": '版(例 "7")。If-Match に使える', "schema": {"type": "string"}}}

Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int) -> Responses:
    """Give the documented problem answers of an operation."""
    found: Responses = {}
    for status in statuses:
        found[status] = {
            "description": STATUS_TEXTS[status],
            "content": {"application/problem+json": {"schema": PROBLEM}},
        }
        if status in (429, 503, 504):
            found[status]["headers"] = RETRY_AFTER
    return found


READS = problems(400, 401, 403, 404, 500, 503)
WRITES = problems(400, 401, 403, 404, 409, 413, 415, 422, 500, 503, 504)


def gives(status: int, shape: type[BaseModel], text: str, **headers: Mapping[str, Any]) -> Responses:
    """Give the documented success of an operation; `headers` by any name, their descriptions as values."""
    described = {name: header for each in headers.values() for name, header in each.items()}
    return {status: {"model": shape, "description": text, **({"headers": described} if described else {})}}


def takes(schema: str, *, required: bool = True, example: Any = None) -> dict[str, Any]:
    """Give the documented JSON body of an operation: a schema that `install` is told of."""
    content: dict[str, Any] = {"schema": {"$ref": REF.format(model=schema)}}
    if example is not None:
        content["example"] = example
    return {"requestBody": {"required": required, "content": {"application/json": content}}}


def schema_name(noun: str, verb: str) -> str:
    """Give the name of a command's schema: approval, add-reviewer → ApprovalAddReviewer."""
    return noun.capitalize() + "".join(part.capitalize() for part in verb.split("-"))


def install(app: FastAPI, bodies: Mapping[str, Mapping[str, Any]], also: Mapping[str, Any]) -> None:
    """Make `app.openapi()` the whole document; `bodies`: JSON schema by name, with what it needs under `$defs`; `also`:
    by path, another way of being let in besides the operation's own.
    """
    written: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not written:
            written.update(_document(app, bodies))
            for path, way in also.items():
                written["paths"][path]["post"]["security"].append(way)
        return written

    app.openapi = document  # type: ignore[method-assign]  # the way FastAPI documents for extending it


def _document(app: FastAPI, bodies: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    found = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=app.servers,
        tags=app.openapi_tags,
    )
    schemas: dict[str, Any] = found.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["ProblemDocument"] = _hoisted(ProblemDocument.model_json_schema(ref_template=REF), schemas)
    for name, schema in bodies.items():
        schemas[name] = {**_hoisted(_with_text_rules(schema), schemas), "title": name}
    for path in found["paths"].values():
        for operation in path.values():
            _polish(operation)
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    return found


def _hoisted(schema: Mapping[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schema without its `$defs`, which become components of their own."""
    for name, inner in schema.get("$defs", {}).items():
        if schemas.setdefault(name, inner) != inner:
            raise ValueError(f"two schemas are called {name}")
    return {name: value for name, value in schema.items() if name != "$defs"}


def _with_text_rules(value: Any) -> Any:
    """The schema of a body, in which every text says what it may not contain."""
    if isinstance(value, list):
        return [_with_text_rules(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    ruled = {name: _with_text_rules(each) for name, each in value.items()}
    if ruled.get("type") == "string" and not ruled.keys() & {"pattern", "format", "enum", "const"}:
        ruled["pattern"] = STORABLE
    return ruled


def _polish(operation: dict[str, Any]) -> None:
    """FastAPI documents a 422 of its own that we never send (ours are problems); and the key is required."""
    answers = operation.get("responses", {})
    if "HTTPValidationError" in str(answers.get("422", "")):
        del answers["422"]
    for parameter in operation.get("parameters", []):
        parameter["schema"] = _without_null(parameter["schema"]) | PARAMETERS.get(parameter["name"], {})
        if parameter["name"] == "Idempotency-Key":
            parameter["required"] = True


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out, never null: FastAPI writes `X | None` of both."""
    given = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    if len(given) != 1:
        return schema
    return {**given[0], **{name: value for name, value in schema.items() if name != "anyOf"}}
