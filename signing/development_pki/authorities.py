"""The authorities by name: founded when first needed, the same ever after."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.development_pki import keys, profiles
from signing.development_pki.authority import DIGEST, Authority
from signing.development_pki.errors import PkiRefused
from signing.development_pki.profiles import Draft, Points
from signing.development_pki.publication import Publication
from signing.development_pki.register import Entity, Register

RESPONDER = "-ocsp"
AUTHORITY = "authority-"


class Authorities:
    """The authorities of one register. Their addresses begin with `base_url` for ever: they stand in certificates."""

    def __init__(self, register: Register, *, base_url: str, publication: Publication) -> None:
        self._register = register
        self._base_url = base_url
        self._publication = publication
        self._known: dict[str, Authority] = {}

    def get(self, slug: str) -> Authority:
        """The authority of that name; refused as `unknown-authority`."""
        if slug not in self._known:
            entity = self._register.entity(AUTHORITY + slug)
            responder = self._register.entity(AUTHORITY + slug + RESPONDER)
            if entity is None or responder is None:
                raise PkiRefused("unknown-authority", f"there is no authority {slug!r}")
            self._known[slug] = Authority(
                slug,
                entity=entity,
                responder=responder,
                register=self._register,
                points=Points.of(self._base_url, slug),
                publication=self._publication,
            )
        return self._known[slug]

    def found(self, slug: str, name: str, *, at: datetime, lives: timedelta, parent: str | None = None) -> Authority:
        """Give the authority `slug`, founding it if it is not there: a root, or below `parent`."""
        with self._register.alone():
            if self._register.entity(AUTHORITY + slug) is None:
                self._found(slug, name, at=at, lives=lives, parent=parent)
        return self.get(slug)

    def _found(self, slug: str, name: str, *, at: datetime, lives: timedelta, parent: str | None) -> None:
        key = keys.new_authority_key()
        subject = profiles.pki_name(name)
        draft = profiles.authority(subject, key.public_key(), at=at, until=at + lives, root=parent is None)
        certificate = draft.issued_by(subject, key, DIGEST) if parent is None else self.get(parent).issue(draft)
        self._keep(AUTHORITY + slug, key, certificate, at)
        answering = keys.new_ec_key()
        responder: Draft = profiles.responder(
            profiles.pki_name(f"{name} OCSP"), answering.public_key(), at=at, until=at + lives
        )
        self._keep(AUTHORITY + slug + RESPONDER, answering, responder.issued_by(subject, key, DIGEST), at)

    def _keep(self, name: str, key: keys.EcKey, certificate: x509.Certificate, at: datetime) -> None:
        encoded = certificate.public_bytes(Encoding.DER)
        self._register.keep(Entity(name=name, key=keys.stored(key), certificate=encoded, made_at=at))
