"""A small world to sign in: a CA, signers of every kind of key, a time-stamping authority, a two-page contract."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

import pylopdf_fonts_jp
import typst
from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.keys import LoadedKey
from signing.pades import PartyField

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BOXES = ((60, 90, 180, 150), (200, 90, 320, 150), (340, 90, 460, 150), (60, 20, 180, 80), (200, 20, 320, 80))

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
USAGES = [
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
]


@cache
def private_key(kind: str, number: int = 0) -> Private:
    """A key of a kind (rsa2048, rsa3072, p256, p384 …), made once for each number."""
    del number
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    curve: ec.EllipticCurve = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}[kind]
    return ec.generate_private_key(curve)


def certificate(
    name: str,
    key: Private,
    issuer: x509.Certificate | None,
    issuer_key: Private,
    *,
    usage: tuple[str, ...] = ("digital_signature", "content_commitment"),
    ca: bool = False,
    purpose: x509.ObjectIdentifier | None = None,
    since: datetime = datetime(2026, 4, 1, tzinfo=UTC),
    until: datetime = datetime(2029, 3, 31, tzinfo=UTC),
) -> x509.Certificate:
    """A certificate; without an issuer, by itself."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "青空県"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(x509.KeyUsage(**{each: each in usage for each in USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if purpose is not None:
        built = built.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    return built.sign(issuer_key, hashes.SHA256())


def asn1(found: x509.Certificate) -> asn1_x509.Certificate:
    """The same certificate as asn1crypto reads it."""
    return asn1_x509.Certificate.load(found.public_bytes(serialization.Encoding.DER))


def private_pem(key: Private, password: bytes | None = None) -> bytes:
    """A key as PKCS#8 in PEM."""
    sealing = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealing)


def public_pem(*found: x509.Certificate) -> bytes:
    """Certificates in PEM."""
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in found)


@dataclass
class World:
    """A root, a CA under it, and what they issue."""

    root_key: Private = field(default_factory=lambda: private_key("p256", 1))
    ca_key: Private = field(default_factory=lambda: private_key("p256", 2))

    def __post_init__(self) -> None:
        years = {"since": datetime(2020, 1, 1, tzinfo=UTC), "until": datetime(2045, 1, 1, tzinfo=UTC)}
        authority: Any = {"usage": ("key_cert_sign", "crl_sign"), "ca": True, **years}
        self.root = certificate("ルート認証局", self.root_key, None, self.root_key, **authority)
        self.ca = certificate("組織認証局", self.ca_key, self.root, self.root_key, **authority)

    @property
    def chain(self) -> tuple[asn1_x509.Certificate, ...]:
        """Issuer and root."""
        return asn1(self.ca), asn1(self.root)

    def issued(self, name: str, key: Private, **others: Any) -> x509.Certificate:
        """A signer's certificate."""
        return certificate(name, key, self.ca, self.ca_key, **others)

    def signer(self, name: str, kind: str = "p256", number: int = 10, **others: Any) -> LoadedKey:
        """A signer's key in memory."""
        key = private_key(kind, number)
        return LoadedKey(key, asn1(self.issued(name, key, **others)), self.chain)

    def time_stamps(self, kind: str = "p256", **others: Any) -> "Stamps":
        """A time-stamping authority under the same root."""
        key = private_key(kind, 3)
        purpose = {"usage": ("digital_signature",), "purpose": ExtendedKeyUsageOID.TIME_STAMPING}
        return Stamps(key, asn1(self.issued("時刻認証局", key, **purpose, **others)), self.chain)


@dataclass
class Stamps:
    """A time-stamping authority in this very process, whose clock stands at `at`."""

    key: Private
    certificate: asn1_x509.Certificate
    chain: tuple[asn1_x509.Certificate, ...]
    at: datetime = NOW
    asked: int = 0

    async def stamp(self, digest: bytes, algorithm: str) -> cms.ContentInfo:
        """A token over a digest."""
        self.asked += 1
        return self._token(digest, algorithm)

    def _token(self, digest: bytes, algorithm: str) -> cms.ContentInfo:
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.2.392.200110.1.999.2",
                "message_imprint": {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest},
                "serial_number": secrets.randbits(63),
                "gen_time": self.at,
            }
        )
        attributes = self._attributes(info.dump())
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier({"issuer_and_serial_number": self._identity()}),
                "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": "sha256_ecdsa" if self._elliptic else "sha256_rsa"},
                "signature": self._signature(attributes.untag().dump()),
            }
        )
        data = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info.dump())},
                "certificates": [self.certificate, *self.chain],
                "signer_infos": [signer],
            }
        )
        return cms.ContentInfo({"content_type": "signed_data", "content": data})

    @property
    def _elliptic(self) -> bool:
        return isinstance(self.key, ec.EllipticCurvePrivateKey)

    def _attributes(self, info: bytes) -> cms.CMSAttributes:
        hashed = tsp.ESSCertIDv2({"cert_hash": sha256(self.certificate.dump()).digest()})
        return cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                cms.CMSAttribute({"type": "message_digest", "values": [sha256(info).digest()]}),
                cms.CMSAttribute(
                    {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [hashed]})]}
                ),
            ]
        )

    def _identity(self) -> cms.IssuerAndSerialNumber:
        return cms.IssuerAndSerialNumber(
            {"issuer": self.certificate.issuer, "serial_number": self.certificate.serial_number}
        )

    def _signature(self, data: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


CONTRACT = """
#set document(title: "業務委託契約書", author: "青空県", date: datetime(year: 2026, month: 11, day: 21))
#set page(paper: "a4")
#set text(font: "Noto Sans JP", lang: "ja", region: "jp", fallback: false)
= 業務委託契約書
青空県(以下「甲」という。)と受注者(以下「乙」という。)は、次の条項により契約を締結する。
#for i in range(1, 21) [
  == 第#(i)条
  乙は、仕様書に従い、誠実に業務を行うものとする。#lorem(60)
]
"""
SEAL = """
#set page(width: 24mm, height: 24mm, margin: 0pt, fill: none)
#set text(font: "Noto Serif JP", fill: rgb("#c81e1e"), size: 15pt, lang: "ja", fallback: false)
#place(center + horizon, circle(radius: 10.5mm, stroke: 1.4pt + rgb("#c81e1e"), [甲乙]))
"""


@cache
def typeset(source: str, *standards: Any) -> bytes:
    """A PDF/A set by typst with the fonts that come with us."""
    fonts = [str(each) for each in pylopdf_fonts_jp.__path__]
    compile_document: Any = typst.compile  # its own types want literals
    compiled = compile_document(
        source.encode(), font_paths=fonts, ignore_system_fonts=True, pdf_standards=list(standards), timestamp=0
    )
    assert isinstance(compiled, bytes)
    return compiled


def contract() -> bytes:
    """A two-page contract, PDF/A-3a and PDF/UA-1."""
    return typeset(CONTRACT, "a-3a", "ua-1")


def seal() -> bytes:
    """A round seal on one small page."""
    return typeset(SEAL, "a-3b")


def parties(count: int, *, visible: bool = True) -> tuple[PartyField, ...]:
    """The fields of `count` parties, on the first page."""
    return tuple(
        PartyField(
            name=f"Party{number}",
            label=f"当事者{number}の電子署名",
            page=0 if visible else None,
            box=BOXES[number - 1] if visible else None,
        )
        for number in range(1, count + 1)
    )
