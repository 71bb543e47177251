"""Wrong input, field by field and in Japanese: what the validator found, as the person who typed it would call it."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

PLACES = frozenset({"body", "query", "path", "header", "cookie", "form"})
ERRORS_MAX = 50


class FieldError(NamedTuple):
    """One wrong input: its dotted path (`attachments.0.sha256`, empty for the whole), and a sentence for people."""

    field: str
    message: str


def field_errors(errors: Iterable[Mapping[str, Any]], *, whole: bool = False) -> list[FieldError]:
    """Give what pydantic found, in its order. `whole`: locations begin at the body itself, not at "body" or "query"."""
    found = [FieldError(field=_field(each["loc"], whole=whole), message=message_of(each)) for each in errors]
    return list(dict.fromkeys(found))[:ERRORS_MAX]


def message_of(error: Mapping[str, Any]) -> str:
    """Give the Japanese sentence of one pydantic error; an unknown kind says the least that is true."""
    told = MESSAGES.get(error["type"])
    if told is None:
        return "値が正しくありません。"
    return told if isinstance(told, str) else told(error.get("ctx") or {})


def _field(location: tuple[int | str, ...], *, whole: bool) -> str:
    parts = [str(part) for part in location]
    if parts and not whole and parts[0] in PLACES:
        parts = parts[1:]
    return ".".join(part for part in parts if not _is_branch(part))


def _is_branch(part: str) -> bool:
    """Whether the part names a branch of a union (`literal['drafter']`, `constrained-str`), which nobody has typed."""
    return (
        part in ("int", "str", "date", "datetime", "none")
        or "[" in part
        or part.startswith(("constrained-", "function-"))
    )


def _own_words(context: Mapping[str, Any]) -> str:
    """The sentence for a validator of our own, which speaks English to developers."""
    reason = str(context.get("error", ""))
    if reason.startswith("character U+"):
        return f"使えない文字({reason.split()[1]})が含まれています。"
    if reason == "blank":
        return "空白以外の文字を入れてください。"
    return "終わりの日が始まりの日より前です。" if reason == "to is before from" else "値が正しくありません。"


def _expected(context: Mapping[str, Any]) -> str:
    return f"{str(context.get('expected', '')).replace(' or ', '、')} のどれかです。"


def _unit(context: Mapping[str, Any]) -> str:
    """A text is counted in characters; the validator calls it a value once a function of ours has read it."""
    return "文字" if context.get("field_type") == "Value" else "件"


MESSAGES: Mapping[str, str | Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        "missing": "必須の項目です。",
        "extra_forbidden": "この名前の項目はありません。",
        "string_type": "文字列で指定してください。",
        "string_too_short": lambda c: f"{c['min_length']}文字以上で指定してください。",
        "string_too_long": lambda c: f"{c['max_length']}文字以内で指定してください。",
        "string_pattern_mismatch": "形式が正しくありません。",
        "string_unicode": "正しい文字列ではありません。",
        "int_type": "整数で指定してください。",
        "int_parsing": "整数で指定してください。",
        "int_parsing_size": "数が大きすぎます。",
        "int_from_float": "整数で指定してください。",
        "bool_type": "true か false で指定してください。",
        "bool_parsing": "true か false で指定してください。",
        "greater_than_equal": lambda c: f"{c['ge']}以上で指定してください。",
        "greater_than": lambda c: f"{c['gt']}より大きい値を指定してください。",
        "less_than_equal": lambda c: f"{c['le']}以下で指定してください。",
        "less_than": lambda c: f"{c['lt']}より小さい値を指定してください。",
        "literal_error": _expected,
        "enum": _expected,
        "date_type": "日付(例 2026-11-24)で指定してください。",
        "date_parsing": "日付(例 2026-11-24)で指定してください。",
        "date_from_datetime_parsing": "日付(例 2026-11-24)で指定してください。",
        "date_from_datetime_inexact": "日付(例 2026-11-24)で指定してください。",
        "datetime_type": "日時(例 2026-11-24T17:15:00+09:00)で指定してください。",
        "datetime_parsing": "日時(例 2026-11-24T17:15:00+09:00)で指定してください。",
        "datetime_from_date_parsing": "日時(例 2026-11-24T17:15:00+09:00)で指定してください。",
        "timezone_aware": "時差(例 +09:00)を付けて指定してください。",
        "list_type": "配列で指定してください。",
        "tuple_type": "配列で指定してください。",
        "too_short": lambda c: f"{c['min_length']}{_unit(c)}以上で指定してください。",
        "too_long": lambda c: f"{c['max_length']}{_unit(c)}以内で指定してください。",
        "dict_type": "オブジェクトで指定してください。",
        "model_type": "オブジェクトで指定してください。",
        "model_attributes_type": "オブジェクトで指定してください。",
        "json_invalid": "JSONとして読み取れません。",
        "value_error": _own_words,
    }
)
