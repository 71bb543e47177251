"""隠れた文字: text that is painted and then covered, ready to be uncovered once the file is signed."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pypdfium2 as pdfium
import pypdfium2.raw as raw

INVISIBLE_MODES = frozenset({3, 7})  # what recognition programs lay under or over a scanned page
OPAQUE = 250  # of 255
COVERED = 0.6  # of a text's box
OBJECTS_MAX = 50_000  # of one page
SQUARE = 48.0  # points
FORMS_DEEP_MAX = 12
Matrix = tuple[float, float, float, float, float, float]
UNCHANGED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Box:
    """Left, bottom, right, top in points."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.top - self.bottom)

    def shared(self, other: "Box") -> float:
        """Give the area that both cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return width * height if width > 0 and height > 0 else 0.0


class Texts:
    """The boxes of visible texts painted so far, found by their middle: what covers most of a text covers that."""

    def __init__(self) -> None:
        self._squares: dict[tuple[int, int], list[Box]] = {}

    def add(self, box: Box) -> None:
        """Remember one text."""
        square = (int((box.left + box.right) // (2 * SQUARE)), int((box.bottom + box.top) // (2 * SQUARE)))
        self._squares.setdefault(square, []).append(box)

    def covered_by(self, cover: Box) -> bool:
        """Whether the cover lies over most of some text."""
        columns = range(int(cover.left // SQUARE), int(cover.right // SQUARE) + 1)
        rows = range(int(cover.bottom // SQUARE), int(cover.top // SQUARE) + 1)
        if len(columns) * len(rows) > len(self._squares):
            near = [(x, y) for x, y in self._squares if x in columns and y in rows]
        else:
            near = [(x, y) for x in columns for y in rows if (x, y) in self._squares]
        return any(cover.shared(text) > COVERED * text.area for at in near for text in self._squares[at])


def pages_with_hidden_text(document: pdfium.PdfDocument) -> tuple[int, ...]:
    """Give the numbers (from 1) of pages on which an opaque area or image is painted over earlier text."""
    return tuple(number for number, page in enumerate(document, 1) if _hides(page))


def _hides(page: pdfium.PdfPage) -> bool:
    """Text lies under a later cover. Covers of nearly nothing (rules, underlines) cover no text's box."""
    texts = Texts()
    for kind, handle, box in islice(_objects(page), OBJECTS_MAX):
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            if box.area > 0 and raw.FPDFTextObj_GetTextRenderMode(handle) not in INVISIBLE_MODES:
                texts.add(box)
        elif _covers(kind, handle) and texts.covered_by(box):
            return True
    return False


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[int, object, Box]]:
    """What is painted, in its order, with its box on the page; also what is painted as part of a form."""
    for number in range(raw.FPDFPage_CountObjects(page)):
        yield from _parts(raw.FPDFPage_GetObject(page, number), UNCHANGED, 0)


def _parts(handle: object, matrix: Matrix, depth: int) -> Iterator[tuple[int, object, Box]]:
    kind = raw.FPDFPageObj_GetType(handle)
    if kind == raw.FPDF_PAGEOBJ_FORM and depth < FORMS_DEEP_MAX:
        inner = _times(_matrix(handle), matrix)
        for number in range(raw.FPDFFormObj_CountObjects(handle)):
            yield from _parts(raw.FPDFFormObj_GetObject(handle, number), inner, depth + 1)
        return
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if raw.FPDFPageObj_GetBounds(handle, left, bottom, right, top):
        yield kind, handle, _moved((left.value, bottom.value), (right.value, top.value), matrix)


def _matrix(handle: object) -> Matrix:
    found = raw.FS_MATRIX()
    return (
        (found.a, found.b, found.c, found.d, found.e, found.f)
        if raw.FPDFPageObj_GetMatrix(handle, found)
        else UNCHANGED
    )


def _times(one: Matrix, other: Matrix) -> Matrix:
    """First `one`, then `other` (ISO 32000-1 §8.3.4)."""
    (a, b, c, d, e, f), (g, h, i, j, k, m) = one, other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _moved(low: tuple[float, float], high: tuple[float, float], matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (low[0], high[0]) for y in (low[1], high[1])]
    across, up = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(across), min(up), max(across), max(up))


def _covers(kind: int, handle: object) -> bool:
    """Whether the object paints its whole box: an image without transparency, or an area filled with one colour."""
    if raw.FPDFPageObj_HasTransparency(handle):
        return False
    if kind == raw.FPDF_PAGEOBJ_IMAGE:
        return True
    if kind != raw.FPDF_PAGEOBJ_PATH:
        return False
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    return bool(
        raw.FPDFPath_GetDrawMode(handle, fill, stroke)
        and fill.value != raw.FPDF_FILLMODE_NONE
        and _is_rectangle(handle)
        and raw.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha)
        and alpha.value >= OPAQUE
    )


def _is_rectangle(handle: object) -> bool:
    """Few straight lines: letters and drawings that are paths have many segments, or curves."""
    segments = raw.FPDFPath_CountSegments(handle)
    if not 4 <= segments <= 6:
        return False
    kinds = {raw.FPDFPathSegment_GetType(raw.FPDFPath_GetPathSegment(handle, at)) for at in range(segments)}
    return raw.FPDF_SEGMENT_BEZIERTO not in kinds
