"""Keys of the development PKI: made, and stored as PKCS #8."""

from typing import cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

EcKey = ec.EllipticCurvePrivateKey
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
RSA_BITS = 2048


def new_authority_key() -> EcKey:
    """A key of an authority (P-384)."""
    return ec.generate_private_key(ec.SECP384R1())


def new_ec_key() -> EcKey:
    """A key of a responder, a time stamp authority or a signer (P-256)."""
    return ec.generate_private_key(ec.SECP256R1())


def new_rsa_key() -> rsa.RSAPrivateKey:
    """A signer's key of the kind that the certificates of governments have."""
    return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)


def stored(key: PrivateKey) -> bytes:
    """The key as PKCS #8 in DER, not encrypted: the file that holds it is its owner's alone."""
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def loaded(key: bytes) -> PrivateKey:
    """A stored key; an RSA key of ours is not proved to be one again, which takes longer than signing."""
    return cast(PrivateKey, serialization.load_der_private_key(key, None, unsafe_skip_rsa_key_validation=True))


def loaded_ec(key: bytes) -> EcKey:
    """A stored key on a curve."""
    return cast(EcKey, loaded(key))
