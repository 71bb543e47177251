"""Page images, drawn inside the sandbox: what a person is shown, the same bytes for the same page every time."""

import hashlib
import io

import msgspec
import pypdfium2 as pdfium

from signing.inspection.child import answered, serve
from signing.inspection.refusals import NotAccepted
from signing.inspection.wire import Drawn, Order, PageImage

COLOURS = 32
ASPECT_MAX = 3  # a page is drawn at most this many times as high as it is wide
WIDTH_MAX = 4_000
OCTREE = 2  # Pillow's fast method

BATCH = 60  # pages that one process draws


def drawn(pdf: bytes, *, width: int, pages: tuple[int, ...] = ()) -> Drawn:
    """Give pages (from 1; the first sixty where none are named) as PNG in 32 colours, `width` pixels wide or less,
    with seals and other fields. Refuses `no-pages` and `page-size`.
    """
    if not 16 <= width <= WIDTH_MAX:
        raise ValueError(f"width {width} is not between 16 and {WIDTH_MAX}")
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    if any(not 1 <= number <= len(document) for number in pages):
        raise NotAccepted("no-pages", f"the file has {len(document)} pages")
    wanted = pages or range(1, min(BATCH, len(document)) + 1)
    return Drawn(pages=len(document), images=tuple(_drawn(document[number - 1], number, width) for number in wanted))


def _drawn(page: pdfium.PdfPage, number: int, width: int) -> PageImage:
    wide, high = page.get_width(), page.get_height()
    if wide <= 0 or high <= 0:
        raise NotAccepted("page-size", f"page {number}: {wide} × {high} points")
    scale = min(width / wide, ASPECT_MAX * width / high)
    picture = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    out = io.BytesIO()
    picture.quantize(COLOURS, method=OCTREE, dither=0).save(out, "PNG", compress_level=6)
    png = out.getvalue()
    return PageImage(
        page=number, png=png, sha256=hashlib.sha256(png).hexdigest(), width=picture.width, height=picture.height
    )


def job(order: bytes) -> bytes:
    """Answer one order with its pages."""
    asked = msgspec.msgpack.decode(order, type=Order)
    return answered(lambda: msgspec.msgpack.encode(drawn(asked.pdf, width=asked.width, pages=asked.pages)))


if __name__ == "__main__":
    serve(job)
