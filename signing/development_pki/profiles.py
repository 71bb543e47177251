"""Certificate profiles: what stands in a certificate of each kind, so that every verifier is content with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

# Below the number that RFC 5612 sets aside for examples: whoever meets them elsewhere sees that they mean nothing.
CERTIFICATE_POLICY = "1.3.6.1.4.1.32473.10.1"
TIME_STAMP_POLICY = "1.3.6.1.4.1.32473.10.2"

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
ADOBE_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.4.1.311.10.3.12")
PKI_ORGANISATION = "Kessai Development PKI"
BACKDATED = timedelta(minutes=5)  # clocks of those who check may be slow


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose certificate it is. Everything in it can be read by whoever gets the signed document."""

    common_name: str
    organisation: str
    unit: str = ""
    email: str = ""

    @property
    def name(self) -> x509.Name:
        """The distinguished name, in UTF8String but for the country."""
        parts = [(NameOID.COUNTRY_NAME, "JP"), (NameOID.ORGANIZATION_NAME, self.organisation)]
        if self.unit:
            parts.append((NameOID.ORGANIZATIONAL_UNIT_NAME, self.unit))
        parts.append((NameOID.COMMON_NAME, self.common_name))
        return x509.Name(x509.NameAttribute(kind, value) for kind, value in parts)


@dataclass(frozen=True, kw_only=True)
class Points:
    """Where an authority says what it revoked, and gives its own certificate."""

    ocsp: str
    crl: str
    certificate: str

    @classmethod
    def of(cls, base_url: str, slug: str) -> "Points":
        """The addresses of one authority below `base_url`."""
        return cls(
            ocsp=f"{base_url}/ocsp/{slug}", crl=f"{base_url}/crl/{slug}.crl", certificate=f"{base_url}/ca/{slug}.cer"
        )


def authority(subject: x509.Name, public_key: PublicKey, *, at: datetime, until: datetime, root: bool) -> "Draft":
    """A certificate authority; only a root may have others below it."""
    draft = Draft(subject, public_key, at - timedelta(days=1), until)
    draft.add(x509.BasicConstraints(ca=True, path_length=None if root else 0), critical=True)
    draft.add(_usage("key_cert_sign", "crl_sign"), critical=True)
    return draft


def signer(subject: Subject, public_key: PublicKey, *, at: datetime, until: datetime) -> "Draft":
    """A signer of documents: 職責証明書, the platform, or one party of one contract.

    pyHanko asks for non-repudiation, NSS for e-mail protection beside document signing.
    """
    draft = Draft(subject.name, public_key, at - BACKDATED, until)
    draft.add(_usage("digital_signature", "content_commitment"), critical=True)
    draft.add(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING, ADOBE_DOCUMENT_SIGNING]),
    )
    draft.add(_policy())
    if subject.email:
        draft.add(x509.SubjectAlternativeName([x509.RFC822Name(subject.email)]))
    return draft


def time_stamp_authority(subject: x509.Name, public_key: PublicKey, *, at: datetime, until: datetime) -> "Draft":
    """A time stamp authority: time stamping is its only use, and critical (RFC 3161 2.3)."""
    draft = Draft(subject, public_key, at - BACKDATED, until)
    draft.add(_usage("digital_signature"), critical=True)
    draft.add(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    draft.add(_policy())
    return draft


def responder(subject: x509.Name, public_key: PublicKey, *, at: datetime, until: datetime) -> "Draft":
    """Who answers OCSP for an authority, and is not asked about itself (RFC 6960 4.2.2.2)."""
    draft = Draft(subject, public_key, at - timedelta(days=1), until)
    draft.add(_usage("digital_signature"), critical=True)
    draft.add(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]))
    draft.add(x509.OCSPNoCheck())
    return draft


class Draft:
    """A certificate before its issuer is known."""

    def __init__(self, subject: x509.Name, public_key: PublicKey, since: datetime, until: datetime) -> None:
        self._builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(since.replace(microsecond=0))
            .not_valid_after(until.replace(microsecond=0))
        )
        self.add(x509.SubjectKeyIdentifier.from_public_key(public_key))

    def add(self, extension: x509.ExtensionType, *, critical: bool = False) -> None:
        """Add one extension."""
        self._builder = self._builder.add_extension(extension, critical)

    def points_to(self, points: Points) -> None:
        """Say where the issuer publishes revocations and its own certificate."""
        self.add(x509.CRLDistributionPoints([x509.DistributionPoint(_address(points.crl), None, None, None)]))
        access = [
            x509.AccessDescription(AuthorityInformationAccessOID.OCSP, *_address(points.ocsp)),
            x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, *_address(points.certificate)),
        ]
        self.add(x509.AuthorityInformationAccess(access))

    def issued_by(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, digest: object) -> x509.Certificate:
        """The certificate, signed by its issuer (which may be its own subject)."""
        self.add(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()))
        return self._builder.issuer_name(name).sign(key, digest)  # type: ignore[arg-type]  # a hash, checked there


def pki_name(common_name: str) -> x509.Name:
    """The name of a part of the development PKI."""
    return Subject(common_name=common_name, organisation=PKI_ORGANISATION).name


def _usage(*on: str) -> x509.KeyUsage:
    names: Iterable[str] = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: name in on for name in names})


def _policy() -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier(CERTIFICATE_POLICY), None)])


def _address(url: str) -> list[x509.GeneralName]:
    return [x509.UniformResourceIdentifier(url)]
