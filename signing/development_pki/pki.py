"""The development PKI as an object: founded in an empty folder, found again in a used one."""

import os
import secrets
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from domain.clock import Clock
from signing.development_pki import profiles
from signing.development_pki.authorities import Authorities
from signing.development_pki.authority import Authority
from signing.development_pki.credentials import SUBJECTS, Credential, Credentials
from signing.development_pki.errors import PkiRefused
from signing.development_pki.generations import Generation, Generations
from signing.development_pki.profiles import PublicKey, Subject
from signing.development_pki.publication import Publication
from signing.development_pki.register import Register

YEAR = timedelta(days=365.25)
ROOT, ISSUING = "signers-root", "signers"
ROOT_LIVES, ISSUING_LIVES = 60 * YEAR, 45 * YEAR
ISSUED_FOR_MAX = 5 * YEAR
SIGNERS, TSAS = "signers", "tsas"  # folders below trust/


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A certificate and what is above it, issuer first and root last (DER)."""

    certificate: bytes
    chain: tuple[bytes, ...]


class DevelopmentPki:
    """One PKI in one folder (0700). Its time is the clock's: what it has at ten years from now it makes then."""

    def __init__(self, folder: Path, *, base_url: str, clock: Clock, publication: Publication | None = None) -> None:
        """Open or found it. `base_url` counts when it is founded; refused as `moved` when it differs later, because
        the addresses stand in certificates.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.folder = folder
        self.clock = clock
        for part in (self.trust_folder, self.trust_folder / SIGNERS, self.trust_folder / TSAS):
            part.mkdir(mode=0o700, exist_ok=True)
        self._register = Register(folder / "register.sqlite")
        self.base_url = self._register.note("base-url", base_url.rstrip("/"))
        if self.base_url != base_url.rstrip("/"):
            raise PkiRefused("moved", f"the certificates point to {self.base_url}, not to {base_url}")
        self._authorities = Authorities(
            self._register, base_url=self.base_url, publication=publication or Publication()
        )
        now = clock.now()
        self.root = self._authorities.found(ROOT, "Development Signer Root", at=now, lives=ROOT_LIVES)
        self._issuing = self._authorities.found(
            ISSUING, "Development Signer CA", at=now, lives=ISSUING_LIVES, parent=ROOT
        )
        self._chain = (self._issuing.der, self.root.der)
        self._credentials = Credentials(self._register, self._issuing, self._chain)
        self._generations = Generations(self._register, self._authorities)
        self.token = self._secret("token")
        self.password = self._secret("pkcs12-password")
        self._exported: set[str] = set()
        self.refresh()

    @property
    def trust_folder(self) -> Path:
        """`signers/*.pem` and `tsas/*.pem` below it are trust anchors; a generation's is there before its tokens."""
        return self.folder / "trust"

    @property
    def signer_roots(self) -> tuple[bytes, ...]:
        """The trust anchors of signers (DER)."""
        return (self.root.der,)

    @property
    def tsa_roots(self) -> tuple[bytes, ...]:
        """The trust anchors of all generations of the time stamp authority so far (DER)."""
        return tuple(self._generations.root(one.number).der for one in self._generations.all())

    def issue(self, public_key: PublicKey, *, subject: Subject, lives: timedelta) -> Issued:
        """A signer's certificate from now on. Refuses `too-long`: five years at most, one second at least."""
        if not timedelta(seconds=1) <= lives <= ISSUED_FOR_MAX:
            raise PkiRefused("too-long", f"a certificate lives {ISSUED_FOR_MAX.days} days at most, not {lives}")
        now = self.clock.now()
        draft = profiles.signer(subject, public_key, at=now, until=now + lives)
        encoded = self._issuing.issue(draft).public_bytes(Encoding.DER)
        return Issued(certificate=encoded, chain=self._chain)

    def credential(self, name: str) -> Credential:
        """The `platform` or the `prefecture` as they stand now; made anew a year before they end, or when revoked."""
        return self._credentials.get(name, self.clock.now())

    def revoke(self, certificate: bytes, *, reason: str = "keyCompromise") -> None:
        """Revoke a certificate (DER) of ours from now on. Refuses `unknown-certificate`, `unknown-reason`."""
        parsed = x509.load_der_x509_certificate(certificate)
        for authority in self._all_authorities():
            if parsed.issuer == authority.certificate.subject and parsed.issuer != parsed.subject:
                authority.revoke(parsed.serial_number, at=self.clock.now(), reason=reason)
                return
        raise PkiRefused("unknown-certificate", "none of our authorities has issued it")

    def ocsp(self, slug: str, request: bytes) -> bytes:
        """The answer of an authority's responder (DER). Refuses `unknown-authority`."""
        return self._authorities.get(slug).answer(request, self.clock.now())

    def crl(self, slug: str) -> bytes:
        """An authority's CRL (DER). Refuses `unknown-authority`."""
        return self._authorities.get(slug).crl(self.clock.now())

    def certificate(self, slug: str) -> bytes:
        """An authority's own certificate (DER). Refuses `unknown-authority`."""
        return self._authorities.get(slug).der

    def stamp(self, request: bytes, *, generation: int | None = None) -> bytes:
        """A time stamp response (DER) by the generation of the day, or by one that was named. Refuses
        `unknown-generation`.
        """
        now = self.clock.now()
        one = self.generation() if generation is None else self._generations.get(generation)
        if one is None:
            raise PkiRefused("unknown-generation", f"there is no generation {generation}")
        return one.authority.answer(request, now)

    def generation(self) -> Generation:
        """The generation of the time stamp authority that makes tokens now."""
        one = self._generations.at(self.clock.now())
        self._export_root(one)
        return one

    def refresh(self) -> None:
        """Write what others read as files: trust anchors, and the credentials as PKCS #12."""
        self._export(f"trust/{SIGNERS}/signers-root.pem", self.root.certificate.public_bytes(Encoding.PEM))
        self.generation()
        for one in self._generations.all():
            self._export_root(one)
        for name in SUBJECTS:
            credential = self.credential(name)
            self._export(f"{name}.p12", credential.pkcs12(self.password), version=credential.certificate)

    def close(self) -> None:
        """Close the register."""
        self._register.close()

    def _all_authorities(self) -> tuple[Authority, ...]:
        return (self.root, self._issuing, *(self._generations.root(one.number) for one in self._generations.all()))

    def _secret(self, name: str) -> str:
        value = self._register.note(name, secrets.token_urlsafe(32))
        _write(self.folder / name, value.encode())
        return value

    def _export_root(self, one: Generation) -> None:
        root = self._generations.root(one.number)
        self._export(f"trust/{TSAS}/tsa-{one.number}-root.pem", root.certificate.public_bytes(Encoding.PEM))

    def _export(self, name: str, content: bytes, *, version: bytes = b"") -> None:
        """Write a file once per process and version (an encrypted file never has the same bytes twice)."""
        mark = f"{name} {version.hex()}"
        if mark not in self._exported:
            _write(self.folder / name, content)
            self._exported.add(mark)


def _write(file: Path, content: bytes) -> None:
    """Replace the file (0600) in one step."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
