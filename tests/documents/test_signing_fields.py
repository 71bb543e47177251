"""Revision 2: the decided file stays an exact prefix; fields, locks and attachments stand before anybody signs."""

import shutil
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pades import PLATFORM_FIELD, Attachment, PadesRefused, PartyField, lay_fields, read_layout
from tests.documents.signing_ceremony import RECORD, Ceremony, complaints
from tests.documents.signing_changes import revised, text_field, touched
from tests.documents.signing_world import NOW, contract, parties, typeset


def refused(code: str) -> "pytest.RaisesExc[PadesRefused]":
    return pytest.raises(PadesRefused, match=f"^{code}: ")


@pytest.fixture(scope="module")
def laid() -> bytes:
    return Ceremony().laid(3)


def test_the_decided_file_is_an_exact_prefix_and_the_same_input_gives_the_same_bytes(laid: bytes) -> None:
    assert laid.startswith(contract())
    assert laid == Ceremony().laid(3)
    later = lay_fields(contract(), parties=parties(3), attachments=[RECORD], at=NOW + timedelta(seconds=1))
    assert later != laid


def test_exactly_one_revision_is_added(laid: bytes) -> None:
    reader = PdfFileReader(BytesIO(laid))
    assert reader.xrefs.total_revisions == PdfFileReader(BytesIO(contract())).xrefs.total_revisions + 1


def test_every_party_leaves_only_the_others_open(laid: bytes) -> None:
    layout = read_layout(PdfFileReader(BytesIO(laid)))
    assert layout.platform.name == PLATFORM_FIELD
    assert layout.platform.excluded == ("Party1", "Party2", "Party3")
    assert [(each.name, each.label, each.excluded) for each in layout.parties] == [
        ("Party1", "当事者1の電子署名", ("Party2", "Party3")),
        ("Party2", "当事者2の電子署名", ("Party1", "Party3")),
        ("Party3", "当事者3の電子署名", ("Party1", "Party2")),
    ]
    assert not layout.certified
    assert not any(each.signed for each in (layout.platform, *layout.parties))


def test_a_single_party_locks_everything() -> None:
    with pikepdf.open(BytesIO(Ceremony().laid(1))) as pdf:
        platform, party = pdf.Root.AcroForm.Fields
        assert platform.Lock.Action == "/Exclude"
        assert [str(each) for each in platform.Lock.Fields] == ["Party1"]
        assert party.Lock.Action == "/All"


def test_metadata_stay_as_the_typesetter_wrote_them(laid: bytes) -> None:
    with pikepdf.open(BytesIO(contract())) as before, pikepdf.open(BytesIO(laid)) as after:
        assert before.Root.Metadata.read_raw_bytes() == after.Root.Metadata.read_raw_bytes()
        assert before.trailer.ID[0] == after.trailer.ID[0]
        assert before.trailer.ID[1] != after.trailer.ID[1]


def test_attachments_are_associated_files_of_the_document(laid: bytes) -> None:
    with pikepdf.open(BytesIO(laid)) as pdf:
        assert list(pdf.attachments) == [RECORD.name]
        assert pdf.attachments[RECORD.name].get_file().read_bytes() == RECORD.data
        (associated,) = pdf.Root.AF
        assert associated.AFRelationship == "/Supplement"
        assert str(associated.Desc) == RECORD.description
        assert associated.EF.F.Subtype == "/application/json"


def test_attachments_join_those_that_are_there_in_the_order_of_their_names() -> None:
    attached = 'pdf.attach("m.txt", bytes("m"), mime-type: "text/plain", relationship: "data", description: "m")'
    source = f'#set document(title: "x", date: datetime(year: 2026, month: 4, day: 1))\n#{attached}\nx'
    names = ("z.txt", "決裁.txt", "a.txt")
    more = [Attachment(name=each, data=b"x", media_type="text/plain", description=each) for each in names]
    made = lay_fields(typeset(source, "a-3b"), parties=parties(1), attachments=more, at=NOW)
    with pikepdf.open(BytesIO(made)) as pdf:
        listed = list(pdf.Root.Names.EmbeddedFiles.Names)[::2]
        assert [str(each) for each in listed] == ["a.txt", "m.txt", "z.txt", "決裁.txt"]
        assert len(pdf.Root.AF) == 4
    taken = Attachment(name="m.txt", data=b"x", media_type="text/plain", description="x")
    with refused("attachment-name"):
        lay_fields(typeset(source, "a-3b"), parties=parties(1), attachments=[taken], at=NOW)


def test_every_field_is_tagged_named_and_printed(laid: bytes) -> None:
    with pikepdf.open(BytesIO(laid)) as pdf:
        tree = pdf.Root.StructTreeRoot
        document = tree.K[0] if isinstance(tree.K, pikepdf.Array) else tree.K
        forms = list(document.K)[-4:]
        parents = {int(key): owner for key, owner in pikepdf.NumberTree(tree.ParentTree).items()}
        for field, form in zip(pdf.Root.AcroForm.Fields, forms, strict=True):
            assert form.S == "/Form"
            assert (form.K.Obj.objgen, str(form.Alt)) == (field.objgen, str(field.TU))
            assert parents[int(field.StructParent)].objgen == form.objgen
            assert field.F == 132
        assert tree.ParentTreeNextKey == max(parents) + 1
        assert pdf.pages[0].Tabs == "/S"


def test_checkers_of_pdf_a_and_pdf_ua_stay_content(laid: bytes, tmp_path: Path) -> None:
    (tmp_path / "laid.pdf").write_bytes(laid)
    assert complaints(tmp_path / "laid.pdf") == []


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf がありません")
def test_qpdf_finds_nothing_wrong(laid: bytes, tmp_path: Path) -> None:
    (tmp_path / "laid.pdf").write_bytes(laid)
    done = subprocess.run(["qpdf", "--check", "laid.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_parties_without_a_box_are_shown_nowhere() -> None:
    with pikepdf.open(BytesIO(Ceremony().laid(2, visible=False))) as pdf:
        assert all(list(field.Rect) == [0, 0, 0, 0] and "/AP" not in field for field in pdf.Root.AcroForm.Fields)


def test_a_file_with_fields_is_refused_whatever_they_are(laid: bytes) -> None:
    with refused("fields-already-laid"):
        lay_fields(laid, parties=parties(1), at=NOW)
    with_text = revised(text_field)(revised(touched("Party1", {}))(laid))
    with refused("fields-already-laid"):
        lay_fields(with_text, parties=parties(1), at=NOW)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ((), "field-name"),
        (parties(1) * 2, "field-name"),
        ((PartyField(name="Platform", label="x"),), "field-name"),
        ((PartyField(name="甲", label="x"),), "field-name"),
        ((PartyField(name="Party1.a", label="x"),), "field-name"),
        ((PartyField(name="Party1", label=""),), "field-name"),
        ((PartyField(name="Party1", label="x", page=0),), "field-box"),
        ((PartyField(name="Party1", label="x", box=(0, 0, 1, 1)),), "field-box"),
        ((PartyField(name="Party1", label="x", page=99, box=(0, 0, 1, 1)),), "field-box"),
        ((PartyField(name="Party1", label="x", page=-1, box=(0, 0, 1, 1)),), "field-box"),
        ((PartyField(name="Party1", label="x", page=0, box=(5, 0, 5, 1)),), "field-box"),
        ((PartyField(name="Party1", label="x", page=0, box=(0, 0, float("nan"), 1)),), "field-box"),
    ],
)
def test_fields_that_cannot_be_are_refused(fields: tuple[PartyField, ...], code: str) -> None:
    with refused(code):
        lay_fields(contract(), parties=fields, at=NOW)


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n", b"not a pdf", contract()[:5000], contract()[: len(contract()) // 2]]
)
def test_what_is_no_pdf_is_called_unreadable(data: bytes) -> None:
    with refused("unreadable"):
        lay_fields(data, parties=parties(1), at=NOW)


def test_an_encrypted_file_is_refused() -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(contract())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="x", user=""))
    with refused("encrypted"):
        lay_fields(out.getvalue(), parties=parties(1), at=NOW)
