"""封じた控え: what the API remembers beside the ledger, signed with its own key: whoever can write the document store
cannot make it believe anything.
"""

import base64
from dataclasses import dataclass
from uuid import UUID

import msgspec

from signing.detached import Signature, SignatureRefused, Signer, Verifier
from signing.documents import DocumentDamaged, DocumentStore


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it lies in the store."""

    key_id: str
    signature: str
    body: str


@dataclass(frozen=True, kw_only=True)
class SealedJournal:
    """Entries by purpose and id, each written once."""

    documents: DocumentStore
    signer: Signer
    verifier: Verifier

    async def settled(self, purpose: str, id_: UUID, body: str | None = None) -> str | None:
        """Give the entry of `id_`, or keep `body` as the one: of two at once, the first for both. Raise
        `DocumentDamaged` for one that is not ours, or was kept for something else.
        """
        entry = None if body is None else msgspec.json.encode(self._sealed(purpose, id_, body))
        found = await self.documents.settled_entry(id_, entry)
        if found is None:
            return None
        try:
            sealed = msgspec.json.decode(found, type=Sealed)
            signature = Signature(key_id=sealed.key_id, value=base64.b64decode(sealed.signature, validate=True))
            self.verifier.verify(_said(purpose, id_, sealed.body), signature)
        except (SignatureRefused, ValueError) as error:
            raise DocumentDamaged(f"journal entry {id_}") from error
        return sealed.body

    def _sealed(self, purpose: str, id_: UUID, body: str) -> Sealed:
        made = self.signer.sign(_said(purpose, id_, body))
        return Sealed(key_id=made.key_id, signature=base64.b64encode(made.value).decode(), body=body)


def _said(purpose: str, id_: UUID, body: str) -> bytes:
    return b"\0".join((b"kessai api journal", purpose.encode(), id_.bytes, body.encode()))
