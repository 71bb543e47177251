"""Keys on a PKCS#11 token: one session a process, one call at a time; the token is given digests only."""

import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import new
from pathlib import Path
from threading import Lock
from typing import Any

import pkcs11
from asn1crypto import algos, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ecdsa_signature

from signing.keys.files import certificates
from signing.keys.profile import check_key, ordered_chain, public_key
from signing.keys.refusals import KeyRefused
from signing.keys.signing_key import HASHES

KINDS = {KeyType.RSA: "rsa", KeyType.EC: "ec"}
CHALLENGE = b"Kessai: does this key belong to its certificate?"


class Token:
    """A token in a slot of a module, opened with the user's PIN; opened again after it failed.

    SoftHSM2 answers `GeneralError` now and then when two sessions sign at once, and many cards have room for one
    session: so one session, and a lock. The module reads its own settings (SOFTHSM2_CONF) when it is first loaded.
    """

    def __init__(self, *, module: Path, label: str, pin: str) -> None:
        """Open it. Raises KeyRefused: module, token-missing, pin-wrong, pin-locked, token-failed."""
        self._module = module
        self._label = label
        self._pin = pin
        self._lock = Lock()
        self._process = os.getpid()
        self._session: Any = None
        with self._lock:
            self._opened()

    def key(self, *, label: str, chain: Iterable[bytes] = (), certificate: bytes | None = None) -> "TokenKey":
        """Find the private key `label`, and its certificate of the same label unless that is given.

        `chain`: issuer … root in any order (PEM or DER), added to the certificates on the token. Raises KeyRefused:
        key-missing, key-mismatch, unsupported, unreadable, chain, token-failed.
        """
        with self._lock:
            kind = self._found(label).key_type
            stored = self._certificates(None)
            own = certificates(certificate or self._one_certificate(label))[0]
        check_key(own)
        if KINDS.get(kind) != own.public_key.algorithm:
            raise KeyRefused("key-mismatch", f"the private key {label!r} is of another kind than the certificate's")
        known = [each for data in (*stored, *chain) for each in certificates(data)]
        key = TokenKey(self, label, own, ordered_chain(own, known))
        _check_answer(own, key.sign(CHALLENGE, "sha256"))
        return key

    def sign(self, label: str, value: bytes, mechanism: Mechanism) -> bytes:
        """What the key `label` makes of `value`, as it comes from the token. Raises KeyRefused."""
        with self._lock:
            try:
                made: bytes = self._found(label).sign(value, mechanism=mechanism)
            except pkcs11.PKCS11Error as error:
                self._forget()
                raise KeyRefused("token-failed", f"{type(error).__name__} while signing with {label!r}") from error
            return made

    def close(self) -> None:
        """End the session."""
        with self._lock:
            self._forget()

    def _opened(self) -> Any:
        if os.getpid() != self._process:
            raise KeyRefused("token-failed", "the token was opened in another process: each opens its own")
        if self._session is None:
            self._session = self._open()
        return self._session

    def _open(self) -> Any:
        try:
            library = pkcs11.lib(str(self._module))
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            raise KeyRefused("module", f"{self._module}: {type(error).__name__}: {error}") from error
        try:
            return library.get_token(token_label=self._label).open(user_pin=self._pin)
        except (pkcs11.PinIncorrect, pkcs11.exceptions.PinLenRange, pkcs11.exceptions.PinInvalid) as error:
            raise KeyRefused("pin-wrong", f"the token {self._label!r} does not accept the PIN") from error
        except pkcs11.PinLocked as error:
            raise KeyRefused("pin-locked", f"the token {self._label!r} is locked") from error
        except (pkcs11.NoSuchToken, pkcs11.exceptions.TokenNotPresent) as error:
            raise KeyRefused("token-missing", f"no slot holds a token {self._label!r}") from error
        except pkcs11.PKCS11Error as error:
            raise KeyRefused("token-failed", f"{type(error).__name__} while opening {self._label!r}") from error

    def _found(self, label: str) -> Any:
        try:
            return self._opened().get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
        except (pkcs11.NoSuchKey, pkcs11.MultipleObjectsReturned) as error:
            raise KeyRefused("key-missing", f"not exactly one private key {label!r} on the token") from error
        except pkcs11.PKCS11Error as error:
            self._forget()
            raise KeyRefused("token-failed", f"{type(error).__name__} while looking for {label!r}") from error

    def _one_certificate(self, label: str) -> bytes:
        found = self._certificates(label)
        if len(found) != 1:
            raise KeyRefused("key-missing", f"{len(found)} certificates {label!r} on the token")
        return found[0]

    def _certificates(self, label: str | None) -> list[bytes]:
        wanted: dict[Attribute, Any] = {Attribute.CLASS: ObjectClass.CERTIFICATE}
        if label is not None:
            wanted[Attribute.LABEL] = label
        try:
            return [bytes(each[Attribute.VALUE]) for each in self._opened().get_objects(wanted)]
        except pkcs11.PKCS11Error as error:
            self._forget()
            raise KeyRefused("token-failed", f"{type(error).__name__} while reading certificates") from error

    def _forget(self) -> None:
        if self._session is not None:
            with suppress(pkcs11.PKCS11Error):  # a session that failed may already be gone
                self._session.close()
        self._session = None


class TokenKey:
    """A private key on a token, with its certificate and chain."""

    def __init__(
        self, token: Token, label: str, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]
    ) -> None:
        self._token = token
        self._label = label
        self._certificate = certificate
        self._chain = chain

    @property
    def certificate(self) -> x509.Certificate:
        """The signer's certificate."""
        return self._certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Issuer … root."""
        return self._chain

    def sign(self, data: bytes, digest: str) -> bytes:
        """Sign `data`. Hashed here: SoftHSM2 knows ECDSA over digests only, and for RSA the token is spared the data.

        Raises KeyRefused: unsupported, key-missing, pin-wrong, token-failed.
        """
        if digest not in HASHES:
            raise KeyRefused("unsupported", f"digest {digest!r}")
        value = new(digest, data, usedforsecurity=True).digest()
        if self._certificate.public_key.algorithm == "ec":
            return bytes(encode_ecdsa_signature(self._token.sign(self._label, value, Mechanism.ECDSA)))
        info = algos.DigestInfo({"digest_algorithm": {"algorithm": digest}, "digest": value})
        return self._token.sign(self._label, info.dump(), Mechanism.RSA_PKCS)


def _check_answer(certificate: x509.Certificate, signature: bytes) -> None:
    key = public_key(certificate)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, CHALLENGE, padding.PKCS1v15(), HASHES["sha256"])
        else:
            key.verify(signature, CHALLENGE, ec.ECDSA(HASHES["sha256"]))
    except InvalidSignature as error:
        raise KeyRefused("key-mismatch", "the private key on the token is not that of the certificate") from error
