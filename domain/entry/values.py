"""管理簿の項目: what was given for the fields of a register, read as its definition says."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime

from domain.clock import JST, civil_date
from domain.entry.facts import Value
from domain.eras import UnreadableDate, long_era_date
from domain.policies.entry import Register, RegisterField
from domain.record import Given
from domain.refusals import Refused, require
from domain.streams import stream_of

NUMBER = re.compile(r"[RH]\d{1,3}-\d{6,12}\Z")


def read_values(
    register: Register,
    said: Mapping[str, str | bool],
    given: Given,
    *,
    takes: Collection[str],
    requires: Collection[str],
) -> tuple[Value, ...]:
    """Give what was said, field by field in the register's order; an empty text says nothing.

    Refuses, naming `fields.…`: `unknown-field`, `field-required`, `field-invalid`.
    """
    for name in said:
        require(name in takes, "unknown-field", f"fields.{name}")
    said = {name: value for name, value in said.items() if not isinstance(value, str) or value.strip()}
    for name in requires:
        require(name in said, "field-required", f"fields.{name}")
    return tuple(_value(name, field, said[name], given) for name, field in register.fields.items() if name in said)


def required_at_entry(register: Register) -> tuple[str, ...]:
    """Give the fields an entry cannot be made without."""
    return tuple(name for name in register.at_entry if register.fields[name].required)


def link_streams(register: Register, given: Mapping[str, str | bool]) -> Iterator[tuple[str, str]]:
    """Give the field and the stream of every record that the values name."""
    for name, value in given.items():
        field = register.fields.get(name)
        if field is not None and field.of is not None and isinstance(value, str) and NUMBER.match(value.strip()):
            yield name, stream_of(field.of, value.strip())


def require_links(register: Register, values: Mapping[str, str | bool], given: Given) -> None:
    """Refuse `link-not-found` where a number names no record, or this one."""
    for name, stream in link_streams(register, values):
        guard = given.guards.get(stream)
        require(guard is not None and guard.version > 0, "link-not-found", f"fields.{name}")


def require_future_deadlines(register: Register, values: tuple[Value, ...], given: Given) -> None:
    """Refuse `in-the-past` for a day by which something falls due that has passed."""
    due = {state.due.field for state in register.states.values() if state.due}
    today = civil_date(given.now).isoformat()
    for each in values:
        require(each.name not in due or str(each.value) >= today, "in-the-past", f"fields.{each.name}")


def _value(name: str, field: RegisterField, value: str | bool, given: Given) -> Value:
    try:
        found, shown = _read(field, value, given)
    except (ValueError, UnreadableDate) as error:
        raise Refused("field-invalid", f"fields.{name}", str(error)) from error
    return Value(name=name, label=field.label, value=found, shown=shown)


def _read(field: RegisterField, value: str | bool, given: Given) -> tuple[str | bool, str]:
    """The value as it is kept and as people read it; ValueError where it is none of the field's."""
    if isinstance(value, bool):
        if field.type != "boolean":
            raise ValueError("not a boolean field")
        return value, "はい" if value else "いいえ"
    text = value.strip()
    match field.type:
        case "text" if len(text) <= field.max:
            return text, text
        case "choice" if text in field.options:
            return text, field.options[text]
        case "date":
            day = date.fromisoformat(text) if len(text) == 10 else _refuse(text)
            return day.isoformat(), long_era_date(day)
        case "datetime":
            return _moment(text)
        case "link" if NUMBER.match(text):
            return text, text
        case "post" if (holder := given.directory.holder(text, given.now)) is not None:
            return text, f"{holder.title} {holder.name}"
    raise ValueError("not one of the field's values")


def _moment(text: str) -> tuple[str, str]:
    at = datetime.fromisoformat(text) if "-" in text[:8] else _refuse(text)
    if at.tzinfo is None:
        raise ValueError("without time zone")
    try:
        local = at.astimezone(JST)
    except OverflowError as error:
        raise ValueError("outside of all calendars") from error
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z"), f"{long_era_date(local.date())} {local:%H:%M}"


def _refuse(text: str) -> datetime:
    raise ValueError(f"{len(text)} characters are no day")
