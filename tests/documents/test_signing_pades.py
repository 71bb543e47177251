"""Certifying and signing: one signature more, in its place, stamped; or a refusal that says why."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.keys import KeyRefused
from signing.pades import INSTRUCTION_RECORD, PadesRefused, Signed, certify, read_layout, sign
from tests.documents.signing_ceremony import Ceremony, complaints
from tests.documents.signing_world import NOW, Stamps, contract, seal

KINDS = ("rsa2048", "rsa3072", "p256", "p384", "p521")


@pytest.fixture(scope="module")
def ceremony() -> Ceremony:
    return Ceremony()


@pytest.fixture
async def certified(ceremony: Ceremony) -> bytes:
    return await ceremony.certified(2)


def refused(code: str) -> "pytest.RaisesExc[PadesRefused]":
    return pytest.raises(PadesRefused, match=f"^{code}: ")


def signature_of(pdf: bytes, field: str) -> Any:
    found = {each.field_name: each for each in PdfFileReader(BytesIO(pdf)).embedded_regular_signatures}
    return found[field]


async def signed_by(ceremony: Ceremony, pdf: bytes, **others: Any) -> Signed:
    key = ceremony.world.signer("当事者1", number=12)
    wanted = {"field": "Party1", "key": key, "stamps": ceremony.stamps, "at": NOW, "instruction": b"record"}
    return await sign(pdf, **{"name": "当事者1", "reason": "合意", **wanted, **others})


async def test_the_certification_comes_first_unseen_and_allows_signatures_only(ceremony: Ceremony) -> None:
    laid = ceremony.laid(2)
    key = ceremony.world.signer("電子契約基盤", number=11)
    done = await certify(laid, key=key, stamps=ceremony.stamps, at=NOW, name="電子契約基盤", reason="封緘")
    assert done.pdf.startswith(laid)
    assert (done.field, done.level, done.signed_at) == ("Platform", "B-T", NOW)
    assert done.certificate_sha256 == sha256(key.certificate.dump()).hexdigest()
    assert done.tsa_certificate_sha256 == sha256(ceremony.stamps.certificate.dump()).hexdigest()
    with pikepdf.open(BytesIO(done.pdf)) as pdf:
        signature = pdf.Root.Perms.DocMDP
        permissions, lock = signature.Reference
        assert permissions.TransformMethod == "/DocMDP"
        assert permissions.TransformParams.P == 2
        assert lock.TransformMethod == "/FieldMDP"
        assert lock.TransformParams.Action == "/Exclude"
        assert signature.SubFilter == "/ETSI.CAdES.detached"
    assert read_layout(PdfFileReader(BytesIO(done.pdf))).certified


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_key_signs_and_pyhanko_agrees(ceremony: Ceremony, certified: bytes, kind: str) -> None:
    done = await ceremony.signed(certified, 1, kind=kind)
    assert done.pdf.startswith(certified)
    found = await ceremony.verdicts(done.pdf)
    assert {name: each.bottom_line for name, each in found.items()} == {"Platform": True, "Party1": True}
    assert found["Party1"].timestamp_validity.timestamp == NOW
    assert found["Party1"].coverage.name == "ENTIRE_FILE"


async def test_what_is_signed_says_who_why_where_and_when(ceremony: Ceremony, certified: bytes) -> None:
    at = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
    signature = signature_of((await ceremony.signed(certified, 1, at=at)).pdf, "Party1").sig_object
    said = [str(signature[each]) for each in ("/Name", "/Reason", "/Location", "/M")]
    assert said == ["当事者1", "契約内容に合意します", "青空県", "D:20261122003000+09'00'"]


async def test_the_instruction_record_is_a_signed_attribute_and_there_is_no_signing_time(
    ceremony: Ceremony, certified: bytes
) -> None:
    embedded = signature_of((await ceremony.signed(certified, 1)).pdf, "Party1")
    attributes = {each["type"].dotted: each["values"] for each in embedded.signer_info["signed_attrs"]}
    assert attributes[INSTRUCTION_RECORD].contents == cms.OctetString(sha256(b"record 1").digest()).dump()
    assert "1.2.840.113549.1.9.5" not in attributes
    assert set(attributes) == {
        INSTRUCTION_RECORD,
        "1.2.840.113549.1.9.3",
        "1.2.840.113549.1.9.4",
        "1.2.840.113549.1.9.52",
        "1.2.840.113549.1.9.16.2.16",
        "1.2.840.113549.1.9.16.2.47",
    }


async def test_the_whole_chain_is_in_the_signature_root_included(ceremony: Ceremony, certified: bytes) -> None:
    embedded = signature_of((await ceremony.signed(certified, 1)).pdf, "Party1")
    held = {each.chosen.dump() for each in embedded.signed_data["certificates"]}
    assert {each.dump() for each in ceremony.world.chain} < held


async def test_the_seal_is_shown_with_its_own_fonts_and_checkers_stay_content(
    ceremony: Ceremony, certified: bytes, tmp_path: Any
) -> None:
    done = await ceremony.signed(certified, 1)
    with pikepdf.open(BytesIO(done.pdf)) as pdf:
        appearance = pdf.Root.AcroForm.Fields[1].AP.N
        assert "/Seal" in appearance.Resources.XObject
    (tmp_path / "signed.pdf").write_bytes(done.pdf)
    assert complaints(tmp_path / "signed.pdf") == []


async def test_a_signature_without_a_seal_or_without_a_place_is_a_signature(ceremony: Ceremony) -> None:
    for visible in (True, False):
        done = await signed_by(ceremony, await ceremony.certified(2, visible=visible))
        assert await ceremony.holds(done.pdf)
    unseen = await ceremony.certified(1, visible=False)
    assert await ceremony.holds((await signed_by(ceremony, unseen, seal=seal())).pdf)


async def test_each_act_needs_the_one_before(ceremony: Ceremony, certified: bytes) -> None:
    key = ceremony.world.signer("電子契約基盤", number=11)
    wanted: dict[str, Any] = {"key": key, "stamps": ceremony.stamps, "at": NOW, "name": "基盤", "reason": "封緘"}
    with refused("not-laid"):
        await certify(contract(), **wanted)
    with refused("already-certified"):
        await certify(certified, **wanted)
    with refused("not-laid"):
        await signed_by(ceremony, contract())
    with refused("not-certified"):
        await signed_by(ceremony, ceremony.laid(2))
    for missing in ("Party3", "Platform", "Party1.x", ""):
        with refused("no-such-field"):
            await signed_by(ceremony, certified, field=missing)
    done = await signed_by(ceremony, certified)
    with refused("already-signed"):
        await signed_by(ceremony, done.pdf)
    with refused("unreadable"):
        await signed_by(ceremony, b"%PDF-1.7 nothing")


async def test_nothing_is_signed_outside_the_time_of_the_certificate(ceremony: Ceremony, certified: bytes) -> None:
    for at, code in ((NOW + timedelta(days=1200), "expired"), (NOW - timedelta(days=300), "not-yet-valid")):
        before = ceremony.stamps.asked
        with pytest.raises(KeyRefused, match=f"^{code}: "):
            await signed_by(ceremony, certified, at=at)
        assert ceremony.stamps.asked == before
    with pytest.raises(ValueError, match="aware"):
        await signed_by(ceremony, certified, at=NOW.replace(tzinfo=None))


class Unreachable(Stamps):
    """An authority that does not answer."""

    async def stamp(self, digest: bytes, algorithm: str) -> cms.ContentInfo:
        raise TimeoutError("no answer")


class Mistaken(Stamps):
    """An authority that stamps other bytes."""

    async def stamp(self, digest: bytes, algorithm: str) -> cms.ContentInfo:
        return await super().stamp(bytes(len(digest)), algorithm)


async def test_there_is_no_signature_without_a_time_stamp_over_it(ceremony: Ceremony, certified: bytes) -> None:
    parts = (ceremony.stamps.key, ceremony.stamps.certificate, ceremony.stamps.chain)
    with pytest.raises(TimeoutError):
        await signed_by(ceremony, certified, stamps=Unreachable(*parts))
    with refused("time-stamp"):
        await signed_by(ceremony, certified, stamps=Mistaken(*parts))


async def test_a_seal_that_is_no_pdf_is_refused(ceremony: Ceremony, certified: bytes) -> None:
    for broken in (b"", b"GIF89a", seal()[:900]):
        with refused("seal-unusable"):
            await signed_by(ceremony, certified, seal=broken)


async def test_no_signature_forbids_the_next_one(ceremony: Ceremony) -> None:
    """P=1 anywhere would: neither locks nor the certification have it."""
    files = await ceremony.stages(3, (2, 3, 1))
    with pikepdf.open(BytesIO(files[-1])) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            assert "/P" not in field.Lock
            for reference in field.V.Reference:
                assert reference.TransformParams.get("/P", 2) == 2
