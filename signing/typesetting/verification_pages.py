"""検証報告書: what a verification found, to read or to print. The verdict is the report's, as the API answers it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from domain.clock import JST
from signing.typesetting.glyphs import glyphs
from signing.typesetting.press import set_document
from signing.verification.report import Report, SignatureReport

VERDICTS = {
    "valid": "有効（改変なし）", "invalid": "無効", "untrusted": "改変なし、信頼の起点が未設定", "unsigned": "署名なし",
    "unreadable": "読取り不能",
}  # fmt: skip
KINDS = {"certification": "証明署名", "approval": "署名", "timestamp": "文書の時刻認証"}
NOTE = "この報告書は検証の時点の結果です。検証の対象は、上記のSHA-256を持つファイルだけです。"


def set_verification_report(report: Report, *, at: datetime) -> bytes:
    """Give the report as pages to read (PDF/A-2a), dated `at` (aware). What the font lacks is shown as its code.

    Raises what `press.set_document` raises.
    """
    return set_document("record", _sheet(report), at=at)


def _sheet(report: Report) -> Mapping[str, Any]:
    shown = glyphs().printable
    return {
        "title": "検証報告書",
        "rows": [(label, shown(value)) for label, value in _rows(report)],
        "heads": ["種類・欄", "署名者の証明書", "時刻", "水準", "結果"],
        "widths": [30, 62, 40, 14, 24],
        "lines": [[shown(cell) for cell in _line(each)] for each in report.signatures],
        "note": NOTE,
    }


def _rows(report: Report) -> Iterator[tuple[str, str]]:
    yield "判定", VERDICTS[report.verdict]
    yield "理由", "\n".join(reason.message_ja for reason in report.reasons) or "なし"
    yield "署名後の変更", "あり" if report.changed_after_signing else "なし"
    yield "SHA-256", " ".join(report.sha256[place : place + 8] for place in range(0, len(report.sha256), 8))
    yield "大きさ", f"{report.size_bytes:,} バイト"
    yield "頁・版", f"{_known(report.pages)}頁　{_known(report.revisions)}版"
    yield "検証の時", _time(report.verified_at)
    yield "長期保管の期限", _time(report.archived_until)


def _line(signature: SignatureReport) -> tuple[str, ...]:
    certificate = signature.certificate
    who = f"{certificate.subject}\n発行者: {certificate.issuer}" if certificate else "―"
    when = f"時刻認証 {_time(signature.signed_at)}" if signature.signed_at else f"申告 {_time(signature.claimed_at)}"
    found = ["有効" if signature.valid else "有効でない"]
    found += [] if signature.intact else ["改変あり"]
    found += [] if signature.trusted else ["信頼できない"]
    kind = f"{KINDS[signature.kind]}\n{'、'.join(signature.fields)}"
    return kind, who, when, signature.level or "―", "\n".join(found)


def _known(number: int | None) -> str:
    return "不明" if number is None else str(number)


def _time(time: datetime | None) -> str:
    return f"{time.astimezone(JST):%Y-%m-%d %H:%M:%S} 日本標準時" if time else "なし"
