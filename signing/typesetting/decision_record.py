"""決裁の記録: what of the approval chain is attached to the contract in its second revision: canonical JSON, and pages.

Everything in it follows from the ledger: whoever holds the events makes the same bytes again.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import msgspec

from domain.clock import JST
from signing.typesetting.glyphs import glyphs
from signing.typesetting.press import set_document
from signing.typesetting.wording import era_date, plain_yen

NAME = "kessai-decision.json"
BYTES_MAX = 1024 * 1024
FORMAT: Literal["kessai-decision/1"] = "kessai-decision/1"
ACTIONS = {
    "draft": "起案", "review": "回議", "concur": "合議", "decide": "決裁", "examine": "審査", "post_review": "後閲",
}  # fmt: skip
OUTCOMES = {
    "drafted": "起案", "approved": "承認", "decided": "決裁", "decided_by_proxy": "代決", "agree": "同意",
    "agree_with_opinion": "意見付き同意", "dissent": "不同意", "request_change": "修正の求め", "pass": "審査済み",
    "seen": "後閲済み", "objected": "異議", "skipped": "省略",
}  # fmt: skip
Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class DecisionStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One act of the route: in which post, under which title that day, with which outcome, when, at which position."""

    action: str
    post: str
    title: str
    outcome: str
    at: Aware
    position: int


class DecisionRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """決裁の記録. Posts and titles, no persons and no opinions: the counterparty receives it with the contract.

    `rule` is the row of the authority table that gave the decision to its post, `rule_edition` its edition; `leaf` is
    the hash the ledger holds of the deciding event. Times are aware.
    """

    format: Literal["kessai-decision/1"] = FORMAT
    approval: str
    document_number: str
    kind: str
    title: str
    document: Sha256
    amount_yen: int | None
    counterparty: str | None
    period_from: date | None
    period_to: date | None
    steps: tuple[DecisionStep, ...]
    decided_by: str
    decided_at: Aware
    rule_edition: str
    rule: str
    stream: str
    version: int
    position: int
    leaf: str | None = None


class DecisionUnreadable(Exception):
    """Bytes that are not a record of a decision as we write it."""

    code = "decision-record-unreadable"


def encoded(record: DecisionRecord) -> bytes:
    """Give the one encoding of `record`: JSON in UTF-8 without spaces, keys sorted, times in UTC ending in Z.

    Refuses (ValueError) times without a zone.
    """
    if any(time.tzinfo is None for time in (record.decided_at, *(step.at for step in record.steps))):
        raise ValueError("a time without a zone")
    steps = tuple(msgspec.structs.replace(step, at=step.at.astimezone(UTC)) for step in record.steps)
    in_utc = msgspec.structs.replace(record, decided_at=record.decided_at.astimezone(UTC), steps=steps)
    return msgspec.json.encode(in_utc, order="sorted")


def decoded(data: bytes) -> DecisionRecord:
    """Read a record back. Raises `DecisionUnreadable` for anything that is not exactly what `encoded` gives."""
    if len(data) > BYTES_MAX:
        raise DecisionUnreadable(f"{len(data)} bytes")
    try:
        record = msgspec.json.decode(data, type=DecisionRecord)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecisionUnreadable(str(error)) from error
    if encoded(record) != data:
        raise DecisionUnreadable("not in its canonical form")
    return record


def set_decision_record(record: DecisionRecord, *, at: datetime) -> bytes:
    """Give the record as pages to read (PDF/A-2a), dated `at`. What the font lacks is shown as its code."""
    return set_document("record", _sheet(record), at=at)


def _sheet(record: DecisionRecord) -> Mapping[str, Any]:
    shown = glyphs().printable
    period = [era_date(day) if day else "" for day in (record.period_from, record.period_to)]
    rows = [
        ("決裁番号", record.approval),
        ("文書番号", record.document_number),
        ("件名", record.title),
        ("契約書のSHA-256", _grouped(record.document)),
        ("金額", "なし" if record.amount_yen is None else plain_yen(record.amount_yen)),
        ("相手方", record.counterparty or "なし"),
        ("期間", "～".join(period) if any(period) else "なし"),
        ("決裁者", f"{record.decided_by}　{_time(record.decided_at)}"),
        ("専決の根拠", f"{record.rule}（版 {record.rule_edition}）"),
        ("台帳", f"{record.stream}　版{record.version}　位置{record.position}"),
        *((("決裁の事実のハッシュ", _grouped(record.leaf)),) if record.leaf else ()),
    ]
    steps = [
        (ACTIONS.get(step.action, step.action), step.title, OUTCOMES.get(step.outcome, step.outcome), _time(step.at),
         str(step.position))
        for step in record.steps
    ]  # fmt: skip
    return {
        "title": f"決裁の記録　{record.approval}",
        "rows": [(label, shown(value)) for label, value in rows],
        "heads": ["行為", "職", "結果", "日時", "台帳の位置"],
        "widths": [16, 46, 26, 56, 25],
        "lines": [tuple(map(shown, step)) for step in steps],
        "note": f"この頁は {NAME} を読めるようにしたものです。証拠となるのは、その記録と台帳です。",
    }


def _time(time: datetime) -> str:
    return f"{time.astimezone(JST):%Y-%m-%d %H:%M:%S} 日本標準時"


def _grouped(digest: str) -> str:
    """Hexadecimal digits in groups of eight, so that lines can break and eyes can compare."""
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))
