"""The profile of a signer's certificate: a real signing key, for signatures, in its time, with a chain up to a root."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import Certificate, load_der_x509_certificate

from signing.keys.refusals import KeyRefused

RSA_BITS_MIN = 2048
CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
CHAIN_MAX = 8


def check_profile(certificate: x509.Certificate, chain: Sequence[x509.Certificate], *, at: datetime) -> None:
    """Refuse a certificate that could not make a lasting signature at `at` (aware).

    Raises KeyRefused: unsupported (key), key-usage (not for non-repudiation, or a CA's), chain (does not lead by valid
    signatures, issuer by issuer, to a self-signed root), not-yet-valid, expired (it or any of its chain).
    """
    check_key(certificate)
    check_usage(certificate)
    check_chain(certificate, chain)
    check_validity(certificate, chain, at=at)


def check_key(certificate: x509.Certificate) -> None:
    """Refuse a key that is no RSA key of 2048 bits or more, and on none of the NIST curves."""
    public = certificate.public_key
    if public.algorithm == "rsa":
        if public.bit_size < RSA_BITS_MIN:
            raise KeyRefused("unsupported", f"an RSA key of {public.bit_size} bits")
    elif public.algorithm != "ec" or public.curve[1] not in CURVES:
        raise KeyRefused("unsupported", f"a key of the kind {public.algorithm}")


def check_usage(certificate: x509.Certificate) -> None:
    """Refuse a certificate that is not for non-repudiation (contentCommitment, RFC 5280 §4.2.1.3), or is a CA's."""
    usage = certificate.key_usage_value
    if usage is None or "non_repudiation" not in usage.native:
        raise KeyRefused("key-usage", f"{_name(certificate)} has no key usage nonRepudiation")
    if certificate.ca:
        raise KeyRefused("key-usage", f"{_name(certificate)} is a certificate of a CA")


def check_chain(certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
    """Refuse a chain whose every certificate is not issued by the next, the last by itself."""
    if not chain:
        raise KeyRefused("chain", f"{_name(certificate)} comes without its issuer's certificate")
    path = [_loaded(each) for each in (certificate, *chain)]
    for subject, issuer in zip(path, [*path[1:], path[-1]], strict=True):
        try:
            subject.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as error:
            detail = f"{subject.subject.rfc4514_string()} was not issued by {issuer.subject.rfc4514_string()}"
            raise KeyRefused("chain", detail) from error


def check_validity(certificate: x509.Certificate, chain: Sequence[x509.Certificate], *, at: datetime) -> None:
    """Refuse when `at` (aware) is outside the validity of the certificate or of any of its chain."""
    for each in (certificate, *chain):
        if at < each.not_valid_before:
            raise KeyRefused("not-yet-valid", f"{_name(each)} is valid from {each.not_valid_before.isoformat()}")
        if at > each.not_valid_after:
            raise KeyRefused("expired", f"{_name(each)} was valid until {each.not_valid_after.isoformat()}")


def check_pair(certificate: x509.Certificate, public: object) -> None:
    """Refuse a private key whose public half (of `cryptography`) is not the certificate's."""
    if public != _loaded(certificate).public_key():
        raise KeyRefused("key-mismatch", f"the private key is not that of {_name(certificate)}")


def ordered_chain(certificate: x509.Certificate, known: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Give issuer … root out of `known`, in whatever order. Raises KeyRefused `chain` where one is missing."""
    by_subject = {each.subject.dump(): each for each in known}
    chain: list[x509.Certificate] = []
    last = certificate
    while last.subject.dump() != last.issuer.dump():
        issuer = by_subject.get(last.issuer.dump())
        if issuer is None or len(chain) == CHAIN_MAX:
            raise KeyRefused("chain", f"the certificate of {last.issuer.human_friendly} is missing")
        chain.append(issuer)
        last = issuer
    return tuple(chain)


def public_key(certificate: x509.Certificate) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    """The certificate's public key. Raises KeyRefused `unsupported`."""
    found = _loaded(certificate).public_key()
    if not isinstance(found, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise KeyRefused("unsupported", f"a key of the kind {type(found).__name__}")
    return found


def _loaded(certificate: x509.Certificate) -> Certificate:
    try:
        return load_der_x509_certificate(certificate.dump())
    except ValueError as error:
        raise KeyRefused("unreadable", f"a certificate: {error}") from error


def _name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.human_friendly)
