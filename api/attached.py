"""The documents a command names: each must have been uploaded, and a contract document must be a PDF."""

import asyncio

from api.errors import Problem
from api.media_types import PDF, media_type
from api.parts import ApiParts
from domain.approval.commands import Amend, Draft
from domain.record import Command


async def require_documents(parts: ApiParts, command: Command) -> None:
    """Refuse `attachment-unknown` (field `attachments.N` or `contract_document`) and `not-a-pdf`."""
    if not isinstance(command, Draft | Amend):
        return
    named = command.attachments or ()
    kept = await asyncio.gather(*(parts.documents.has(each.sha256) for each in named))
    for index, found in enumerate(kept):
        if not found:
            raise Problem("attachment-unknown", field=f"attachments.{index}")
    if command.contract_document is not None:
        head = await parts.documents.head(command.contract_document)
        if head is None:
            raise Problem("attachment-unknown", field="contract_document")
        if media_type(head) != PDF:
            raise Problem("not-a-pdf", field="contract_document")
