"""契約の準備の一括取込み: a CSV file, one line a signer, as the contracts that are to be prepared from it."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from starlette.concurrency import run_in_threadpool

from api.cases import NUMBER
from api.contract_labels import CLASSES, ORDERS
from api.errors import Problem, invalid
from api.parts import ApiParts
from api.shapes.contract_batch import ITEMS_MAX, BatchRequest
from api.strict_json import validated
from api.validation import FieldError
from domain.approval import RECORD as APPROVAL
from domain.eras import UnreadableDate, parse_era_date

LINES_MAX = ITEMS_MAX * 10
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "決裁番号": "approval",
        "契約の種類": "class",
        "相手方": "name",
        "法人番号": "corporate_number",
        "氏名": "person",
        "役職": "title",
        "メールアドレス": "email",
        "電話番号": "phone",
        "署名・写し": "role",
        "署名の順序": "order",
        "効力の発生日": "effective_from",
        "さかのぼる理由": "retroactive_reason",
        "署名の期限(日)": "expires_in_days",
    }
)
NEEDED = ("決裁番号", "契約の種類", "相手方", "氏名", "メールアドレス")
CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "class": {label: code for code, label in CLASSES.items()},
        "order": {label: code for code, label in ORDERS.items()},
        "role": {"署名": "signer", "写し": "copy"},
    }
)
Line = Mapping[str, str]


async def contracts_of(parts: ApiParts, file: bytes, person: str) -> BatchRequest:
    """Give the request to prepare what a file lists: lines of one 決裁番号 are one contract, lines of one 相手方 in it
    one counterparty. The document is the one that was decided. Refuses `invalid` with the line and the column.
    """
    lines = _lines(_text(file))
    by_approval: dict[str, list[tuple[int, Line]]] = {}
    for place, line in lines:
        by_approval.setdefault(line["approval"], []).append((place, line))
    if len(by_approval) > ITEMS_MAX:
        raise invalid("file", f"一度に準備できるのは{ITEMS_MAX}件までです。")
    documents = await run_in_threadpool(_documents, parts, by_approval, person)
    errors = list[FieldError]()
    bodies = [_body(own, documents[approval], errors) for approval, own in by_approval.items()]
    if errors:
        raise Problem("invalid", field=errors[0].field, errors=errors[:50])
    return validated(BatchRequest, {"verb": "create", "contracts": bodies})


def _text(file: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return file.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise invalid("file", "文字コードは、UTF-8又はShift_JISにしてください。")


def _lines(text: str) -> list[tuple[int, Line]]:
    """The lines from 2 on, by what their columns are called in a command."""
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise invalid("file", "CSVとして読み取れません。") from error
    heading = [unicodedata.normalize("NFKC", cell).strip() for cell in rows[0]] if rows else []
    known = {unicodedata.normalize("NFKC", label): name for label, name in COLUMNS.items()}
    missing = [label for label in NEEDED if unicodedata.normalize("NFKC", label) not in heading]
    unknown = [cell for cell in heading if cell and cell not in known]
    if missing or unknown:
        said = [f"「{label}」の列がありません。" for label in missing] + [
            f"「{cell}」の列は使えません。" for cell in unknown
        ]
        raise invalid("file", "".join(said))
    found: list[tuple[int, Line]] = [
        (place, {known[name]: cell.strip() for name, cell in zip(heading, row, strict=False) if name})
        for place, row in enumerate(rows[1:], 2)
        if any(cell.strip() for cell in row)
    ]
    if not found:
        raise invalid("file", "契約が一件もありません。")
    if len(found) > LINES_MAX:
        raise invalid("file", f"{LINES_MAX}行までです。")
    empty = [
        FieldError(f"{place}.{COLUMNS[label]}", f"{place}行目の「{label}」がありません。")
        for place, line in found
        for label in NEEDED
        if not line.get(COLUMNS[label])
    ]
    if empty:
        raise Problem("invalid", field=empty[0].field, errors=empty[:50])
    return found


def _documents(parts: ApiParts, approvals: Iterable[str], person: str) -> dict[str, str | None]:
    """The contract document of each decision that the person may read."""
    directory, _ = parts.reader.references()
    found: dict[str, str | None] = {}
    for number in approvals:
        state, version = parts.reader.fold(APPROVAL, number) if NUMBER.match(number) else (APPROVAL.initial, 0)
        may = version > 0 and APPROVAL.may_read(state, person, directory, parts.clock.now())
        found[number] = state.content.contract_document if may else None
    return found


def _body(lines: list[tuple[int, Line]], document: str | None, errors: list[FieldError]) -> dict[str, Any]:
    place, first = lines[0]
    if document is None:
        said = f"{place}行目の決裁({first['approval']})は、契約書の付いた決裁として見つかりません。"
        errors.append(FieldError(f"{place}.approval", said))
    parties: dict[str, dict[str, Any]] = {}
    for row, line in lines:
        party = parties.setdefault(line["name"], {"name": line["name"], "members": []})
        if line.get("corporate_number"):
            party["corporate_number"] = unicodedata.normalize("NFKC", line["corporate_number"])
        party["members"].append(_member(row, line, errors))
    whole = {
        "effective_from": _day(place, first, errors),
        "expires_in_days": _whole(place, first, errors),
        "order": _code(place, first, "order", errors),
        "retroactive_reason": first.get("retroactive_reason"),
    }
    return {
        "approval": first["approval"],
        "class": _code(place, first, "class", errors),
        "document": document or "",
        "counterparties": list(parties.values()),
        **{name: value for name, value in whole.items() if value},
    }


def _member(place: int, line: Line, errors: list[FieldError]) -> dict[str, Any]:
    optional = {
        "title": line.get("title"),
        "phone": unicodedata.normalize("NFKC", line.get("phone", "")),
        "role": _code(place, line, "role", errors),
    }
    return {
        "name": line["person"], "email": line["email"], **{name: value for name, value in optional.items() if value},
    }  # fmt: skip


def _code(place: int, line: Line, name: str, errors: list[FieldError]) -> str | None:
    said = line.get(name)
    if not said:
        return None
    codes = CODES[name]
    if said in codes.values():
        return said
    if said not in codes:
        errors.append(
            FieldError(f"{place}.{name}", f"{place}行目の「{said}」は、{'・'.join(codes)}のどれかにしてください。")
        )
    return codes.get(said)


def _day(place: int, line: Line, errors: list[FieldError]) -> str | None:
    said = unicodedata.normalize("NFKC", line.get("effective_from", "")).replace("/", "-")
    if not said:
        return None
    try:
        return _parsed(said)
    except (ValueError, UnreadableDate):
        errors.append(FieldError(f"{place}.effective_from", f"{place}行目の効力の発生日「{said}」が読み取れません。"))
        return None


def _parsed(said: str) -> str:
    parts = said.split("-")
    if len(parts) == 3 and parts[0].isdecimal():
        year, month, day = map(int, parts)
        return f"{year:04}-{month:02}-{day:02}"
    return parse_era_date(said).isoformat()


def _whole(place: int, line: Line, errors: list[FieldError]) -> int | None:
    said = unicodedata.normalize("NFKC", line.get("expires_in_days", ""))
    if said and not said.isdecimal():
        errors.append(FieldError(f"{place}.expires_in_days", f"{place}行目の期限は、日数(整数)で入力してください。"))
        return None
    return int(said) if said else None
