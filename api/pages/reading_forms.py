"""What was typed into a form, as the command it stands for; nothing typed is ever dropped on the way to an error."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from api.errors import Problem
from api.pages.act_fields import ActForm, Field
from api.validation import FieldError
from domain.eras import UnreadableDate, parse_era_date

KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
OKU, MAN = 10**8, 10**4


class Typed:
    """The fields of a form as typed: several values under one name, all of them texts."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        self._values = values

    @classmethod
    def of(cls, form: FormData) -> "Typed":
        """Give what was typed into `form`; files are not texts."""
        values: dict[str, list[str]] = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                values.setdefault(name, []).append(value)
        return cls(values)

    def text(self, name: str, otherwise: str = "") -> str:
        """The one value of a field, with the line ends of a page made those of a text."""
        found = self._values.get(name)
        return found[0].replace("\r\n", "\n") if found else otherwise

    def all(self, name: str) -> list[str]:
        """Every value under a name, without the empty ones."""
        return [value for value in self._values.get(name, ()) if value]

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.all(name))

    def with_values(self, values: Mapping[str, list[str]]) -> "Typed":
        """Give the same with other values under some names."""
        return Typed({**self._values, **values})

    def __contains__(self, name: object) -> bool:
        return name in self._values


NOTHING = Typed({})


def act_values(form: ActForm, typed: Typed) -> dict[str, Any]:
    """Give the body of the act's command as typed; what is left empty is left out. Refuses `invalid` by field."""
    errors: list[FieldError] = []
    values: dict[str, Any] = dict(form.fixed)
    for field in form.fields:
        value = _value(field, typed)
        if value is not None:
            values[field.name] = value
        elif field.required:
            errors.append(FieldError(field.name, "選んでください。" if field.options else "入力してください。"))
    values |= dates(typed, [field.name for field in form.fields if field.kind == "date"], errors)
    if form.confirm and not typed.ticked("confirmed"):
        errors.append(FieldError("confirmed", "内容を確かめて、この欄に印を付けてください。"))
    if errors:
        raise Problem("invalid", field=errors[0].field, errors=errors)
    if form.verb == "return" and values["to_step"].isdecimal():
        values["to_step"] = int(values["to_step"])
    return values | {"version": int(typed.text("version"))} if typed.text("version").isdecimal() else values


def key_of(typed: Typed) -> str:
    """Give the key under which the form was rendered; refuses a form without one."""
    key = typed.text("key")
    if KEY.fullmatch(key) is None:
        raise Problem("key-missing", field="key")
    return key


def dates(typed: Typed, names: Iterable[str], errors: list[FieldError]) -> dict[str, str]:
    """Give the days typed under `names` as ISO dates: from a date picker, or written 令和8年4月1日 or R8.4.1."""
    return _read(typed, names, errors, _day)


def amounts(typed: Typed, names: Iterable[str], errors: list[FieldError]) -> dict[str, int]:
    """Give the yen typed under `names`: digits of any width, with or without commas and 円; also 1億2000万円."""
    return _read(typed, names, errors, _yen)


def _read(
    typed: Typed, names: Iterable[str], errors: list[FieldError], reading: Callable[[str], Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        text = unicodedata.normalize("NFKC", typed.text(name)).strip()
        if text:
            try:
                found[name] = reading(text)
            except ValueError as error:
                errors.append(FieldError(name, str(error)))
    return found


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        try:
            return parse_era_date(text).isoformat()
        except UnreadableDate as unreadable:
            raise ValueError(f"{unreadable.reason}。") from unreadable


def _yen(text: str) -> int:
    plain = text.removeprefix("¥").removesuffix("円").replace(",", "").replace(" ", "")
    found = re.fullmatch(r"(?:(\d{1,6})億)?(?:(\d{1,8})万)?(\d{0,16})", plain, re.ASCII)
    if found is None or not plain:
        raise ValueError("金額は数字で入力してください（例 12,000,000）。")
    oku, man, yen = (int(part or 0) for part in found.groups())
    return oku * OKU + man * MAN + yen


def _value(field: Field, typed: Typed) -> Any:
    if field.kind == "date":
        return None
    if field.kind == "posts":
        return typed.all(field.name) or None
    if field.kind == "check":
        return typed.ticked(field.name) or None
    return typed.text(field.name) if typed.text(field.name).strip() else None
