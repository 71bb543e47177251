"""Credentials with a key: the platform's and the prefecture's, made anew before they end."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption as Encryption
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from signing.development_pki import keys, profiles
from signing.development_pki.authority import Authority
from signing.development_pki.errors import PkiRefused
from signing.development_pki.profiles import Subject
from signing.development_pki.register import Entity, Register

SUBJECTS = {
    "platform": Subject(common_name="電子契約サービス(開発用)", organisation="決裁(開発用)"),
    "prefecture": Subject(common_name="知事(開発用)", organisation="県(デモ)", unit="総務部"),
}
LIVES = timedelta(days=3 * 365)
RENEWED_BEFORE = timedelta(days=365)  # what is signed now can still be checked and augmented at leisure
PREFIX = "credential-"


@dataclass(frozen=True, kw_only=True)
class Credential:
    """A certificate (DER) with its key (PKCS #8, DER) and the chain above it, issuer first."""

    name: str
    certificate: bytes
    chain: tuple[bytes, ...]
    key: bytes = field(repr=False)

    @property
    def not_after(self) -> datetime:
        """When the certificate ends."""
        return x509.load_der_x509_certificate(self.certificate).not_valid_after_utc

    def pkcs12(self, password: str) -> bytes:
        """The same as one PKCS #12 file."""
        return pkcs12.serialize_key_and_certificates(
            self.name.encode(),
            keys.loaded(self.key),
            x509.load_der_x509_certificate(self.certificate),
            [x509.load_der_x509_certificate(one) for one in self.chain],
            Encryption(password.encode()),
        )


class Credentials:
    """The named credentials of one register."""

    def __init__(self, register: Register, issuer: Authority, chain: tuple[bytes, ...]) -> None:
        self._register = register
        self._issuer = issuer
        self._chain = chain

    def get(self, name: str, now: datetime) -> Credential:
        """The credential, made if there is none that is good for another while; refused as `unknown-credential`."""
        if name not in SUBJECTS:
            raise PkiRefused("unknown-credential", f"there is no credential {name!r}")
        with self._register.alone():
            entity = self._register.entity(PREFIX + name)
            if entity is None or self._ends_soon(entity, now):
                entity = self._make(name, now)
        return Credential(name=name, certificate=entity.certificate, chain=self._chain, key=entity.key)

    def _ends_soon(self, entity: Entity, now: datetime) -> bool:
        serial = x509.load_der_x509_certificate(entity.certificate).serial_number
        revoked = self._register.revocation(self._issuer.slug, serial)
        return revoked is not None or now >= entity.made_at + LIVES - RENEWED_BEFORE

    def _make(self, name: str, now: datetime) -> Entity:
        key = keys.new_rsa_key()
        draft = profiles.signer(SUBJECTS[name], key.public_key(), at=now, until=now + LIVES)
        encoded = self._issuer.issue(draft).public_bytes(Encoding.DER)
        entity = Entity(name=PREFIX + name, key=keys.stored(key), certificate=encoded, made_at=now)
        self._register.keep(entity)
        return entity
