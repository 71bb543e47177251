"""The draft sheet as typed, and as the content of a case: the same names both ways."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from api.errors import Problem
from api.pages.reading_forms import Typed, amounts, dates
from api.validation import FieldError
from domain.approval.facts import Draft
from signing.documents import Upload

BODY = "次のとおり実施してよろしいか伺います。\n\n1 目的\n\n2 内容\n\n3 金額及び予算科目\n\n4 根拠\n"
FLAGS = ("information_system", "multi_year", "urgent")
NOT_COPIED = ("file_sha", "file_name", "contract_document", "period_from", "period_to", "needed_by", "urgent", "amends")


@dataclass(frozen=True, kw_only=True)
class Attached:
    """One row of the list of attachments on the sheet."""

    sha256: str
    name: str


def typed_of(draft: Draft) -> dict[str, list[str]]:
    """Give the sheet filled in with a draft."""
    period, other = draft.period, draft.counterparty
    return {
        "kind": [draft.kind],
        "title": [draft.title],
        "body": [draft.body],
        "amount_yen": [f"{draft.amount_yen:,}" if draft.amount_yen is not None else ""],
        "flags": list(draft.flags),
        **{name: ["1"] if getattr(draft, name) else [] for name in FLAGS},
        "counterparty_name": [other.name if other else ""],
        "counterparty_number": [(other.corporate_number or "") if other else ""],
        "period_from": [period.from_.isoformat() if period else ""],
        "period_to": [period.to.isoformat() if period else ""],
        "needed_by": [draft.needed_by.isoformat() if draft.needed_by else ""],
        "amends": [draft.amends or ""],
        "contract_document": [draft.contract_document or ""],
        "file_sha": [each.sha256 for each in draft.attachments],
        "file_name": [each.name for each in draft.attachments],
    }


def copied(draft: Draft, *, amends: str = "") -> dict[str, list[str]]:
    """Give the sheet for a new case like `draft`, without its files, days and urgency, which do not come again."""
    values = {name: value for name, value in typed_of(draft).items() if name not in NOT_COPIED}
    return values | {"amends": [amends]}


def attached(typed: Typed, uploads: Sequence[Upload] = ()) -> list[Attached]:
    """Give the attachments in the wanted order, without those to be removed; an upload of the same name replaces."""
    rows = list(zip(typed.all("file_sha"), typed.all("file_name"), strict=False))
    places = typed.all("file_place")
    removed = {int(each) for each in typed.all("file_remove") if each.isdecimal()}
    kept = [
        (_place(places, index), index, Attached(sha256=sha256, name=name))
        for index, (sha256, name) in enumerate(rows)
        if index not in removed
    ]
    found = {row.name: row for _, _, row in sorted(kept, key=lambda each: each[:2])}
    for upload in uploads:
        found[upload.name] = Attached(sha256=upload.sha256, name=upload.name)
    return list(found.values())


def content_values(typed: Typed, files: Iterable[Attached]) -> dict[str, Any]:
    """Give the content of the sheet as the command wants it; refuses `invalid`, field by field."""
    errors: list[FieldError] = []
    days = dates(typed, ("period_from", "period_to", "needed_by"), errors)
    values: dict[str, Any] = {
        "kind": typed.text("kind"),
        "title": typed.text("title"),
        "body": typed.text("body"),
        "amount_yen": amounts(typed, ["amount_yen"], errors).get("amount_yen"),
        "flags": typed.all("flags"),
        **{name: typed.ticked(name) for name in FLAGS},
        "counterparty": _counterparty(typed),
        "period": _period(days, errors),
        "needed_by": days.get("needed_by"),
        "contract_document": typed.text("contract_document") or None,
        "attachments": [{"sha256": each.sha256, "name": each.name} for each in files],
        "amends": typed.text("amends").strip() or None,
    }
    for name, message in (("kind", "種別を選んでください。"), ("title", "件名を入力してください。")):
        if not values[name].strip():
            errors.append(FieldError(name, message))
    if errors:
        raise Problem("invalid", field=errors[0].field, errors=errors)
    return values


def changed_values(values: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """Give what differs from a case's present content; kind and the case it amends never change."""
    before = msgspec.to_builtins(draft)
    unchangeable = ("kind", "amends")
    return {name: value for name, value in values.items() if name not in unchangeable and value != _plain(before[name])}


def digest(values: Mapping[str, Any], post: str) -> str:
    """Give a short name of exactly this content, to tell whether what is submitted is what was looked at."""
    text = json.dumps([values, post], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _place(places: Sequence[str], index: int) -> int:
    found = places[index] if index < len(places) else ""
    return int(found) if found.isascii() and found.isdecimal() else index + 1


def _counterparty(typed: Typed) -> dict[str, str] | None:
    name, number = typed.text("counterparty_name").strip(), typed.text("counterparty_number").strip()
    if not name and not number:
        return None
    return {"name": name, **({"corporate_number": number} if number else {})}


def _period(days: Mapping[str, str], errors: list[FieldError]) -> dict[str, str] | None:
    first, last = days.get("period_from"), days.get("period_to")
    if first is None and last is None:
        return None
    if first is None or last is None:
        missing = "period_to" if last is None else "period_from"
        errors.append(FieldError(missing, "期間は始まりと終わりの両方を入力してください。"))
        return None
    return {"from": first, "to": last}
