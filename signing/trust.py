"""Trust: whose certificates end a chain, for signers and for time stamp authorities, and how long algorithms hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import algos, keys, pem, x509
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, AlgorithmUsagePolicy

WEAK_FROM_THE_START = frozenset({"md2", "md5", "sha1"})
RSA_BITS_MIN = 2048


class TrustRefused(Exception):
    """Trust anchors that cannot be used; `code` is `no-anchor` or `unreadable-anchor`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Sunset:
    """From `at` on a signature or a time stamp made with `algorithm` (a hash: sha256 …) shows nothing any more."""

    algorithm: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Sunsets:
    """The dated policy of algorithms; what is not named has no end that anybody has announced."""

    entries: tuple[Sunset, ...] = ()

    def of(self, algorithm: str) -> datetime | None:
        """When the algorithm ends; None where no end is known."""
        return min((one.at for one in self.entries if one.algorithm == algorithm), default=None)

    def holds(self, algorithm: str, at: datetime) -> bool:
        """Whether the algorithm still shows something at `at`."""
        end = self.of(algorithm)
        return algorithm not in WEAK_FROM_THE_START and (end is None or at < end)

    def strongest(self, algorithms: Iterable[str], at: datetime) -> str:
        """The one that holds longest at `at`; of several without an end the first. Raises ValueError if none does."""
        holding = [one for one in algorithms if self.holds(one, at)]
        return max(holding, key=lambda one: self.of(one) or datetime.max.replace(tzinfo=UTC))

    @property
    def usage_policy(self) -> AlgorithmUsagePolicy:
        """The same as pyHanko's validation asks for it."""
        return DatedPolicy(self)


class DatedPolicy(AlgorithmUsagePolicy):
    """Judges each algorithm at the time from which something is shown to have existed."""

    def __init__(self, sunsets: Sunsets) -> None:
        self._sunsets = sunsets

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        return self._judged(algo["algorithm"].native, moment)

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        if public_key is not None and public_key.algorithm == "rsa" and public_key.bit_size < RSA_BITS_MIN:
            return AlgorithmUsageConstraint(allowed=False, failure_reason=f"RSA with {public_key.bit_size} bits")
        try:
            digest = algo.hash_algo
        except ValueError:  # Ed25519 and RSASSA-PSS name theirs elsewhere
            return AlgorithmUsageConstraint(allowed=True)
        return self._judged(digest, moment)

    def _judged(self, algorithm: str, moment: datetime | None) -> AlgorithmUsageConstraint:
        end = self._sunsets.of(algorithm)
        if algorithm in WEAK_FROM_THE_START:
            return AlgorithmUsageConstraint(allowed=False, failure_reason=f"{algorithm} shows nothing")
        if end is None or (moment is not None and moment < end):
            return AlgorithmUsageConstraint(allowed=True, not_allowed_after=end)
        return AlgorithmUsageConstraint(
            allowed=False, not_allowed_after=end, failure_reason=f"{algorithm} ended at {end.isoformat()}"
        )


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Everything a verdict depends on besides the document and the time."""

    signers: tuple[x509.Certificate, ...]
    tsas: tuple[x509.Certificate, ...]
    sunsets: Sunsets = Sunsets()

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        """All anchors."""
        return (*self.signers, *self.tsas)

    @classmethod
    def of(cls, signers: Iterable[bytes], tsas: Iterable[bytes], *, sunsets: Sunsets | None = None) -> "Trust":
        """From certificates in PEM (any number each) or DER. Raises TrustRefused."""
        found = (tuple(_certificates(signers)), tuple(_certificates(tsas)))
        return cls(signers=found[0], tsas=found[1], sunsets=sunsets or Sunsets())


class TrustFiles:
    """Trust from files, or folders of `*.pem`: read again when they change, for anchors are added over the years."""

    def __init__(self, signers: Iterable[Path], tsas: Iterable[Path], *, sunsets: Sunsets | None = None) -> None:
        self._signers = tuple(signers)
        self._tsas = tuple(tsas)
        self._sunsets = sunsets or Sunsets()
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._trust: Trust | None = None

    def now(self) -> Trust:
        """What is trusted as of now. Raises TrustRefused."""
        files = (_files(self._signers), _files(self._tsas))
        seen = tuple((str(file), (at := file.stat()).st_mtime_ns, at.st_size) for kind in files for file in kind)
        if self._trust is None or seen != self._seen:
            read = [[file.read_bytes() for file in kind] for kind in files]
            self._trust, self._seen = Trust.of(*read, sunsets=self._sunsets), seen
        return self._trust


def _files(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("*.pem")) if path.is_dir() else [path]
    missing = [str(file) for file in found if not file.is_file()]
    if missing:
        raise TrustRefused("no-anchor", f"there is no {', '.join(missing)}")
    return tuple(found)


def _certificates(contents: Iterable[bytes]) -> Iterable[x509.Certificate]:
    for content in contents:
        try:
            if not pem.detect(content):
                yield x509.Certificate.load(content, strict=True)
                continue
            for kind, _, encoded in pem.unarmor(content, multiple=True):
                if kind == "CERTIFICATE":
                    yield x509.Certificate.load(encoded, strict=True)
        except ValueError as error:
            raise TrustRefused("unreadable-anchor", f"not a certificate: {error}") from error
