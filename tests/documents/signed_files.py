"""Signed files to verify: a contract of ours, and what other people's software makes; and a quick way to a verdict."""

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
import pikepdf
from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko_certvalidator import ValidationContext

from signing.inspection import SIGNED
from signing.inspection.wire import Answer
from signing.pades import certify, lay_fields, sign
from signing.trust import Trust
from signing.verification.judging import job
from signing.verification.report import Report, reason, report_of
from signing.verification.wire import Judged, Question
from tests.documents.signing_world import NOW, Stamps, World, asn1, contract, parties, private_key, seal

LATER = NOW + timedelta(hours=1)


class At:
    """A clock that stands still."""

    def __init__(self, at: datetime = LATER) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@cache
def world() -> World:
    return World()


@cache
def stamps(kind: str = "p256") -> Stamps:
    return world().time_stamps(kind)


def trust() -> Trust:
    return Trust(signers=(asn1(world().root),), tsas=(asn1(world().root),))


NOBODY = Trust(signers=(), tsas=())


@cache
def own_contract(count: int = 2, signed: int = 2, stamped_by: str = "p256") -> bytes:
    """A contract with `count` parties, certified, of whom the first `signed` have signed."""
    authority = stamps(stamped_by)

    async def made() -> bytes:
        pdf = lay_fields(contract(), parties=parties(count), attachments=(), at=NOW)
        key = world().signer("電子契約基盤")
        pdf = (await certify(pdf, key=key, stamps=authority, at=NOW, name="青空県", reason="封緘")).pdf
        for number in range(1, signed + 1):
            found = await sign(
                pdf, field=f"Party{number}", key=world().signer(f"当事者{number}", number=20 + number),
                stamps=authority, at=NOW, instruction=b"{}", seal=seal(), name=f"当事者{number}", reason="契約の締結",
            )  # fmt: skip
            pdf = found.pdf
        return pdf

    return asyncio.run(made())


def other_signer(name: str = "よその署名者", kind: str = "rsa2048", **others: Any) -> SimpleSigner:
    """A signer of pyHanko's own, with a certificate of our CA."""
    key = private_key(kind, 40)
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    certificate = world().issued(name, key, **others)
    return made_signer(asn1(certificate), der, world().chain)


def made_signer(certificate: x509.Certificate, der: bytes, chain: Sequence[x509.Certificate]) -> SimpleSigner:
    from asn1crypto import keys
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    store = SimpleCertificateStore()
    store.register_multiple(chain)
    return SimpleSigner(certificate, keys.PrivateKeyInfo.load(der), store)


def signed_elsewhere(
    pdf: bytes,
    *,
    field: str = "Signature1",
    box: tuple[int, int, int, int] | None = (60, 90, 180, 150),
    subfilter: SigSeedSubFilter = SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
    certify_as: MDPPerm | None = None,
    signer: SimpleSigner | None = None,
) -> bytes:
    """The file signed by pyHanko as others use it: no lock, no time stamp, the field made on the way."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields.append_signature_field(writer, SigFieldSpec(field, on_page=0, box=box))
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        subfilter=subfilter,
        md_algorithm="sha256",
        certify=certify_as is not None,
        docmdp_permissions=certify_as or MDPPerm.FILL_FORMS,
    )
    out = io.BytesIO()
    signers.PdfSigner(metadata, signer or other_signer()).sign_pdf(writer, output=out, bytes_reserved=16384)
    return out.getvalue()


def stamped_elsewhere(pdf: bytes) -> bytes:
    """The file with validation data and a document time stamp as pyHanko adds them, by the machine's clock."""
    purpose: Any = {"usage": ("digital_signature",), "purpose": ExtendedKeyUsageOID.TIME_STAMPING}
    signer = other_signer("よその時刻認証局", **purpose)
    assert signer.signing_cert is not None
    stamper = DummyTimeStamper(signer.signing_cert, signer.signing_key, certs_to_embed=signer.cert_registry)
    roots = [asn1(world().root)]
    context = ValidationContext(trust_roots=roots, other_certs=list(world().chain), allow_fetching=False)
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    out = io.BytesIO()
    asyncio.run(async_add_validation_info(signature, context, in_place=False, output=out))
    stamped = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(out.getvalue()))
    signers.PdfTimeStamper(stamper).timestamp_pdf(writer, "sha256", validation_context=context, output=stamped)
    return stamped.getvalue()


def with_text_field(pdf: bytes) -> bytes:
    """The file with a text field that says 1,000."""
    document = pikepdf.open(io.BytesIO(pdf))
    page = document.pages[0]
    shown = document.make_stream(
        b"/Tx BMC q BT /Helv 12 Tf 2 6 Td (1,000) Tj ET Q EMC",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, 200, 20],
    )
    widget = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="Amount", V="1,000", F=4,
            Rect=[60, 480, 260, 500], P=page.obj, AP=pikepdf.Dictionary(N=shown),
        )
    )  # fmt: skip
    page.obj.Annots = document.make_indirect(pikepdf.Array([widget]))
    document.Root.AcroForm = document.make_indirect(pikepdf.Dictionary(Fields=[widget], DA="/Helv 12 Tf 0 g"))
    return saved(document)


def saved(document: pikepdf.Pdf, **others: Any) -> bytes:
    """The document as bytes, the same every time."""
    out = io.BytesIO()
    document.save(out, deterministic_id=True, **others)
    return out.getvalue()


@cache
def elsewhere() -> bytes:
    """An ordinary document with one ordinary signature."""
    return signed_elsewhere(contract())


def judged(pdf: bytes, *, whom: Trust | None = None, at: datetime = LATER) -> Report:
    """The verdict, reached in this process by what the sandbox runs: for many files that are not bombs."""
    believed = whom or trust()
    question = Question(
        pdf=pdf,
        limits=SIGNED,
        at=at,
        signer_roots=tuple(each.dump() for each in believed.signers),
        tsa_roots=tuple(each.dump() for each in believed.tsas),
        sunsets=tuple((each.algorithm, each.at) for each in believed.sunsets.entries),
    )
    answer = msgspec.msgpack.decode(job(msgspec.msgpack.encode(question)), type=Answer)
    if answer.refusal is not None:
        return report_of(pdf, at, [reason(answer.refusal.code, answer.refusal.detail)])
    return msgspec.msgpack.decode(answer.result, type=Judged).report


def codes(report: Report) -> set[str]:
    """The codes of its reasons."""
    return {each.code for each in report.reasons}
