"""What the demonstration leaves behind, as lines to read: decisions, telework days, a unit's paper book, contracts."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from domain.approval.view import STATUS_LABELS
from domain.clock import JST
from domain.contract.view import STATUS_LABELS as CONTRACT_LABELS
from domain.eras import short_era_date
from domain.telework.view import KIND_LABELS
from domain.telework.view import STATUS_LABELS as DAY_LABELS
from kessai.story.contracts import OFFICER, ContractWalker
from kessai.story.walker import Case, Walker
from kessai.trusting import SIGNERS, TSAS

UNIT, MONTH, READER = "road", "2026-12", "road-director"
PATH = f"/v1/telework-register?unit={UNIT}&month={MONTH}"
FILES = {"pdf": "application/pdf", "csv": "text/csv"}


def decisions(cases: Iterable[Case]) -> Iterator[str]:
    """The cases as they ended."""
    yield ""
    yield "決裁の記録"
    for case in sorted(cases, key=lambda each: str(each["number"])):
        amount = f"{case['amount_yen']:>12,}円" if case["amount_yen"] is not None else f"{'―':>12} "
        decided = short_era_date(datetime.fromisoformat(case["decided_at"]).date()) if case["decided_at"] else "―"
        decider = case["decider"]["title"] if case["decider"] else "―"
        number = case["document_number"] or "―"
        state = f"{STATUS_LABELS[case['state']]:　<5}"
        yield f"  {case['number']}  {state} {amount}  {decided:<10} {number:<10} {decider}  {case['title']}"


def days(cases: Iterable[Case]) -> Iterator[str]:
    """The telework days as they ended."""
    yield ""
    yield "テレワークの記録"
    for case in cases:
        day = short_era_date(date.fromisoformat(case["day"]))
        state = f"{DAY_LABELS[case['state']]:　<7}"
        planned = f"{_clock(case['starts_at'])}–{_clock(case['ends_at'])}"
        clocked = [_clock(case[name]["at"]) if case[name] else "" for name in ("started", "ended")]
        real = "–".join(clocked) if case["started"] else "―"
        marks = [mark for mark, holds in (("期限後", case["late"]), ("命令", case["by_command"])) if holds]
        where = case["place_name"] or KIND_LABELS[case["kind"]]
        yield f"  {case['number']}  {state} {day:<9}  予定{planned} 実績{real:<11}  {case['applicant']['title']}  " + (
            "、".join((where, *marks))
        )


def book(walk: Walker, keep: Path | None) -> Iterator[str]:
    """The register of a unit and month as its head reads it, and where it is as a PDF and as CSV: in `keep`, where
    given.
    """
    found = walk.get(READER, f"{PATH}&after={walk.position}")
    names = [column["name"] for column in found["columns"]]
    yield ""
    yield f"{found['title']} {found['unit_name']} {found['month_label']}"
    for row in found["rows"]:
        yield from _line(dict(zip(names, (" ".join(cell.split()) for cell in row["cells"]), strict=True)))
    yield "  画面の「承認・命令簿」で所属と月を選ぶと、この簿冊の印刷用PDFとCSVを取り出せます。"
    if keep is None:
        yield "  実演のPDFとCSVを残すには、kessai demo --out フォルダー と実行します。"
        return
    for ending, accept in FILES.items():
        file = keep / f"承認・命令簿_{found['unit_name']}_{MONTH}.{ending}"
        file.write_bytes(walk.read(READER, f"{PATH}&after={walk.position}", accept=accept))
        yield f"  {ending.upper()}: {file}"


def _line(cells: dict[str, str]) -> Iterator[str]:
    """One line of the book; the paper has more columns than a screen."""
    shown = {
        "承認・命令": cells["ordered"],
        "開始": cells["started"],
        "終了": cells["ended"],
        "超勤": cells["overtime"],
        "報告": cells["reported_on"],
        "確認": cells["acknowledged"],
    }
    yield f"  {cells['day']}  {cells['post_and_name']}  {cells['kind']}  {cells['hours']}  {cells['tasks']}"
    yield "      " + "  ".join(f"{label} {text}" for label, text in shown.items() if text)
    if cells["remarks"]:
        yield f"      備考 {cells['remarks']}"


def _clock(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(JST):%H:%M}"


def contracts(walk: ContractWalker, made: Iterable[Case], keep: Path | None) -> Iterator[str]:
    """The contracts as they ended; in `keep`, where given, the signed files with their evidence, and whom to trust."""
    yield ""
    yield "電子契約の記録"
    for case in made:
        state, duty = f"{CONTRACT_LABELS[case['state']]:　<5}", case["stamp_duty"]
        signed = short_era_date(date.fromisoformat(case["contract_date"])) if case["contract_date"] else "―"
        saved = f"印紙税の節減 {duty['saved_yen']:,}円" if case["contract_date"] else ""
        yield f"  {case['number']}  {state} {case['amount_yen']:>12,}円  契約日 {signed:<10}  {case['title']}  {saved}"
    if keep is None:
        yield "  署名済みのPDFと証拠の記録を残すには、kessai demo --out フォルダー と実行します。"
        return
    yield from _kept_contracts(walk, [case for case in made if case["contract_date"]], keep)


def _kept_contracts(walk: ContractWalker, made: Iterable[Case], keep: Path) -> Iterator[str]:
    for case in made:
        path = f"/v1/contracts/{case['number']}"
        for name, kind in (("document", "signed"), ("evidence", "evidence")):
            file = keep / f"{case['number']}-{kind}.pdf"
            file.write_bytes(walk.read(OFFICER, f"{path}/{name}", accept="application/pdf"))
            yield f"  {file}"
    for anchors in (SIGNERS, TSAS):
        for number, root in enumerate(sorted((walk.settings.trust_dir / anchors).glob("*.pem")), 1):
            file = keep / f"{anchors}-{number}-root.pem"
            file.write_bytes(root.read_bytes())
            yield f"  {file}"
