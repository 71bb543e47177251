"""What was typed into a form, as the command it stands for; nothing typed is ever dropped on the way to an error."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from starlette.datastructures import FormData

from api.errors import Problem
from api.pages.act_fields import ActForm, Field
from api.validation import FieldError
from domain.clock import JST
from domain.eras import UnreadableDate, parse_era_date

KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
DEVICE_TIME = "device_time"  # what the clock of the device says when the form is sent
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

    def lines(self, name: str) -> list[str]:
        """Every value under a name in its place, the empty ones too: a column of a table of inputs."""
        return list(self._values.get(name, ()))

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
    for kind, reading in (("date", _day), ("datetime", _moment), ("number", _whole)):
        values |= _read(typed, [field.name for field in form.fields if field.kind == kind], errors, reading)
    if form.is_stamped and typed.text(DEVICE_TIME):
        values[DEVICE_TIME] = typed.text(DEVICE_TIME)
    if form.confirm and not typed.ticked("confirmed"):
        errors.append(FieldError("confirmed", "内容を確かめて、この欄に印を付けてください。"))
    if errors:
        raise Problem("invalid", field=errors[0].field, errors=errors)
    if form.verb == "return" and values.get("to_step", "").isdecimal():
        values["to_step"] = int(values["to_step"])
    return values | version_of(typed)


def version_of(typed: Typed, name: str = "version") -> dict[str, int]:
    """Give the version the page was made from, as a command names it; nothing where the page does not say."""
    return {"version": int(typed.text(name))} if typed.text(name).isdecimal() else {}


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


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=JST).isoformat()
    except ValueError as error:
        raise ValueError("日時は 2026-11-24T10:00 の形で入力してください。") from error


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError("整数で入力してください（例 60）。")
    return int(text)


def _yen(text: str) -> int:
    plain = text.removeprefix("¥").removesuffix("円").replace(",", "").replace(" ", "")
    found = re.fullmatch(r"(?:(\d{1,6})億)?(?:(\d{1,8})万)?(\d{0,16})", plain, re.ASCII)
    if found is None or not plain:
        raise ValueError("金額は数字で入力してください（例 12,000,000）。")
    oku, man, yen = (int(part or 0) for part in found.groups())
    return oku * OKU + man * MAN + yen


def _value(field: Field, typed: Typed) -> Any:
    if field.kind == "posts":
        return typed.all(field.name) or None
    if field.kind == "check":
        return typed.ticked(field.name) or None
    return typed.text(field.name) if typed.text(field.name).strip() else None
