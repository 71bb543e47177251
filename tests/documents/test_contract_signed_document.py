"""A typeset contract on its way to the last signature: what other engines found before still holds, and seals stand in
their boxes.
"""

import io
import shutil
import subprocess
from pathlib import Path

import pdfua
import pikepdf
import pypdfium2
import pytest
import pytest_asyncio
from pdf_oxide import PdfDocument

from signing.pades import Attachment, PartyField, certify, lay_fields, sign
from signing.typesetting.contract import ContractDocument, set_contract
from signing.typesetting.contract_facts import contract_facts
from signing.typesetting.decision_record import NAME as DECISION
from signing.typesetting.decision_record import decoded, encoded
from signing.typesetting.seals import Seal, set_seals
from tests.documents.contract_texts import AT, VENTURE, contract_text
from tests.documents.evidence_texts import decision_record
from tests.documents.signing_ceremony import Ceremony
from tests.documents.signing_world import NOW

SEALS = (
    Seal(shape="official", text="青空県知事之印"),
    Seal(shape="corporate", text="代表取締役印", ring="北建設株式会社"),
    Seal(shape="personal", text="髙﨑"),
    Seal(shape="stamp", text="南建設株式会社", label="乙　構成員"),
    Seal(shape="stamp", text="西建設株式会社", label="乙　構成員"),
    Seal(shape="stamp", text="中央建設株式会社", label="乙　構成員"),
)


@pytest.fixture(scope="module")
def document() -> ContractDocument:
    return set_contract(contract_text("works", counterparties=(VENTURE,)), at=AT)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def signed(document: ContractDocument) -> bytes:
    """Fields from the document's own boxes, the decision attached, certified, signed by all six."""
    ceremony = Ceremony()
    record = Attachment(
        name=DECISION, data=encoded(decision_record()), media_type="application/json", description="決裁の記録"
    )
    fields = [PartyField(name=box.field, label=box.label, page=box.page, box=box.box) for box in document.facts.boxes]
    pdf = lay_fields(document.pdf, parties=fields, attachments=[record], at=NOW)
    platform = ceremony.world.signer("電子契約基盤", number=11)
    pdf = (await certify(pdf, key=platform, stamps=ceremony.stamps, at=NOW, name="電子契約基盤", reason="封緘")).pdf
    for number, (box, seal) in enumerate(zip(document.facts.boxes, set_seals(SEALS, at=AT), strict=True)):
        key = ceremony.world.signer(box.field, number=12 + number)
        done = await sign(
            pdf, field=box.field, key=key, stamps=ceremony.stamps, at=NOW, instruction=b"{}", seal=seal, name=box.label,
            reason="合意",
        )  # fmt: skip
        pdf = done.pdf
    assert await ceremony.holds(pdf)
    return pdf


def test_it_is_still_what_the_other_engines_called_it(signed: bytes, tmp_path: Path) -> None:
    """pdf_oxide: PDF/A-3a; pdfua: the part of PDF/UA-1 that it checks; qpdf: structure; poppler: fonts embedded."""
    found = PdfDocument.from_bytes(signed).validate_pdf_a("3a")
    assert (found["valid"], found["errors"]) == (True, [])
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed)
    assert pdfua.validate(str(file)).findings == ()


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="poppler-utils is not installed")
def test_its_structure_is_sound_and_the_fonts_of_the_seals_are_inside(signed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed)
    assert subprocess.run(["qpdf", "--check", file], capture_output=True, check=False).returncode == 0
    listed = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert {line.split()[-5] for line in listed} == {"yes"}


def test_the_decided_file_is_a_prefix_and_says_the_same_of_itself(document: ContractDocument, signed: bytes) -> None:
    assert signed.startswith(document.pdf)
    assert contract_facts(signed) == document.facts
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        assert decoded(pdf.attachments[DECISION].get_file().read_bytes()) == decision_record()


def test_each_seal_stands_in_its_own_box(document: ContractDocument, signed: bytes) -> None:
    last = document.facts.boxes[0].page
    before, after = (_drawn(pdf, last) for pdf in (document.pdf, signed))
    for box in document.facts.boxes:
        assert _ink(after, box.box) > 2 * _ink(before, box.box)


def _drawn(pdf: bytes, page: int) -> pypdfium2.PdfBitmap:
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        return document[page].render(scale=1, grayscale=True, may_draw_forms=True)


def _ink(picture: pypdfium2.PdfBitmap, box: tuple[float, float, float, float]) -> int:
    """How dark the inside of a box is."""
    left, bottom, right, top = (int(edge) for edge in box)
    shades = bytes(picture.buffer)
    rows = range(picture.height - top + 2, picture.height - bottom - 2)
    return sum(255 - shade for row in rows for shade in shades[row * picture.stride + left + 2 :][: right - left - 4])
