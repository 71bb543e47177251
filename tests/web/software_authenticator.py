"""An authenticator in software: makes credentials and signs challenges as a device does (WebAuthn Level 2)."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT_AND_VERIFIED, WITH_CREDENTIAL = 0x05, 0x40


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


@dataclass
class Device:
    """One device, on the site `origin`, that its owner always unlocks (unless `verified` says otherwise)."""

    origin: str
    site: str
    verified: bool = True
    counter: int = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(20))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` gives."""
        data = self._data(PRESENT_AND_VERIFIED | WITH_CREDENTIAL) + bytes(16) + len(self.credential).to_bytes(2)
        attested = data + self.credential + cbor2.dumps(self._public())
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": attested})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(made)})

    def get(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` gives."""
        self.counter += 1
        data, client = self._data(PRESENT_AND_VERIFIED), self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature)}
        )

    def _data(self, flags: int) -> bytes:
        seen = flags if self.verified else flags & ~0x04
        return hashlib.sha256(self.site.encode()).digest() + bytes([seen]) + self.counter.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _public(self) -> dict[int, Any]:
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        return {"id": text(self.credential), "rawId": text(self.credential), "type": "public-key", "response": response,
                "clientExtensionResults": {}}  # fmt: skip
