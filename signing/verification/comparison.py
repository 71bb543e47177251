"""The pages as they were signed against the pages as they are now: drawn by another engine than the one that signs."""

import ctypes
import time
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageChops, ImageDraw
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pades.objects import members, value
from signing.verification.found import Found
from signing.verification.report import Reason, reason

PROCESSOR_SECONDS_MAX = 4.0
EDGE_PIXELS_MAX = 1_600
MARGIN = 2  # pixels of blur around a field
DARK, LIGHT = 110, 200  # of 255
COVERED_PIXELS_MAX = 12
Rectangle = tuple[float, float, float, float]


@dataclass
class Fields:
    """Where signature fields are: page (from 0) → field name → rectangle in points."""

    pages: dict[int, dict[str, Rectangle]] = field(default_factory=dict)


def pages_faults(reader: PdfFileReader, pdf: bytes, signed: list[Found]) -> list[Reason]:
    """Compare each signed revision with the file as it is. Differences inside signature fields are what signing is."""
    earlier = [each for each in signed if each.covers_bytes < len(pdf)]
    if not earlier:
        return []
    began, found = time.process_time(), []
    now = _opened(pdf)
    places = signature_fields(reader, reader.xrefs.total_revisions - 1)
    drawn: dict[int, Image.Image] = {}
    for each in earlier:
        then = _opened(pdf[: each.covers_bytes])
        if len(then) != len(now):
            found.append(reason("pages-differ", f"{len(then)} pages signed, {len(now)} now", field=each.name))
            continue
        before = signature_fields(reader, each.embedded.signed_revision)
        for number in range(len(now)):
            if time.process_time() - began > PROCESSOR_SECONDS_MAX:
                return [*found, reason("pages-not-compared", f"stopped at page {number + 1}", field=each.name)]
            if number not in drawn:
                drawn[number] = _drawn(now[number])
            boxes, old = places.pages.get(number, {}), before.pages.get(number, {})
            code = _difference(_drawn(then[number]), drawn[number], now[number], boxes, old)
            if code:
                found.append(reason(code, f"page {number + 1}", field=each.name))
                break
    return found


def signature_fields(reader: PdfFileReader, revision: int) -> Fields:
    """Find the widgets of signature fields on the pages of one revision."""
    resolver = reader.get_historical_resolver(revision)
    found = Fields()
    for number, page in enumerate(_pages(resolver.root["/Pages"])):
        for widget in members(value(page, "/Annots", ())):
            if not isinstance(widget, generic.DictionaryObject) or value(widget, "/Subtype") != "/Widget":
                continue
            owner = widget if "/FT" in widget or "/Parent" not in widget else widget["/Parent"]
            if value(owner, "/FT") == "/Sig" and len(value(widget, "/Rect", ())) == 4:
                left, bottom, right, top = (float(each) for each in widget["/Rect"])
                found.pages.setdefault(number, {})[str(value(owner, "/T", ""))] = (left, bottom, right, top)
    return found


def _pages(top: generic.DictionaryObject) -> list[generic.DictionaryObject]:
    """The leaves of the page tree in order; loops and bombs were refused before."""
    found, waiting = [], [top]
    while waiting:
        node = waiting.pop()
        if "/Kids" in node:
            waiting += reversed(members(node["/Kids"]))
        else:
            found.append(node)
    return found


def _opened(pdf: bytes) -> pdfium.PdfDocument:
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    return document


def _scale(page: pdfium.PdfPage) -> float:
    edge: float = max(page.get_width(), page.get_height(), 1.0)
    return min(1.0, EDGE_PIXELS_MAX / edge)


def _drawn(page: pdfium.PdfPage) -> Image.Image:
    picture: Image.Image = page.render(scale=_scale(page), may_draw_forms=True, grayscale=True).to_pil().convert("L")
    return picture


def _difference(
    then: Image.Image, now: Image.Image, page: pdfium.PdfPage, boxes: dict[str, Rectangle], old: dict[str, Rectangle]
) -> str:
    """Give the code of what differs; empty where nothing does but the inside of signature fields."""
    if then.size != now.size:
        return "pages-differ"
    difference = ImageChops.difference(then, now)
    if difference.getbbox() is None:
        return ""
    outside = difference.copy()
    pen = ImageDraw.Draw(outside)
    places = {name: _pixels(page, box, now.size) for name, box in boxes.items()}
    for place in places.values():
        pen.rectangle(place, fill=0)
    if outside.getbbox() is not None:
        return "pages-differ"
    new = [place for name, place in places.items() if old.get(name) != boxes[name]]
    return "content-covered" if any(_covers(then.crop(place), now.crop(place)) for place in new) else ""


def _pixels(page: pdfium.PdfPage, box: Rectangle, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """A rectangle of the page in pixels of its picture, a little larger; the engine knows rotation and crop box."""
    across, down = ctypes.c_int(), ctypes.c_int()
    points = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
        points.append((across.value, down.value))
    (x1, x2), (y1, y2) = sorted(each[0] for each in points), sorted(each[1] for each in points)
    return x1 - MARGIN, y1 - MARGIN, x2 + MARGIN, y2 + MARGIN


def _covers(then: Image.Image, now: Image.Image) -> bool:
    """Whether ink that was signed is gone."""
    ink = then.point([255 if value < DARK else 0 for value in range(256)])
    blank = now.point([255 if value > LIGHT else 0 for value in range(256)])
    return ImageChops.multiply(ink, blank).histogram()[255] > COVERED_PIXELS_MAX
