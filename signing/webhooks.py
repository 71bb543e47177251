"""Signatures of webhooks as Standard Webhooks 1.0 has them, and secrets derived from one key so that none is stored."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping

PREFIX = "whsec_"


def derived_secret(key: bytes, *, subject: str, generation: int) -> str:
    """Give the secret of `subject` in one generation, as its receiver gets it: `whsec_` and base64 of 32 bytes."""
    raw = hmac.digest(key, f"standard-webhooks\0{subject}\0{generation}".encode(), hashlib.sha256)
    return PREFIX + base64.b64encode(raw).decode()


def signed_headers(secrets: Iterable[str], *, message_id: str, at_seconds: int, body: bytes) -> Mapping[str, str]:
    """Give the three headers for `body`, signed with every secret in turn (several while one replaces another).

    `message_id` has no dot, or the signed text could be read in two ways.
    """
    if "." in message_id:
        raise ValueError("a message id has no dot")
    content = f"{message_id}.{at_seconds}.".encode() + body
    signatures = [f"v1,{_signature(secret, content)}" for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_seconds),
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    return base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
