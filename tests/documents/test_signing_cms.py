"""Our own CMS beside pyHanko's: the same attributes byte for byte, and a signature that it and OpenSSL accept."""

import asyncio
import shutil
import subprocess
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.sign.ades.api import CAdESSignedAttrSpec, GenericCommitment
from pyhanko.sign.signers.pdf_cms import ExternalSigner, PdfCMSSignedAttributes
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.keys.signing_key import LoadedKey
from signing.pades.cms import INSTRUCTION_RECORD, CmsBuilder, builder
from signing.pades.refusals import REASONS, PadesRefused
from tests.documents.signing_world import NOW, World, asn1, private_key, public_pem

KINDS = ("rsa2048", "rsa3072", "p256", "p384", "p521")
CONTENT = "契約書".encode() * 100


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def ours(key: LoadedKey, digest: str = "sha256") -> CmsBuilder:
    return builder(key.certificate.dump(), tuple(each.dump() for each in key.chain), digest)


def pyhanko_signer(key: LoadedKey, value: bytes) -> ExternalSigner:
    known = SimpleCertificateStore()
    known.register_multiple(key.chain)
    return ExternalSigner(key.certificate, known, signature_value=value)


def pyhanko_attributes(key: LoadedKey, digest: bytes, algorithm: str, *, pades: bool) -> cms.CMSAttributes:
    """Its PAdES leaves out the algorithm protection of RFC 6211; its plain CMS for PDF has it, and everything else."""
    wanted = CAdESSignedAttrSpec(commitment_type=GenericCommitment.PROOF_OF_APPROVAL.asn1)
    settings = PdfCMSSignedAttributes(cades_signed_attrs=wanted)
    signer = pyhanko_signer(key, bytes(512))
    return asyncio.run(signer.signed_attrs(digest, algorithm, attr_settings=settings, use_pades=pades))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_the_signed_attributes_are_those_of_pyhanko_byte_for_byte(world: World, kind: str, algorithm: str) -> None:
    key = world.signer("職員0525", kind)
    digest = bytes(range(32))
    made = ours(key, algorithm).signed_attributes(digest, instruction_sha256=None)
    mine = [each.dump() for each in cms.CMSAttributes.load(made, strict=True)]
    assert mine == sorted(mine)
    assert mine == sorted(each.dump() for each in pyhanko_attributes(key, digest, algorithm, pades=False))
    in_pades = {each.dump() for each in pyhanko_attributes(key, digest, algorithm, pades=True)}
    (protection,) = set(mine) - in_pades
    assert cms.CMSAttribute.load(protection)["type"].native == "cms_algorithm_protection"


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_cms_is_that_of_pyhanko_around_the_same_signature(world: World, kind: str) -> None:
    key = world.signer("職員0525", kind)
    attributes = ours(key).signed_attributes(sha256(CONTENT).digest(), instruction_sha256=None)
    value = key.sign(attributes, "sha256")
    signer = pyhanko_signer(key, value)
    prescribed = signer.async_sign_prescribed_attributes("sha256", cms.CMSAttributes.load(attributes))
    theirs = asyncio.run(prescribed)
    mine = cms.ContentInfo.load(ours(key).content_info(attributes, value), strict=True)
    assert mine["content"]["signer_infos"][0].dump() == theirs["content"]["signer_infos"][0].dump()
    for field in ("version", "digest_algorithms", "encap_content_info"):
        assert mine["content"][field].dump() == theirs["content"][field].dump()
    embedded = [each.chosen.dump() for each in mine["content"]["certificates"]]
    assert embedded == sorted(each.chosen.dump() for each in theirs["content"]["certificates"])


@pytest.mark.parametrize("kind", KINDS)
def test_pyhanko_validates_what_we_build(world: World, kind: str) -> None:
    key = world.signer("職員0525", kind)
    made = signed(key, CONTENT, instruction=sha256(b"record").digest())
    data = cms.ContentInfo.load(made)["content"]
    trusted = ValidationContext(trust_roots=[asn1(world.root)], moment=NOW + timedelta(hours=1))
    status = asyncio.run(async_validate_detached_cms(CONTENT, data, signer_validation_context=trusted))
    assert status.bottom_line
    forged = ValidationContext(trust_roots=[asn1(world.root)], moment=NOW + timedelta(hours=1))
    status = asyncio.run(async_validate_detached_cms(CONTENT + b"1", data, signer_validation_context=forged))
    assert not status.bottom_line


def signed(key: LoadedKey, content: bytes, *, instruction: bytes | None = None) -> bytes:
    attributes = ours(key).signed_attributes(sha256(content).digest(), instruction_sha256=instruction)
    return ours(key).content_info(attributes, key.sign(attributes, "sha256"))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl がありません")
@pytest.mark.parametrize("kind", ["rsa2048", "rsa3072", "p256"])
def test_openssl_verifies_what_we_build_and_rejects_a_flipped_byte(world: World, kind: str, tmp_path: Path) -> None:
    key = world.signer("職員0525", kind)
    (tmp_path / "cms.der").write_bytes(signed(key, CONTENT, instruction=sha256(b"record").digest()))
    (tmp_path / "root.pem").write_bytes(public_pem(world.root))
    for content, verifies in ((CONTENT, True), (CONTENT[:-1] + b"\x00", False)):
        (tmp_path / "content.bin").write_bytes(content)
        files = ("-in", "cms.der", "-content", "content.bin", "-CAfile", "root.pem", "-out", "/dev/null")
        at = ("-attime", str(int(NOW.timestamp())))
        checks = ("-cades", "-binary", "-purpose", "any", "-inform", "DER")
        done = subprocess.run(["openssl", "cms", "-verify", *checks, *at, *files], cwd=tmp_path, capture_output=True)
        assert (done.returncode == 0) is verifies, done.stderr.decode()


LENGTHS = st.integers(0, 300) | st.sampled_from([126, 127, 128, 255, 256, 257, 65_535, 65_536, 70_000])


@settings(deadline=None)
@given(digest=LENGTHS.map(bytes), instruction=LENGTHS.map(bytes), token=LENGTHS.map(bytes))
def test_every_length_is_encoded_as_der_has_it(digest: bytes, instruction: bytes, token: bytes) -> None:
    key = LENGTHS_KEY
    attributes = ours(key).signed_attributes(digest, instruction_sha256=instruction)
    read = cms.CMSAttributes.load(attributes, strict=True)
    assert read.dump(force=True) == attributes
    values = {each["type"].dotted: each["values"][0] for each in read}
    assert values["1.2.840.113549.1.9.4"].native == digest
    assert values[INSTRUCTION_RECORD].dump() == core.OctetString(instruction).dump()
    stamp = core.OctetString(token).dump()
    whole = ours(key).content_info(attributes, digest, time_stamp=stamp)
    signer = cms.ContentInfo.load(whole, strict=True)["content"]["signer_infos"][0]
    assert signer["signature"].native == digest
    unsigned: Any = core.Sequence.load(signer["unsigned_attrs"].contents, strict=True)
    assert unsigned[1].contents == stamp


LENGTHS_KEY = World().signer("職員0525")


def test_a_key_without_an_algorithm_is_refused(world: World) -> None:
    certificate = asn1(world.issued("職員0525", private_key("p256"))).dump()
    with pytest.raises(PadesRefused, match=r"^algorithm: "):
        CmsBuilder(certificate, (), "sha1")


def test_every_refusal_has_a_sentence_for_people() -> None:
    assert all(PadesRefused(code, "x").reason.endswith("。") for code in REASONS)
