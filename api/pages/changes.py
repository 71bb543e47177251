"""What changed in a draft: field by field, before and after, the text of the body line by line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any, Literal

from api.pages.formats import long_day, yen
from api.pages.labels import FIELDS, FLAGS
from domain.approval.facts import Draft

AROUND_LINES = 1  # unchanged lines shown on either side of a changed one


@dataclass(frozen=True)
class Line:
    """One line of a text: kept, removed or added; `gap` stands for lines left out."""

    mark: Literal["kept", "removed", "added", "gap"]
    text: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """One changed field. `lines` is given for a text of several lines, else `before` and `after`."""

    field: str
    label: str
    before: str
    after: str
    lines: tuple[Line, ...] = ()


def field_changes(before: Draft, after: Draft) -> tuple[Change, ...]:
    """Give what differs between two drafts, in the order of the draft sheet."""
    return tuple(_change(name, before, after) for name in FIELDS if getattr(before, name) != getattr(after, name))


def shown(name: str, draft: Draft) -> str:
    """Give a field's value as people read it; a dash for what is empty."""
    value = getattr(draft, name)
    return _SHOWN.get(name, _plain)(value) or "―"


def _change(name: str, before: Draft, after: Draft) -> Change:
    lines = tuple(_lines(before.body, after.body)) if name == "body" else ()
    return Change(field=name, label=FIELDS[name], before=shown(name, before), after=shown(name, after), lines=lines)


def _lines(before: str, after: str) -> Iterator[Line]:
    old, new = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for place, group in enumerate(matcher.get_grouped_opcodes(AROUND_LINES)):
        if place or group[0][1]:
            yield Line("gap", "…")
        for kind, old_from, old_to, new_from, new_to in group:
            if kind == "equal":
                yield from (Line("kept", text) for text in old[old_from:old_to])
            else:
                yield from (Line("removed", text) for text in old[old_from:old_to])
                yield from (Line("added", text) for text in new[new_from:new_to])


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _yes(value: bool) -> str:
    return "はい" if value else "いいえ"


def _counterparty(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.name}（法人番号 {value.corporate_number}）" if value.corporate_number else str(value.name)


_SHOWN: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "amount_yen": yen,
        "flags": lambda flags: "、".join(FLAGS.get(flag, flag) for flag in flags),
        "information_system": _yes,
        "multi_year": _yes,
        "urgent": _yes,
        "counterparty": _counterparty,
        "period": lambda period: f"{long_day(period.from_)}から{long_day(period.to)}まで" if period else "",
        "needed_by": lambda day: long_day(day) if day else "",
        "contract_document": lambda sha256: f"SHA-256 {sha256[:12]}…" if sha256 else "",
        "attachments": lambda attachments: "、".join(
            f"{place}. {each.name}（{each.sha256[:8]}）" for place, each in enumerate(attachments, 1)
        ),
    }
)
