"""The seal over a signer's instruction holds for exactly that instruction, and only with a key that is trusted."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.detached import Signer, Verifier
from signing.sealed_instructions import SealRefused, sealed, verify

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
API = Signer("envelope-1", KEY)
TRUSTED = Verifier({"envelope-1": KEY.public_key()})
GIVEN = {"number": "R8-000001", "party": 1, "document": "a" * 64, "session": "b" * 64, "statement": "同意します。"}


def test_what_the_api_sealed_is_believed() -> None:
    verify(TRUSTED, sealed(API, **GIVEN), **GIVEN)  # type: ignore[arg-type]  # one of each kind


@pytest.mark.parametrize(("name", "value"), [
    ("number", "R8-000002"), ("party", 2), ("document", "c" * 64), ("session", "d" * 64),
    ("statement", "同意しません。"),
])  # fmt: skip
def test_it_holds_for_no_other_instruction(name: str, value: object) -> None:
    with pytest.raises(SealRefused):
        verify(TRUSTED, sealed(API, **GIVEN), **{**GIVEN, name: value})  # type: ignore[arg-type]  # one of each kind


@pytest.mark.parametrize(
    "seal", ["", ":", "envelope-1:", "envelope-1:AAAA", "envelope-1:?", "契約:契約", "envelope-2:" + "A" * 88]
)
def test_what_is_no_seal_is_refused(seal: str) -> None:
    with pytest.raises(SealRefused):
        verify(TRUSTED, seal, **GIVEN)  # type: ignore[arg-type]  # one of each kind


def test_a_key_of_ones_own_seals_nothing() -> None:
    forger = Signer("envelope-1", Ed25519PrivateKey.generate())
    with pytest.raises(SealRefused):
        verify(TRUSTED, sealed(forger, **GIVEN), **GIVEN)  # type: ignore[arg-type]  # one of each kind
