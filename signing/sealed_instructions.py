"""指示の封印: whoever lets a signer in seals what they instructed; whoever holds the keys signs nothing unsealed.

Between the two lies a ledger into which a stolen connection could write. What it writes is not sealed.
"""

import base64
import json

from signing.detached import Signature, SignatureRefused, Signer, Verifier

PURPOSE = "kessai.instruction.v1"


class SealRefused(Exception):
    """The instruction does not come from where signers are let in; the message is a diagnostic for people."""

    code = "instruction-not-sealed"


def sealed(signer: Signer, *, number: str, party: int, document: str, session: str, statement: str) -> str:
    """Give the seal over one instruction: contract, signer, document and session by hash, the sentence agreed to."""
    signature = signer.sign(_text(number, party, document, session, statement))
    return f"{signature.key_id}:{base64.b64encode(signature.value).decode()}"


def verify(
    verifier: Verifier, seal: str, *, number: str, party: int, document: str, session: str, statement: str
) -> None:
    """Raise `SealRefused` unless `seal` was made over exactly this instruction with a key that is trusted."""
    key_id, _, value = seal.rpartition(":")
    try:
        signature = Signature(key_id=key_id, value=base64.b64decode(value, validate=True))
        verifier.verify(_text(number, party, document, session, statement), signature)
    except (SignatureRefused, ValueError) as error:  # also what is no base64
        raise SealRefused(str(error)) from error


def _text(number: str, party: int, document: str, session: str, statement: str) -> bytes:
    """One JSON array, which says itself what it is for: no two instructions have the same bytes."""
    whole = [PURPOSE, number, party, document, session, statement]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
