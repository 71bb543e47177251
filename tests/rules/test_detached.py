"""Detached signatures: what verifies, and everything that does not."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.detached import Signature, SignatureRefused, Signer, Verifier

OLD, NEW, STRANGER = (Ed25519PrivateKey.generate() for _ in range(3))


@pytest.fixture
def verifier() -> Verifier:
    return Verifier({"2026-04": OLD.public_key(), "2026-10": NEW.public_key()})


@pytest.mark.parametrize(("key_id", "key"), [("2026-04", OLD), ("2026-10", NEW)])
@pytest.mark.parametrize("data", [b"", b"\x00", "決裁".encode() * 1000])
def test_what_a_trusted_key_signed_verifies_before_and_after_rotation(
    verifier: Verifier, key_id: str, key: Ed25519PrivateKey, data: bytes
) -> None:
    signature = Signer(key_id, key).sign(data)
    assert signature.key_id == key_id
    verifier.verify(data, signature)


def test_one_changed_bit_anywhere_is_refused(verifier: Verifier) -> None:
    data = b"approve R8-000123"
    signature = Signer("2026-10", NEW).sign(data)
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SignatureRefused):
            verifier.verify(bytes(changed), signature)
    for bit in range(len(signature.value) * 8):
        value = bytearray(signature.value)
        value[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SignatureRefused):
            verifier.verify(data, Signature(key_id="2026-10", value=bytes(value)))


def test_a_key_is_chosen_by_its_id_only(verifier: Verifier) -> None:
    signature = Signer("2026-10", NEW).sign(b"x")
    with pytest.raises(SignatureRefused, match="not over these bytes"):
        verifier.verify(b"x", Signature(key_id="2026-04", value=signature.value))


def test_a_stranger_is_refused_under_his_own_id_and_under_ours(verifier: Verifier) -> None:
    for key_id in ("stranger", "2026-10", ""):
        with pytest.raises(SignatureRefused):
            verifier.verify(b"x", Signature(key_id=key_id, value=STRANGER.sign(b"x")))


@pytest.mark.parametrize("value", [b"", b"\x00" * 63, b"\x00" * 64, b"\x00" * 65])
def test_a_signature_of_the_wrong_length_or_of_zeros_is_refused(verifier: Verifier, value: bytes) -> None:
    with pytest.raises(SignatureRefused):
        verifier.verify(b"x", Signature(key_id="2026-10", value=value))


def test_without_trusted_keys_everything_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="no trusted key"):
        Verifier({}).verify(b"x", Signer("2026-10", NEW).sign(b"x"))


def test_a_retired_key_no_longer_verifies() -> None:
    signature = Signer("2026-04", OLD).sign(b"x")
    with pytest.raises(SignatureRefused, match="no trusted key"):
        Verifier({"2026-10": NEW.public_key()}).verify(b"x", signature)


def test_the_private_key_is_not_shown() -> None:
    secret = OLD.private_bytes_raw()
    shown = repr(Signer("2026-04", OLD)) + str(vars(Signer("2026-04", OLD)))
    assert secret.hex() not in shown
    assert repr(secret) not in shown


def test_a_signer_needs_a_key_id() -> None:
    with pytest.raises(ValueError, match="id"):
        Signer("", OLD)
