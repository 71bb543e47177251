"""Keys from files: PEM or DER certificates and keys, and PKCS#12."""

from collections.abc import Iterable

from asn1crypto import pem, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from signing.keys.profile import check_key, check_pair, ordered_chain
from signing.keys.refusals import KeyRefused
from signing.keys.signing_key import LoadedKey


def certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """Read certificates: any number in PEM, or one in DER. Raises KeyRefused `unreadable`."""
    try:
        ders = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        found = tuple(x509.Certificate.load(der, strict=True) for der in ders)
        for each in found:
            _ = each.public_key, each.not_valid_before, each.not_valid_after, each.key_usage_value  # parsed as a whole
    except (ValueError, TypeError) as error:
        raise KeyRefused("unreadable", f"no certificates: {error}") from error
    if not found:
        raise KeyRefused("unreadable", "no certificates")
    return found


def key_from_files(
    *, certificate: bytes, key: bytes, chain: Iterable[bytes] = (), password: bytes | None = None
) -> LoadedKey:
    """Read a key. `certificate`: the signer's, first; its chain may follow in the same PEM or come in `chain`.

    `key`: PKCS#8 or traditional, PEM or DER, encrypted with `password` or not. Raises KeyRefused: unreadable,
    passphrase, unsupported, key-mismatch, chain.
    """
    own, *others = certificates(certificate)
    known = [*others, *(each for data in chain for each in certificates(data))]
    return _made(_private(key, password), own, known)


def key_from_pkcs12(data: bytes, *, password: bytes | None, chain: Iterable[bytes] = ()) -> LoadedKey:
    """Read a PKCS#12 file with the key, its certificate, and the chain unless that comes in `chain`.

    Raises KeyRefused: passphrase (or a damaged file: PKCS#12 cannot tell), key-missing, unsupported, key-mismatch,
    chain.
    """
    try:
        private, own, others = pkcs12.load_key_and_certificates(data, password)
    except ValueError as error:
        raise KeyRefused("passphrase", f"the PKCS#12 file cannot be opened: {error}") from error
    if private is None or own is None:
        raise KeyRefused("key-missing", "the PKCS#12 file holds no key with its certificate")
    known = [_asn1(each.public_bytes(serialization.Encoding.DER)) for each in others]
    known += [each for extra in chain for each in certificates(extra)]
    return _made(private, _asn1(own.public_bytes(serialization.Encoding.DER)), known)


def _private(data: bytes, password: bytes | None) -> object:
    load = serialization.load_pem_private_key if pem.detect(data) else serialization.load_der_private_key
    try:
        return load(data, password)
    except TypeError as error:  # encrypted and no password, or the other way round
        raise KeyRefused("passphrase", str(error)) from error
    except ValueError as error:
        code = "passphrase" if password is not None else "unreadable"
        raise KeyRefused(code, f"the private key cannot be read: {error}") from error


def _made(private: object, own: x509.Certificate, known: Iterable[x509.Certificate]) -> LoadedKey:
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise KeyRefused("unsupported", f"a key of the kind {type(private).__name__}")
    check_key(own)
    check_pair(own, private.public_key())
    return LoadedKey(private, own, ordered_chain(own, known))


def _asn1(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der)
