"""The payload codec: everything Temporal stores is AES-256-GCM sealed under a key with an id; what comes unsealed is
not believed.
"""

import os
from collections.abc import Mapping, Sequence

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

log = structlog.get_logger(__name__)
SEALED = b"binary/kessai-sealed"
NONCE_BYTES = 12
UNSEALED = b'{"refused":"unsealed"}'
_PARTS = PydanticPayloadConverter().converters


class Unreadable(Exception):
    """A sealed payload that no key of ours opens: another key, or changed bytes."""


class SealingCodec(PayloadCodec):
    """Seals on the way out and opens on the way in. `keys`: key id → 32 bytes; `current` seals.

    Someone with Temporal's own command line can send unsealed payloads, or bytes that only claim to be sealed. They
    are replaced by a value that fits no type of ours, so that handlers refuse them: a raising codec would fail the
    workflow's task again and again, and with it stop the case. Where a person reads history through the codec
    endpoint, `believes_unsealed` shows payloads as they are and raises `Unreadable` for what does not open.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str, *, believes_unsealed: bool = False) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = current
        self._believes_unsealed = believes_unsealed

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal every payload, whatever it holds, under the current key."""
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open every payload; what was not sealed by us comes out as `UNSEALED` (or raises, see the class)."""
        return [self._decoded(payload) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        key_id, nonce = self._current.encode(), os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, payload.SerializeToString(), _associated(key_id))
        return Payload(metadata={"encoding": SEALED, "encryption-key-id": key_id}, data=nonce + sealed)

    def _decoded(self, payload: Payload) -> Payload:
        sealed = payload.metadata.get("encoding") == SEALED
        if self._believes_unsealed:
            return self._open(payload) if sealed else payload
        try:
            if sealed:
                return self._open(payload)
        except Unreadable as error:
            log.error("payload not believed", reason=str(error))
        return Payload(metadata={"encoding": b"json/plain"}, data=UNSEALED)

    def _open(self, payload: Payload) -> Payload:
        key_id = payload.metadata.get("encryption-key-id", b"")
        cipher = self._ciphers.get(key_id.decode(errors="replace"))
        if cipher is None:
            raise Unreadable(f"no key {key_id!r}")
        try:
            opened = cipher.decrypt(payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:], _associated(key_id))
        except (InvalidTag, ValueError) as error:  # ValueError: the nonce itself is cut short
            raise Unreadable(f"payload does not open with key {key_id!r}") from error
        return Payload.FromString(opened)


class SharedPayloadConverter(PydanticPayloadConverter):
    """Plain values, dataclasses and pydantic models as JSON.

    The SDK makes a converter for every activation of a workflow. The parts of all of them are the same ones here, so
    that how a type is read is worked out once and not for each command.
    """

    def __init__(self) -> None:
        self.converters = _PARTS


def data_converter(codec: PayloadCodec | None) -> DataConverter:
    """Give the one converter of client, worker and replayer (None: for histories that were recorded opened).
    Failures are sealed too: errors may quote what people wrote.
    """
    return DataConverter(
        payload_converter_class=SharedPayloadConverter,
        payload_codec=codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def _associated(key_id: bytes) -> bytes:
    return b"kessai/payload/v1|" + key_id
