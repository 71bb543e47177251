"""Request bodies in JSON, read strictly: no repeated names, no NaN, no lone surrogates, no bottomless nesting."""

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from api.errors import Problem, invalid
from api.validation import FieldError, field_errors

DEPTH_MAX = 32
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
M = TypeVar("M", bound=BaseModel)


class _Repeated(ValueError):
    """A JSON object names the same member twice."""


async def read_object(request: Request) -> dict[str, Any]:
    """Give the JSON object of the request; no body at all is an empty object.

    Refuses `unsupported-media-type` and, with the place in `errors`, `invalid`.
    """
    body = await request.body()
    if not body:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem("unsupported-media-type", detail="Send Content-Type: application/json.")
    return parse_object(body)


def parse_object(body: bytes) -> dict[str, Any]:
    """Give the JSON object that `body` is, in UTF-8 (RFC 8259, with the names of an object unique)."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise invalid("", f"UTF-8ではありません({error.start + 1}バイト目)。") from error
    except json.JSONDecodeError as error:
        raise invalid("", f"JSONとして読み取れません({error.pos + 1}文字目)。") from error
    except _Repeated as error:
        raise invalid(str(error), "同じ名前の項目が二つあります。") from error
    except RecursionError as error:
        raise invalid("", "入れ子が深すぎます。") from error
    except ValueError as error:  # a number of thousands of digits, NaN, Infinity
        raise invalid("", "JSONで許されない数が含まれています。") from error
    if not isinstance(value, dict):
        raise invalid("", "オブジェクトで指定してください。")
    wrong = list(_wrong_texts(value))
    if wrong:
        raise Problem("invalid", field=wrong[0].field, errors=wrong)
    return value


def validated(shape: type[M], value: dict[str, Any]) -> M:
    """Give `value` as `shape`, strictly as JSON (dates as ISO text, no number for a text); refuses `invalid`."""
    try:
        return shape.model_validate_json(json.dumps(value))
    except ValidationError as error:
        found = field_errors(error.errors(include_url=False, include_input=False), whole=True)
        raise Problem("invalid", field=found[0].field, errors=found) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Repeated(next(name for name in names if names.count(name) > 1))
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _wrong_texts(value: Any) -> Iterable[FieldError]:
    """Every text or name that no database and no screen can hold, with its place; and what lies too deep."""
    waiting: list[tuple[str, Any, int]] = [("", value, 1)]
    while waiting:
        place, item, depth = waiting.pop()
        if depth > DEPTH_MAX:
            yield FieldError(field="", message="入れ子が深すぎます。")
            return
        if isinstance(item, str):
            if not _storable(item):
                yield FieldError(field=place, message="使えない文字(NULまたは不完全な文字)が含まれています。")
        elif isinstance(item, dict):
            if not all(map(_storable, item)):
                yield FieldError(field=place, message="項目の名前に使えない文字が含まれています。")
                continue
            waiting += [(f"{place}.{name}" if place else name, each, depth + 1) for name, each in item.items()]
        elif isinstance(item, list):
            waiting += [(f"{place}.{index}", each, depth + 1) for index, each in enumerate(item)]


def _storable(text: str) -> bool:
    return UNSTORABLE.search(text) is None
