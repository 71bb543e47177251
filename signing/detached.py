"""Detached signatures: Ed25519 over bytes, with the id of the key beside the signature so that keys can be rotated."""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE_BYTES = 64


class SignatureRefused(Exception):
    """The one error of verification; the message is a diagnostic for people and holds neither data nor keys."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A signature (64 bytes, RFC 8032) and the id of the key that made it."""

    key_id: str
    value: bytes


class Signer:
    """Signs with one private key."""

    def __init__(self, key_id: str, private_key: Ed25519PrivateKey) -> None:
        if not key_id:
            raise ValueError("a signing key needs an id")
        self.key_id = key_id
        self._private_key = private_key

    def sign(self, data: bytes) -> Signature:
        """Sign exactly these bytes. They say themselves what they are for, or a signature could serve twice."""
        return Signature(key_id=self.key_id, value=self._private_key.sign(data))


class Verifier:
    """Verifies with any of several public keys, chosen by id only: a signature is never tried against another key."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey]) -> None:
        self._keys = dict(keys)

    @property
    def key_ids(self) -> frozenset[str]:
        """The ids of the keys that are trusted; with none, everything is refused."""
        return frozenset(self._keys)

    def verify(self, data: bytes, signature: Signature) -> None:
        """Raise `SignatureRefused` unless `signature` was made over exactly `data` by the key it names."""
        key = self._keys.get(signature.key_id)
        if key is None:
            raise SignatureRefused(f"no trusted key has the id {signature.key_id!r}")
        if len(signature.value) != SIGNATURE_BYTES:
            raise SignatureRefused(f"a signature has {SIGNATURE_BYTES} bytes, this one has {len(signature.value)}")
        try:
            key.verify(signature.value, data)
        except InvalidSignature as error:
            raise SignatureRefused(f"the signature by key {signature.key_id!r} is not over these bytes") from error
