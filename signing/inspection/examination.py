"""The examination of one file, run inside the sandbox: cheap questions first, so that a bomb is never lit."""

import hashlib
import io
import re

import msgspec
import pikepdf
import pypdfium2 as pdfium
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from signing.inspection import structure
from signing.inspection.attachments import embedded_files
from signing.inspection.child import answered, serve
from signing.inspection.contents import Census, census, unreferenced
from signing.inspection.hidden_text import pages_with_hidden_text
from signing.inspection.limits import Limits
from signing.inspection.refusals import NotAccepted
from signing.inspection.wire import Inspection, Order

LINK = "/Link"
STREAM = re.compile(r"stream <[^>]*>[:,]? ?")  # how the library calls bytes that have no file name


def examine(pdf: bytes, limits: Limits) -> Inspection:
    """Give what the file is, or refuse it with `NotAccepted`. Only for the sandbox: nothing here is bounded."""
    structure.require_plausible(pdf, limits)
    with opened(pdf) as document:
        pages = _pages(document, limits)
        found = census(document, limits)
        _require_quiet(found)
        if limits.still_undecided:
            _require_final(document, found, limits)
        attachments = embedded_files(document, limits)
        fonts = found.fonts_not_embedded
        if limits.still_undecided:
            _require_one_body_each(pdf, document, found)
    revisions, fields, signatures = _signatures(pdf, limits)
    if limits.fonts_embedded and fonts:
        raise NotAccepted("fonts-not-embedded", ", ".join(sorted(fonts))[:300])
    _require_drawable(pdf, limits)
    return Inspection(
        sha256=hashlib.sha256(pdf).hexdigest(),
        size_bytes=len(pdf),
        pages=pages,
        revisions=revisions,
        signatures=signatures,
        signature_fields=fields,
        objects=len(found.objects),
        attachments=attachments,
        active_content=tuple(sorted(found.active)),
        fonts_not_embedded=tuple(sorted(fonts)),
    )


def opened(pdf: bytes) -> pikepdf.Pdf:
    """Open without repairing: refuses `encrypted` and `damaged`."""
    try:
        document = pikepdf.open(io.BytesIO(pdf), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise NotAccepted("encrypted", "a password is needed") from error
    except pikepdf.PdfError as error:
        raise NotAccepted("damaged", STREAM.sub("", str(error))) from error
    if document.is_encrypted:
        raise NotAccepted("encrypted", "encrypted with an empty password")
    return document


def _pages(document: pikepdf.Pdf, limits: Limits) -> int:
    pages = len(document.pages)
    if pages > limits.pages_max:
        raise NotAccepted("too-many-pages", f"{pages}, at most {limits.pages_max}")
    if pages == 0:
        raise NotAccepted("no-pages")
    for number, page in enumerate(document.pages, 1):
        left, bottom, right, top = (float(edge) for edge in page.mediabox)
        for edge in (abs(right - left), abs(top - bottom)):
            if not 1 <= edge <= limits.page_edge_max:
                raise NotAccepted("page-size", f"page {number}: {edge} points")
    return pages


def _require_quiet(found: Census) -> None:
    """Nothing runs, nothing comes from outside: asked of every file, signed or not."""
    if found.active:
        raise NotAccepted("active-content", ", ".join(sorted(found.active)))
    if found.external:
        raise NotAccepted("external-content", ", ".join(sorted(found.external)))


def _require_final(document: pikepdf.Pdf, found: Census, limits: Limits) -> None:
    """Nothing that could be filled in, switched or uncovered later: asked of files that are still to be decided."""
    if found.form_fields:
        raise NotAccepted("form-fields", ", ".join(sorted(found.form_fields)))
    if found.layers or "/OCProperties" in document.Root:
        raise NotAccepted("optional-content")
    if found.links:
        raise NotAccepted("link-target", ", ".join(sorted(found.links))[:300])
    if "/Collection" in document.Root:
        raise NotAccepted("portfolio")
    if limits.only_links:
        _require_only_links(document)


def _require_only_links(document: pikepdf.Pdf) -> None:
    """A link shows nothing of its own; every other annotation can look like anything."""
    for number, page in enumerate(document.pages, 1):
        for each in page.get("/Annots", ()):
            if not isinstance(each, pikepdf.Dictionary) or not (_is_link(each) or each.get("/FT") == "/Sig"):
                raise NotAccepted("annotations", f"page {number}")


def _is_link(annotation: pikepdf.Dictionary) -> bool:
    return bool(annotation.get("/Subtype") == LINK and "/AP" not in annotation)


def _require_one_body_each(pdf: bytes, document: pikepdf.Pdf, found: Census) -> None:
    """Every object is used, and there is one of each: no second body waits for an index that points to it."""
    if structure.garbage_after_end(pdf) or not pdf.startswith(structure.HEADER):
        raise NotAccepted("bytes-outside")
    written, loose = structure.bodies(pdf), unreferenced(document, found) - {structure.hint_stream(pdf)}
    twice = [number for number, times in written.items() if times > 1]
    unlisted = [each for each in written if each not in found.references and document.get_object(each) is None]
    if structure.revisions(pdf) > 1:
        raise NotAccepted("incremental-updates", f"{structure.revisions(pdf)} revisions")
    if loose or twice or unlisted:
        raise NotAccepted("unreferenced-objects", f"{len(loose)} unused, {len(twice)} twice, {len(unlisted)} unlisted")


def _signatures(pdf: bytes, limits: Limits) -> tuple[int, int, int]:
    """Revisions, signature fields and signatures, read as the signer's library will read them."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    if reader.xrefs.hybrid_xrefs_present and limits.still_undecided:
        raise NotAccepted("hybrid-xref")
    fields = [value for _, value, _ in enumerate_sig_fields(reader)]
    signed = sum(value is not None for value in fields)
    revisions = structure.revisions(pdf)
    if fields and not signed and limits.still_undecided:
        raise NotAccepted("form-fields", f"{len(fields)} empty signature fields")
    if signed > limits.signatures_max:
        code = "too-many-signatures" if limits.signatures_max else "already-signed"
        raise NotAccepted(code, f"{signed} signatures")
    if revisions > limits.revisions_max:
        raise NotAccepted("too-many-revisions", f"{revisions}, at most {limits.revisions_max}")
    return revisions, len(fields), signed


def _require_drawable(pdf: bytes, limits: Limits) -> None:
    """The engine that draws what people are shown reads it too, and sees no text that they would not."""
    document = pdfium.PdfDocument(pdf)
    if not limits.hidden_text:
        hiding = pages_with_hidden_text(document)
        if hiding:
            raise NotAccepted("hidden-text", f"pages {', '.join(map(str, hiding))[:200]}")


def job(order: bytes) -> bytes:
    """Answer one order: what the file is, or why it is refused."""
    asked = msgspec.msgpack.decode(order, type=Order)
    return answered(lambda: msgspec.msgpack.encode(examine(asked.pdf, asked.limits)))


if __name__ == "__main__":
    serve(job)
