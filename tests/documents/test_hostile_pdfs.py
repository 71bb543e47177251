"""Signed PDFs that somebody worked on afterwards: every family of attacks is reported, and no clean file is."""

import io
import random
from collections.abc import Mapping

import pikepdf
import pytest
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.stamp import TextStampStyle

from signing.verification.report import Report
from tests.documents import hostile_pdfs
from tests.documents.hostile_pdfs import APPENDED, FORM_ATTACKS, IN_PLACE, Attack, flipped, signature_value_at
from tests.documents.incremental_updates import Update, stream, update
from tests.documents.signed_files import (
    NOBODY,
    codes,
    elsewhere,
    judged,
    other_signer,
    own_contract,
    saved,
    signed_elsewhere,
    with_text_field,
)
from tests.documents.signing_world import contract

FLIPS = 48
REFUSED = ("invalid", "unreadable")


def assert_refused(report: Report) -> None:
    assert report.verdict in REFUSED, (report.verdict, report.reasons)


# The same attacks on files of other programs take as long again: `make drill` tries them too.
WHOSE = (pytest.param(own_contract, id="ours"), pytest.param(elsewhere, id="theirs", marks=pytest.mark.long))


@pytest.mark.parametrize("name", APPENDED)
@pytest.mark.parametrize("made", WHOSE)
def test_whatever_is_appended_to_a_signed_file_is_reported(made: object, name: str) -> None:
    pdf = own_contract() if made is own_contract else elsewhere()
    report = judged(APPENDED[name](pdf))
    assert_refused(report)
    assert report.changed_after_signing or report.verdict == "unreadable" or codes(report) & {"byte-range"}


@pytest.mark.parametrize("name", IN_PLACE)
@pytest.mark.parametrize("made", WHOSE)
def test_a_signature_that_is_tampered_with_is_never_valid(made: object, name: str) -> None:
    assert_refused(judged(IN_PLACE[name](own_contract() if made is own_contract else elsewhere())))


@pytest.mark.parametrize("seed", range(4))
def test_no_flipped_byte_goes_unnoticed(seed: int) -> None:
    """Anywhere in the file, and mostly inside the last signature's value, where nothing else guards the bytes."""
    pdf, chance = own_contract(), random.Random(seed)
    start, end = signature_value_at(pdf, within=0), signature_value_at(pdf, within=1)
    for number in range(FLIPS // 4):
        at = chance.randrange(start, end) if number % 3 else chance.randrange(len(pdf))
        report = judged(flipped(pdf, at, 1 << chance.randrange(8)))
        assert report.verdict in REFUSED, (at, report.verdict, report.reasons)


def test_a_letter_of_the_value_in_the_other_case_is_noticed() -> None:
    pdf = own_contract()
    at = next(at for at in range(signature_value_at(pdf, within=0.2), len(pdf)) if pdf[at : at + 1].isalpha())
    assert codes(judged(flipped(pdf, at, 0x20))) == {"signature-altered"}


def test_what_hides_in_the_padding_is_noticed() -> None:
    pdf = own_contract()
    end = signature_value_at(pdf, within=1)
    assert codes(judged(flipped(pdf, end + 200, 1))) == {"signature-altered"}


# forms and layers


@pytest.mark.parametrize("name", FORM_ATTACKS)
@pytest.mark.parametrize(
    "permissions",
    [
        pytest.param(None, marks=pytest.mark.long),
        MDPPerm.FILL_FORMS,
        pytest.param(MDPPerm.ANNOTATE, marks=pytest.mark.long),
    ],
)
def test_no_field_changes_after_a_signature(permissions: MDPPerm | None, name: str) -> None:
    """The library's own policy calls this filling in a form, whatever was certified."""
    pdf = signed_elsewhere(with_text_field(contract()), certify_as=permissions, box=None)
    assert judged(pdf).verdict == "valid"
    report = judged(FORM_ATTACKS[name](pdf))
    assert report.verdict == "invalid"
    assert report.changed_after_signing


def layered() -> bytes:
    """Two layers over each other, one of them switched off."""
    document = pikepdf.open(io.BytesIO(contract()))
    shown, hidden = (
        document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=name)) for name in ("1,000", "9,999,999")
    )
    switches = document.make_indirect(pikepdf.Dictionary(ON=[shown], OFF=[hidden], Order=[shown, hidden]))
    document.Root.OCProperties = pikepdf.Dictionary(OCGs=[shown, hidden], D=switches)
    page = document.pages[0]
    page.obj.Resources.Properties = pikepdf.Dictionary(Shown=shown, Hidden=hidden)
    page.contents_add(b"/OC /Shown BDC 0 0 1 rg 60 500 200 20 re f EMC /OC /Hidden BDC 1 0 0 rg 60 500 200 20 re f EMC")
    return saved(document)


def test_a_layer_switched_after_signing_is_reported() -> None:
    pdf = signed_elsewhere(layered(), box=None)
    assert judged(pdf).verdict == "valid"
    report = judged(update(pdf, hostile_pdfs.layer_switched))
    assert (report.verdict, report.changed_after_signing) == ("invalid", True)


# prepared before the signature, used after it


def covered() -> bytes:
    """A page whose last content stream covers what the others say."""
    document = pikepdf.open(io.BytesIO(contract()))
    document.pages[0].contents_add(b"1 g 0 300 600 300 re f")
    return saved(document)


def test_an_overlay_taken_away_after_signing_is_reported() -> None:
    pdf = signed_elsewhere(covered(), box=None)
    assert judged(pdf).verdict == "valid"
    report = judged(update(pdf, hostile_pdfs.overlay_taken_away))
    assert (report.verdict, report.changed_after_signing) == ("invalid", True)


def test_a_second_body_of_a_page_that_was_signed_along_is_reported_when_it_is_used() -> None:
    plain = pikepdf.open(io.BytesIO(contract()))
    pdf = saved(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    opened = Update(pdf)
    number = opened.page().Contents.objgen[0]
    at = pdf.rfind(b"xref\n", 0, pdf.rfind(b"startxref"))
    second = b"%d 0 obj\n%s\nendobj\n" % (number, stream(hostile_pdfs.WHITE_BOX))
    prepared = pdf[:at] + second + pdf[at:].replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(second)))
    signed = signed_elsewhere(prepared, box=None)
    assert judged(signed).verdict == "valid"
    report = judged(hostile_pdfs.other_object_chosen(signed, number))
    assert (report.verdict, report.changed_after_signing) == ("invalid", True)


# certified documents


@pytest.mark.parametrize("name", ["free text annotation", "stamp annotation", "redaction annotation"])
@pytest.mark.parametrize("permissions", [MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE])
def test_evil_annotations_on_a_certified_file_are_reported(permissions: MDPPerm, name: str) -> None:
    """EAA: P=3 permits annotations, and annotations can look like anything. A contract has none."""
    pdf = signed_elsewhere(contract(), certify_as=permissions, box=None)
    assert judged(pdf).verdict == "valid"
    assert judged(APPENDED[name](pdf)).changed_after_signing


def sneaky(pdf: bytes) -> bytes:
    """SSA: one more signature, in a field that covers the text."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields.append_signature_field(writer, SigFieldSpec("Sneaky", on_page=0, box=(40, 380, 560, 800)))
    white = RawContent(b"1 g 0 0 520 420 re f", box=BoxConstraints(width=520, height=420))
    style = TextStampStyle(stamp_text="9,999,999", background=white, background_opacity=1.0, border_width=0)
    metadata = signers.PdfSignatureMetadata(
        field_name="Sneaky", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    signer, out = other_signer("攻撃者", "p256"), io.BytesIO()
    signers.PdfSigner(metadata, signer, stamp_style=style).sign_pdf(writer, output=out, bytes_reserved=16384)
    return out.getvalue()


def test_a_signature_that_covers_a_certified_text_is_reported() -> None:
    report = judged(sneaky(signed_elsewhere(contract(), certify_as=MDPPerm.FILL_FORMS, box=None)))
    assert "modified" in codes(report)


def test_a_signature_that_covers_a_signed_text_is_reported() -> None:
    """Nobody forbade another signature here, and it is a good one; what it covers was signed."""
    report = judged(sneaky(elsewhere()))
    assert (report.verdict, report.changed_after_signing) == ("invalid", True)
    assert "content-covered" in codes(report)


def test_a_signature_from_another_file_is_worth_nothing() -> None:
    one, other = elsewhere(), signed_elsewhere(with_text_field(contract()))
    value = hostile_pdfs.last(one, hostile_pdfs.CONTENTS)[0]
    report = judged(hostile_pdfs.contents_set(lambda _: value)(other))
    assert "digest-mismatch" in codes(report)


# clean files


CLEAN: Mapping[str, object] = {
    "ours": own_contract,
    "ours, five parties": lambda: own_contract(5, 5),
    "theirs": elsewhere,
    "theirs, as PAdES": lambda: signed_elsewhere(contract(), subfilter=SigSeedSubFilter.PADES),
    "theirs, with a form": lambda: signed_elsewhere(with_text_field(contract())),
    "theirs, two of them": lambda: signed_elsewhere(
        elsewhere(), field="Signature2", box=(200, 90, 320, 150), signer=other_signer("二人目", "p256")
    ),
    "theirs, certified and signed": lambda: signed_elsewhere(
        signed_elsewhere(contract(), certify_as=MDPPerm.FILL_FORMS, box=None), field="Signature2", box=None
    ),
}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_files_are_valid(name: str) -> None:
    make = CLEAN[name]
    assert callable(make)
    pdf: bytes = make()
    report = judged(pdf)
    assert report.verdict == "valid", report.reasons
    assert not report.changed_after_signing
    assert judged(pdf, whom=NOBODY).verdict == "untrusted"


def test_attacks_are_attacks() -> None:
    """Each of them changes the file."""
    every: dict[str, Attack] = {**APPENDED, **IN_PLACE}
    assert all(attack(elsewhere()) != elsewhere() for attack in every.values())
