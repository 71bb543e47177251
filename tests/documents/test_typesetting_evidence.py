"""What a contract leaves beside itself: the evidence report, a page in each language, and its decision's record."""

import io
import json
import unicodedata
from datetime import date, datetime, timedelta, timezone

import msgspec
import pdfua
import pikepdf
import pypdfium2
import pytest
from pdf_oxide import PdfDocument

from signing.typesetting.decision_record import (
    DecisionRecord,
    DecisionUnreadable,
    decoded,
    encoded,
    set_decision_record,
)
from signing.typesetting.evidence_pages import legal_bases, set_evidence_report
from signing.typesetting.evidence_report import NAME, EvidenceReport
from signing.typesetting.verification_pages import set_verification_report
from signing.verification.report import Certificate, SignatureReport, reason, report_of
from tests.documents.evidence_texts import AT, decision_record, digest, evidence_report, official, signature

JST = timezone(timedelta(hours=9))


def pages(pdf: bytes) -> list[str]:
    """The words of each page without spaces, in compatibility form."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return ["".join(unicodedata.normalize("NFKC", text).split()) for text in texts]


def grouped(hexadecimal: str) -> str:
    return "".join(hexadecimal.split())


@pytest.mark.parametrize("counterparties", [1, 2, 5])
def test_one_page_in_japanese_and_one_in_english_whatever_the_number_of_parties(counterparties: int) -> None:
    report = evidence_report(counterparties, development=True)
    japanese, english = pages(set_evidence_report(report, at=AT))
    for page in (japanese, english):
        for each in report.signatures:
            assert each.field in page
            assert grouped(each.certificate.sha256) in page
            assert grouped(each.instruction_sha256 or "") in page
        assert grouped(report.decision.document) in page
        assert grouped(report.signed_sha256) in page
        assert "2026-11-2103:30:00UTC" in page
    assert "2026-11-2112:30:00日本標準時" in japanese
    assert "2026-11-2112:30:00JST" in english


def test_each_side_rests_on_its_own_law_and_officials_not_on_the_presumption_of_article_3() -> None:
    japanese, english = pages(set_evidence_report(evidence_report(), at=AT))
    citations = (
        "地方自治法第234条第5項", "施行規則第12条の4の2", "民事訴訟法第228条第2項", "第3条[相手方]", "印紙税法",
        "建設業法第19条",
    )  # fmt: skip
    for citation in citations:
        assert citation in japanese
    assert "公務員が職務上作成したものには適用がなく" in japanese
    assert "publicofficialsintheirdutyareexcluded" in english
    assert {each.key for each in legal_bases(evidence_report(contract_class="goods", stamp_duty=None))} == {
        "conclusion", "measure", "signature", "presumption", "official",
    }  # fmt: skip


def test_what_is_cited_held_on_the_day_of_the_last_signature() -> None:
    early = evidence_report(last_signature_at=AT.replace(year=2020))
    assert "measure" not in {each.key for each in legal_bases(early)}
    assert "measure" in {each.key for each in legal_bases(evidence_report())}


def test_it_says_what_it_is_not() -> None:
    own, _ = pages(set_evidence_report(evidence_report(), at=AT))
    assert "独立した第三者ではない" in own
    assert "開発用の認証局" not in own
    foreign, english = pages(set_evidence_report(evidence_report(self_hosted=False, development=True), at=AT))
    assert "独立した第三者が運用している" in foreign
    assert "開発用の認証局" in foreign
    assert "noevidenceofarealcontract" in english


def test_contract_date_last_signature_and_effective_date_are_three_facts() -> None:
    report = evidence_report(contract_date=date(2026, 11, 20), effective_from=date(2026, 12, 1))
    japanese, english = pages(set_evidence_report(report, at=AT))
    assert "契約日2026-11-20最後の電子署名2026-11-2112:30:00" in japanese
    assert "効力発生日2026-12-01" in japanese
    assert "sameasthecontractdate" in pages(set_evidence_report(evidence_report(), at=AT))[1]
    assert "sameasthecontractdate" not in english


def test_an_invalid_signature_is_called_invalid() -> None:
    report = evidence_report(signatures=(signature(1, verdict="invalid", level="B-T"), official()), verdict="invalid")
    japanese, english = pages(set_evidence_report(report, at=AT))
    assert "検証の結果無効/B-LTA" in japanese
    assert "invalid" in english


def test_all_data_are_attached_and_it_is_pdf_a_as_another_engine_sees_it(tmp_path) -> None:
    report = evidence_report(2)
    pdf = set_evidence_report(report, at=AT)
    assert pdf == set_evidence_report(report, at=AT)
    found = PdfDocument.from_bytes(pdf).validate_pdf_a("3a")
    assert (found["valid"], found["errors"]) == (True, [])
    file = tmp_path / "evidence.pdf"
    file.write_bytes(pdf)
    assert pdfua.validate(str(file)).findings == ()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        attached = document.attachments[NAME].get_file().read_bytes()
    assert msgspec.json.decode(attached, type=EvidenceReport) == report


def test_a_character_that_cannot_be_printed_is_shown_as_its_code() -> None:
    japanese, _ = pages(set_evidence_report(evidence_report(title="橋梁≒補修"), at=AT))
    assert "橋梁〔U+2252〕補修" in japanese


def test_a_decision_has_one_encoding_and_is_read_back() -> None:
    record = decision_record()
    data = encoded(record)
    assert decoded(data) == record
    tokyo = msgspec.structs.replace(record, decided_at=record.decided_at.astimezone(JST))
    assert encoded(tokyo) == data
    assert data.startswith(b'{"amount_yen":550000000,"approval":"R8-000101",')
    assert b'"decided_at":"2026-11-21T03:03:00Z"' in data


def test_a_decision_names_posts_and_neither_persons_nor_opinions() -> None:
    said = json.loads(encoded(decision_record()))
    assert set(said["steps"][0]) == {"action", "post", "title", "outcome", "at", "position"}
    assert not {"person", "name", "comment", "opinion"} & {*said, *said["steps"][0]}


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b",", b", ", 1),
        lambda data: data.replace(b"03:03:00Z", b"12:03:00+09:00"),
        lambda data: data.replace(b"03:03:00Z", b"03:03:00"),
        lambda data: data.replace(b'"kind"', b'"kind2"'),
        lambda data: data.replace(b"550000000", b"5.5e8"),
        lambda data: data[:-1],
        lambda data: data.replace(b"R8", b"R\xff"),
        lambda data: b"[" * 100_000,
        lambda data: b" " * 2_000_000,
    ],
)
def test_anything_else_is_not_a_decision_of_ours(change) -> None:
    changed = change(encoded(decision_record()))
    with pytest.raises(DecisionUnreadable):
        decoded(changed)


def test_a_time_without_a_zone_is_no_time() -> None:
    record: DecisionRecord = decision_record(decided_at=datetime(2026, 11, 21, 3, 3))  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        encoded(record)


def test_a_decision_can_be_read_as_a_page() -> None:
    (page,) = pages(set_decision_record(decision_record(), at=AT))
    assert grouped(digest("revision 1")) in page
    for words in ("道路課主事", "財政課長", "同意", "建設部長", "令和8年12月10日", "2026-11-2112:03:00日本標準時"):
        assert words in page


def test_a_verification_can_be_read_as_pages() -> None:
    certificate = Certificate(
        subject="CN=契約者,C=JP",
        issuer="CN=CA,C=JP",
        serial_number="1f",
        sha256=digest("c"),
        not_before=AT,
        not_after=AT,
    )
    one = SignatureReport(
        kind="approval", fields=("Party1",), sub_filter="ETSI.CAdES.detached", revision=3, covers_bytes=10,
        whole_file=False, valid=False, intact=False, trusted=True, level="B-T", signed_at=AT, certificate=certificate,
    )  # fmt: skip
    report = report_of(b"%PDF", AT, (reason("digest-mismatch", field="Party1"),), (one,))
    (page,) = pages(set_verification_report(report, at=AT))
    for words in (
        "判定無効",
        "Party1",
        "CN=契約者",
        "2026-11-2112:00:00日本標準時",
        "改変あり",
        "不明頁",
        grouped(report.sha256),
    ):
        assert words in page
    (bare,) = pages(set_verification_report(report_of(b"", AT, ()), at=AT))
    assert "理由なし" in bare
