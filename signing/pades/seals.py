"""Seals (印影): the page of a one-page PDF as the appearance of a signature."""

from functools import partial
from io import BytesIO

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle

from signing.pades.revision import reading

_FITTED = partial(
    SimpleBoxLayoutRule,
    x_align=AxisAlignment.ALIGN_MID,
    y_align=AxisAlignment.ALIGN_MID,
    margins=Margins.uniform(0),
    inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
)


class SealPage(PdfContent):
    """The first page of a PDF with its own fonts. The resource's name is fixed: same seal, same bytes."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """Import the page into the file and give the commands that draw it. Raises PadesRefused `seal-unusable`."""
        writer = self._ensure_writer
        with reading("seal-unusable"):
            reference = writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)))
            left, bottom, right, top = reference.get_object()["/BBox"]
        self.resources.xobject["/Seal"] = reference
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Seal Do"


def seal_style(pdf: bytes) -> StaticStampStyle:
    """The seal as pyHanko's stamp: as large as fits the field, in the middle, no border, opaque as PDF/A asks."""
    return StaticStampStyle(
        background=SealPage(pdf), border_width=0, background_opacity=1.0, background_layout=_FITTED()
    )
