"""Programs that are not ours accept what is signed, each of them, and each of them rejects a flipped byte."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from signing import pyhanko_overrides
from signing.archive import augment
from signing.trust import Trust
from tests.documents import signed_by_openssl
from tests.documents.hostile_pdfs import flipped, signature_value_at
from tests.documents.pki_world import MovedClock, pki_world
from tests.documents.signed_contract import signed_contract
from tests.documents.signed_files import LATER, codes, elsewhere, judged, own_contract, world
from tests.documents.signing_world import World as Strangers
from tests.documents.signing_world import contract, private_key, public_pem
from tests.verifiers import independent, openssl, pdfbox, qpdf

pytestmark = pytest.mark.skipif(bool(independent.missing()), reason=f"not installed: {independent.missing()}")
PROGRAMS = pytest.mark.parametrize("program", independent.PROGRAMS, ids=lambda each: each.PROGRAM)
VERIFIERS = pytest.mark.parametrize("program", [openssl, pdfbox], ids=lambda each: each.PROGRAM)


def roots() -> list[bytes]:
    return [public_pem(world().root)]


@PROGRAMS
def test_a_contract_of_ours_is_accepted(program) -> None:
    verdict = program.verify(own_contract(), roots(), at=LATER)
    assert verdict.accepted, verdict.said


@PROGRAMS
def test_an_ordinary_signature_is_accepted(program) -> None:
    """As Acrobat and others make it: adbe.pkcs7.detached, no time stamp."""
    verdict = program.verify(elsewhere(), roots(), at=LATER)
    assert verdict.accepted, verdict.said


def test_every_signature_and_every_time_stamp_is_looked_at() -> None:
    assert openssl.verify(own_contract(), roots()).looked_at == 6
    assert pdfbox.verify(own_contract(), roots()).looked_at == 3


@PROGRAMS
def test_a_flipped_byte_is_rejected(program) -> None:
    """In the compressed text of a page, which is signed."""
    pdf = own_contract()
    document = pikepdf.open(io.BytesIO(pdf))
    page = document.pages[0]
    contents = page.Contents[0] if isinstance(page.Contents, pikepdf.Array) else page.Contents
    at = pdf.index(contents.read_raw_bytes()) + 40
    assert not program.verify(flipped(pdf, at), roots(), at=LATER).accepted


@VERIFIERS
def test_a_flipped_byte_of_a_signature_is_rejected(program) -> None:
    pdf = own_contract()
    at = signature_value_at(pdf, within=0.02)
    assert not program.verify(flipped(pdf, at), roots(), at=LATER).accepted


@VERIFIERS
def test_an_unknown_ca_is_rejected(program) -> None:
    stranger = Strangers(root_key=private_key("p256", 91), ca_key=private_key("p256", 92))
    assert not program.verify(own_contract(), [public_pem(stranger.root)], at=LATER).accepted


@VERIFIERS
def test_a_file_without_signatures_is_not_accepted(program) -> None:
    assert not program.verify(contract(), roots(), at=LATER).accepted


def test_a_file_that_is_none_is_rejected() -> None:
    assert not any(each.accepted for each in independent.verdicts(b"no PDF", roots()))


async def test_an_archived_contract_is_accepted_with_the_roots_of_its_pki(tmp_path: Path) -> None:
    clock = MovedClock()
    with pyhanko_overrides.installed(clock):
        async with pki_world(tmp_path, clock=clock) as made:
            signed = await signed_contract(made)
            clock.at += timedelta(minutes=10)
            means = {"stamps": made.stamps, "revocation": made.revocation, "clock": clock}
            archived = (await augment(signed, trust=made.trust(), **means)).pdf
            anchors = [file.read_bytes() for file in made.pki.trust_folder.glob("*/*.pem")]
    independent.assert_accepted(signed, anchors)
    independent.assert_accepted(archived, anchors)


@pytest.mark.parametrize(
    "options", [(), ("-cades",), ("-noattr",), ("-md", "sha512"), ("-keyopt", "rsa_padding_mode:pss")]
)
def test_what_openssl_signed_by_hand_is_valid(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The other way round: a certificate that says nothing of itself, a bare signature, and our own verdict."""
    root = signed_by_openssl.authority(tmp_path)
    signed_by_openssl.issued(tmp_path)
    pdf = signed_by_openssl.signed(tmp_path, contract(), *options)
    now = datetime.now(UTC) + timedelta(minutes=1)
    report = judged(pdf, whom=Trust.of([root.read_bytes()], []), at=now)
    assert (report.verdict, codes(report)) == ("valid", {"no-timestamp"})
    assert openssl.verify(pdf, [root.read_bytes()]).accepted
    stranger = judged(pdf, at=now)
    assert (stranger.verdict, stranger.changed_after_signing) == ("untrusted", False)


def test_a_signer_that_is_its_own_authority_is_valid_where_it_is_named(tmp_path: Path) -> None:
    root = signed_by_openssl.authority(tmp_path)
    pdf = signed_by_openssl.signed(tmp_path, contract(), signer="authority")
    now = datetime.now(UTC) + timedelta(minutes=1)
    assert judged(pdf, whom=Trust.of([root.read_bytes()], []), at=now).verdict == "valid"


def test_sha_1_shows_nothing(tmp_path: Path) -> None:
    root = signed_by_openssl.authority(tmp_path)
    pdf = signed_by_openssl.signed(tmp_path, contract(), "-md", "sha1", signer="authority")
    report = judged(pdf, whom=Trust.of([root.read_bytes()], []), at=datetime.now(UTC) + timedelta(minutes=1))
    assert (report.verdict, codes(report)) == ("untrusted", {"algorithm-weak", "no-timestamp"})


def test_qpdf_looks_at_structure_only() -> None:
    assert qpdf.verify(contract()).accepted
