"""One certificate authority: issues, revokes, publishes its CRL and answers OCSP, all at the time its clock says."""

import hashlib
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.development_pki import keys, ocsp
from signing.development_pki.errors import PkiRefused
from signing.development_pki.profiles import Draft, Points
from signing.development_pki.publication import Publication
from signing.development_pki.register import Entity, Register, Revocation, StandingCrl

DIGEST = hashes.SHA384()  # outlives SHA-256, whose end the drills declare
REASONS = {flag.value: flag for flag in x509.ReasonFlags}


class Authority:
    """One authority of the register, `slug` in its addresses."""

    def __init__(
        self,
        slug: str,
        *,
        entity: Entity,
        responder: Entity,
        register: Register,
        points: Points,
        publication: Publication,
    ) -> None:
        self.slug = slug
        self.der = entity.certificate
        self.certificate = x509.load_der_x509_certificate(entity.certificate)
        self.points = points
        self._key = keys.loaded_ec(entity.key)
        self._responder_key = keys.loaded_ec(responder.key)
        self._responder = responder.certificate
        self._register = register
        self._publication = publication
        public = self.certificate.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        name = self.certificate.subject.public_bytes()
        self._hashes = {
            algorithm: (hashlib.new(algorithm, name).digest(), hashlib.new(algorithm, public).digest())
            for algorithm in ("sha1", "sha256", "sha384", "sha512")
        }
        responder_public = x509.load_der_x509_certificate(responder.certificate).public_key()
        self._responder_id = hashlib.sha1(
            responder_public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint), usedforsecurity=False
        ).digest()

    def issue(self, draft: Draft) -> x509.Certificate:
        """Sign the draft and remember it. It never lives longer than the authority; refused as `authority-ended`."""
        draft.points_to(self.points)
        certificate = draft.issued_by(self.certificate.subject, self._key, DIGEST)
        if certificate.not_valid_after_utc > self.certificate.not_valid_after_utc:
            raise PkiRefused("authority-ended", f"{self.slug} ends before the certificate would")
        self._register.add_certificate(self.slug, certificate.serial_number, certificate.public_bytes(Encoding.DER))
        return certificate

    def revoke(self, serial: int, *, at: datetime, reason: str) -> None:
        """Revoke for ever. Refuses `unknown-certificate` and `unknown-reason`; twice is once."""
        if self._register.certificate(self.slug, serial) is None:
            raise PkiRefused("unknown-certificate", f"{self.slug} has issued nothing under serial {serial:x}")
        if reason not in REASONS:
            raise PkiRefused("unknown-reason", f"{reason!r} is none of {sorted(REASONS)}")
        self._register.revoke(self.slug, Revocation(serial=serial, at=at.replace(microsecond=0), reason=reason))

    def crl(self, now: datetime) -> bytes:
        """The CRL that stands now (DER): a new one each period and after each revocation, with a number of its own."""
        as_of = self._publication.crl_as_of(now)
        revoked = self._register.revocations(self.slug)
        last_change = max((one.at for one in revoked if one.at <= now), default=as_of)
        as_of = max(as_of, last_change)
        standing = self._register.crl(self.slug)
        if standing is not None and standing.as_of == as_of:
            return standing.der
        with self._register.alone():
            standing = self._register.crl(self.slug)
            number = standing.number + 1 if standing else 1
            made = StandingCrl(number=number, as_of=as_of, der=self._made_crl(number, as_of, revoked))
            self._register.publish(self.slug, made)
        return made.der

    def _made_crl(self, number: int, as_of: datetime, revoked: tuple[Revocation, ...]) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(as_of)
            .next_update(as_of + self._publication.crl_good_for)
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        for one in revoked:
            if one.at <= as_of:
                entry = x509.RevokedCertificateBuilder().serial_number(one.serial).revocation_date(one.at)
                if one.reason != "unspecified":  # RFC 5280 5.3.1: said by saying nothing
                    entry = entry.add_extension(x509.CRLReason(REASONS[one.reason]), critical=False)
                builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self._key, DIGEST).public_bytes(Encoding.DER)

    def answer(self, request: bytes, now: datetime) -> bytes:
        """An OCSP answer (RFC 6960), signed by the delegated responder. Unreadable questions and certificates of
        others get the unsigned answers that the RFC has for them.
        """
        try:
            asked = ocsp.read(request)
        except ValueError:
            return ocsp.MALFORMED
        if not asked.certificates or any(not self._mine(one) for one in asked.certificates):
            return ocsp.UNAUTHORIZED
        as_of = self._publication.ocsp_as_of(now)
        statuses = []
        for one in asked.certificates:
            revocation = self._register.revocation(self.slug, one.serial)
            if revocation is not None and revocation.at > now:
                revocation = None
            since = as_of if revocation is None else max(as_of, revocation.at)
            good_until = since + self._publication.ocsp_good_for
            statuses.append(ocsp.status(one, revocation, REASONS, as_of=since, good_until=good_until))
        return ocsp.answered(
            statuses,
            at=now,
            nonce=asked.nonce,
            responder_id=self._responder_id,
            responder=self._responder,
            key=self._responder_key,
        )

    def _mine(self, one: ocsp.Asked) -> bool:
        mine = self._hashes.get(one.algorithm)
        return mine == (one.name_hash, one.key_hash) and self._register.certificate(self.slug, one.serial) is not None
