"""テレワークの申請書: the sheet of a request, a change or an order as typed, and as the command it stands for."""

import re
from collections.abc import Mapping
from typing import Any

from api.errors import Problem
from api.pages.reading_forms import Typed, dates
from api.pages.telework_labels import SLOTS
from api.validation import FieldError
from domain.policies.telework import Slot
from domain.policies.telework_rules import TeleworkRules
from domain.telework.facts import Request
from domain.telework.state import Telework

OTHER = "other"
SLOT_ROWS = 4
CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
ON_SHEET: Mapping[str, str] = {
    "kind": "where",
    "place": "where",
    "rules_version": "agreed",
    "Kessai-Post": "post_as",
}  # where the sheet asks for what the command calls otherwise


def where_of(kind: str, place: str | None) -> str:
    """Give the one choice that stands for kind and place."""
    return f"{kind}:{place}" if place else kind


def typed_of(request: Request) -> dict[str, list[str]]:
    """Give the sheet filled in with a request, without its day."""
    plan = request.plan
    divided = plan.slots if _is_divided(request) else ()
    return {
        "where": [where_of(request.kind, request.place)],
        "work_pattern": [plan.work_pattern],
        "tasks": [request.tasks],
        "reachable_by": [request.reachable_by],
        "slot_kind": [slot.kind for slot in divided],
        "slot_from": [slot.from_ for slot in divided],
        "slot_to": [slot.to for slot in divided],
    }


def typed_with_day(request: Request) -> dict[str, list[str]]:
    """Give the sheet filled in with a request and its day."""
    return typed_of(request) | {"day": [request.day.isoformat()]}


def sheet_values(typed: Typed, *, needs: Mapping[str, str]) -> dict[str, Any]:
    """Give what the sheet says, by the command's names; `needs` are the fields that may not be empty, with what to say.

    Refuses `invalid`, field by field.
    """
    errors: list[FieldError] = []
    chosen = typed.text("day")
    days = dates(typed, ("other_day",) if chosen in (OTHER, "") else ("day",), errors)
    kind, _, place = typed.text("where").partition(":")
    values: dict[str, Any] = {
        "kind": kind,
        "place": place or None,
        "day": days.get("other_day") or days.get("day"),
        "work_pattern": typed.text("work_pattern") or None,
        "tasks": typed.text("tasks"),
        "reachable_by": typed.text("reachable_by").strip() or None,
        "slots": _slots(typed, errors),
    }
    named = {"where": kind, "day": values["day"], "agreed": typed.ticked("agreed")}
    wrong = {error.field for error in errors}
    for name, message in needs.items():
        said = named.get(name, typed.text(name).strip())
        if not said and name not in wrong and not (name == "day" and "other_day" in wrong):
            errors.append(FieldError(name, message))
    if errors:
        raise Problem("invalid", field=errors[0].field, errors=errors)
    return values


def changed_values(values: Mapping[str, Any], state: Telework, rules: TeleworkRules) -> dict[str, Any]:
    """Give what differs from the request as it stands; an untouched division of the day follows kind and pattern."""
    request = state.content
    before = {
        "kind": request.kind,
        "place": request.place,
        "day": request.day.isoformat(),
        "work_pattern": request.plan.work_pattern,
        "tasks": request.tasks,
        "reachable_by": request.reachable_by or None,
    }
    found = {name: values[name] for name in before if values[name] != before[name]}
    slots = values["slots"]
    if "kind" in found:
        found = {"place": values["place"], "work_pattern": values["work_pattern"], **found}
    if slots and slots != _plain(request.plan.slots):
        found["slots"] = slots
    elif not slots and _is_divided(request) and not {"kind", "work_pattern"} & set(found):
        pattern = next(each for each in rules.patterns(request.kind) if each.code == request.plan.work_pattern)
        found["slots"] = [{"kind": "telework", "from": pattern.from_time, "to": pattern.to_time}]
    return {name: value for name, value in found.items() if value is not None or name == "place"}


def on_sheet(errors: Mapping[str, str]) -> dict[str, str]:
    """Give the sentences at the fields under the names they have on the sheet."""
    return {ON_SHEET.get(name, name): message for name, message in errors.items()}


def _slots(typed: Typed, errors: list[FieldError]) -> list[dict[str, str]]:
    kinds, begins, ends = (typed.lines(f"slot_{name}") for name in ("kind", "from", "to"))
    found = []
    for kind, begin, end in zip(kinds, begins, ends, strict=False):
        if not kind:
            continue
        if kind not in SLOTS or not CLOCK.fullmatch(begin) or not CLOCK.fullmatch(end):
            errors.append(FieldError("slots", "一日の割振りには、種類と、から・までの時刻を入力してください。"))
            break
        found.append({"kind": kind, "from": begin, "to": end})
    return found


def _is_divided(request: Request) -> bool:
    plan = request.plan
    return plan.slots != (Slot(kind="telework", from_=plan.from_, to=plan.to),)


def _plain(slots: tuple[Slot, ...]) -> list[dict[str, str]]:
    return [{"kind": slot.kind, "from": slot.from_, "to": slot.to} for slot in slots]
