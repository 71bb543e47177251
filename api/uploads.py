"""持込み: who has brought which document. A hash alone opens nothing: one names only what one has brought oneself."""

from uuid import UUID, uuid5

from api.errors import Problem
from api.parts import ApiParts
from domain.envelope import NAMESPACE
from signing.documents import DocumentDamaged

PURPOSE = "brought"


async def note_brought(parts: ApiParts, principal: str, sha256: str) -> None:
    """Remember that `principal` ("person:0525") has brought the bytes of this hash."""
    try:
        await parts.journal.settled(PURPOSE, _id(principal, sha256), sha256)
    except DocumentDamaged as error:
        raise Problem("document-damaged") from error


async def require_brought(parts: ApiParts, principal: str, sha256: str, field: str) -> None:
    """Refuse `attachment-unknown` for a document that `principal` has not brought, whether or not there is one."""
    try:
        found = await parts.journal.settled(PURPOSE, _id(principal, sha256))
    except DocumentDamaged as error:
        raise Problem("document-damaged") from error
    if found != sha256 or not await parts.documents.has(sha256):
        raise Problem("attachment-unknown", field=field)


def _id(principal: str, sha256: str) -> UUID:
    return uuid5(NAMESPACE, f"brought/{principal}/{sha256}")
