"""The contract's files for one of its signers: to be kept and never shown inline, the images of pages excepted."""

from fastapi.responses import Response

from api.errors import Problem
from api.parts import ApiParts
from api.signing.knocking import Standing
from domain.contract.state import CONCLUDED

SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


async def page_image(parts: ApiParts, standing: Standing, page: int) -> Response:
    """Give the image of a page (from 1) as it is hashed in the instruction record; refuse `not-found` beyond the
    last.
    """
    pages = standing.contract.pages
    if not 1 <= page <= len(pages):
        raise Problem("not-found", field="page")
    return Response(await parts.documents.read(pages[page - 1]), headers=SANDBOX, media_type="image/png")


async def contract_pdf(parts: ApiParts, standing: Standing) -> Response:
    """Give the decided document, which is what the signer agrees to."""
    return await _pdf(parts, standing.contract.decided_document, f"{standing.number}.pdf")


async def prepared_pdf(parts: ApiParts, standing: Standing) -> Response:
    """Give the file with room for the signer's own signature, so that what is to be signed can be checked against it;
    refuse `not-found` unless one waits for this signer.
    """
    waiting = (each.prepared for each in standing.contract.queue if each.signer == standing.signer)
    prepared = next(waiting, None)
    if prepared is None:
        raise Problem("not-found")
    return await _pdf(parts, prepared.prepared, f"{standing.number}-prepared.pdf")


async def signed_pdf(parts: ApiParts, standing: Standing) -> Response:
    """Give the concluded contract; refuse `not-found` before there is one."""
    if standing.contract.status not in CONCLUDED:
        raise Problem("not-found")
    return await _pdf(parts, standing.contract.document, f"{standing.number}-signed.pdf")


async def evidence_pdf(parts: ApiParts, standing: Standing) -> Response:
    """Give the evidence report; refuse `not-found` before it was delivered."""
    if standing.contract.status not in CONCLUDED or standing.contract.evidence is None:
        raise Problem("not-found")
    return await _pdf(parts, standing.contract.evidence, f"{standing.number}-evidence.pdf")


async def _pdf(parts: ApiParts, sha256: str, name: str) -> Response:
    headers = {**SANDBOX, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(await parts.documents.read(sha256), headers=headers, media_type="application/pdf")
