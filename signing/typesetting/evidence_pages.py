"""証拠報告書の紙面: the evidence report as one page in Japanese and one in English."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from domain.clock import JST, civil_date
from signing.typesetting.evidence_report import EvidenceReport, SignatureEvidence, encoded_evidence
from signing.typesetting.glyphs import glyphs
from signing.typesetting.press import WITH_FILES, Order, set_documents

HERE = Path(__file__).parent
Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")
Words = dict[str, dict[Language, str]]
SIDES = ("both", "prefecture", "counterparty", "works", "money")


class LegalBasis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """法的根拠: a citation that holds from `valid_from` until `valid_until` (None: always, still), for one side."""

    key: str
    side: str
    valid_from: date | None
    valid_until: date | None
    citation_ja: str
    citation_en: str
    text_ja: str
    text_en: str


def set_evidence_report(report: EvidenceReport, *, at: datetime) -> bytes:
    """Give the report as PDF/A-3a, dated `at`, its data attached. What the font lacks is shown as its code.

    Raises what `press.set_documents` raises. Source: design.md §6; ADR 0022.
    """
    pages = [_page(report, language) for language in LANGUAGES]
    title = f"{_words()['title']['ja']}　{report.number}"
    data = {"title": title, "pages": pages, "evidence": encoded_evidence(report).decode()}
    (pdf,) = set_documents((Order(template="evidence_report", data=data, at=at, standards=WITH_FILES),))
    return pdf


def legal_bases(report: EvidenceReport) -> tuple[LegalBasis, ...]:
    """Give what held on the day of the last signature: for both sides, for each, and for what the contract is."""
    day = civil_date(report.last_signature_at)
    wanted = {"both", "prefecture", "counterparty"}
    if report.stamp_duty is not None:
        wanted.add("money")
    if report.contract_class == "works":
        wanted.add("works")
    holding = (each for each in _bases() if each.side in wanted and _holds(each, day))
    return tuple(sorted(holding, key=lambda each: SIDES.index(each.side)))


def _holds(basis: LegalBasis, day: date) -> bool:
    begun = basis.valid_from is None or basis.valid_from <= day
    return begun and (basis.valid_until is None or day <= basis.valid_until)


@cache
def _bases() -> tuple[LegalBasis, ...]:
    return msgspec.yaml.decode((HERE / "legal_bases.yaml").read_bytes(), type=tuple[LegalBasis, ...])


@cache
def _words() -> Words:
    return msgspec.yaml.decode((HERE / "evidence_words.yaml").read_bytes(), type=Words)


def _page(report: EvidenceReport, language: Language) -> Mapping[str, Any]:
    def said(key: str) -> str:
        return _words()[key][language]

    page = {
        "lang": language,
        "title": said("title"),
        "contract": said("contract"),
        "rows": list(_rows(report, language)),
        "signatures": said("signatures"),
        "heads": [said(key) for key in ("who", "instructed", "shown", "certified", "result")],
        "signed": [_signature(each, language) for each in report.signatures],
        "bases": said("bases"),
        "law": [
            f"{getattr(each, f'citation_{language}')} [{said(each.side)}]: {getattr(each, f'text_{language}')}"
            for each in legal_bases(report)
        ],
        "limits": said("limits"),
        "limited": [said(key) for key in _limits(report)],
    }
    return {key: _printable(value) for key, value in page.items()}


def _rows(report: EvidenceReport, language: Language) -> Iterator[tuple[str, str]]:
    def said(key: str) -> str:
        return _words()[key][language]

    decision, effective = report.decision, report.effective_from
    yield said("number"), report.number
    yield said("subject"), report.title
    yield said("parties"), " / ".join(report.parties)
    yield said("amount"), said("none") if report.amount_yen is None else f"￥{report.amount_yen:,}"
    decided = f"{decision.approval} ({decision.document_number}) {decision.decided_by}"
    yield said("decision"), f"{decided} {_time(decision.decided_at, language)}"
    yield said("decided_file"), _grouped(decision.document)
    yield said("signed_file"), _grouped(report.signed_sha256)
    yield said("contract_date"), report.contract_date.isoformat()
    yield said("last_signature"), _time(report.last_signature_at, language)
    yield said("effective"), said("same_as_contract_date") if effective is None else effective.isoformat()
    verdict = f"{said(f'verdict_{report.verdict}')} / {report.archive_level}"
    yield said("verdict"), f"{verdict} / {said('as_of').format(_time(report.verified_at, language))}"
    if report.checkpoint:
        yield said("checkpoint"), f"{said('position')} {report.checkpoint.position}: {_grouped(report.checkpoint.hash)}"
    if duty := report.stamp_duty:
        basis = f"{said('stamp_duty_by')} {duty.edition}: {duty.basis}"
        yield said("stamp_duty"), f"￥{duty.saved_yen:,} ({basis}){f' {duty.warning}' if duty.warning else ''}"


def _signature(signature: SignatureEvidence, language: Language) -> list[str]:
    """The cells of one signature's row."""

    def said(key: str) -> str:
        return _words()[key][language]

    who = [f"{signature.label} ({said(signature.side)})", signature.organisation, signature.title]
    who += [*([signature.person] if signature.person else []), f"[{signature.field}] {said(signature.mode)}"]
    told = [f"{said(f'factor_{factor.kind}')} {_time(factor.at, language)}" for factor in signature.factors]
    if signature.instructed_at:
        told.append(f"{said('instructed_at')} {_time(signature.instructed_at, language)}")
    if signature.instruction_sha256:
        told.append(f"{said('instruction')}: {_grouped(signature.instruction_sha256)}")
    shown = []
    if signature.shown:
        shown = [f"{said('document')}: {_grouped(signature.shown.document)}"]
        if pages := signature.shown.pages:
            shown.append(f"{said('pages')}: {len(pages)}")
            shown.append(f"{said('pages_hash')}: {_grouped(signature.shown.pages_digest)}")
    certificate = signature.certificate
    proven = [certificate.subject, f"{said('issuer')}: {certificate.issuer}"]
    proven.append(f"SHA-256: {_grouped(certificate.sha256)}")
    proven.append(f"{said('stamped')}: {signature.time_stamp_by} {_time(signature.signed_at, language)}")
    result = [signature.level, said(f"verdict_{signature.verdict}")]
    return ["\n".join(line for line in cell if line) for cell in (who, told or ["―"], shown or ["―"], proven, result)]


def _limits(report: EvidenceReport) -> Iterator[str]:
    if report.development:
        yield "limit_development"
    yield "limit_self_hosted" if report.self_hosted else "limit_third_party"
    yield "limit_opinion"
    yield "limit_verdict"
    yield "attached"


def _time(time: datetime, language: Language) -> str:
    """Both zones, labelled."""
    local = f"{time.astimezone(JST):%Y-%m-%d %H:%M:%S} {_words()['jst'][language]}"
    return f"{local} ({time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC)"


def _grouped(digest: str) -> str:
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return glyphs().printable(value)
    return [_printable(each) for each in value]
