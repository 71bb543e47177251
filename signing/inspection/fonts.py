"""Fonts of a PDF: those whose shapes are not in the file are drawn by whatever the reader's machine has."""

from collections.abc import Iterator

import pikepdf

FILES = ("/FontFile", "/FontFile2", "/FontFile3")
WITH_SHAPES = ("/Type1", "/MMType1", "/TrueType", "/CIDFontType0", "/CIDFontType2")


def not_embedded(found: pikepdf.Dictionary) -> Iterator[str]:
    """Give the name of the font that the dictionary describes, if it is one whose shapes the file does not carry.

    Type0 refers to a font that is looked at by itself, Type3 draws its own shapes.
    """
    if "/BaseFont" not in found or found.get("/Subtype") not in WITH_SHAPES:
        return
    descriptor = found.get("/FontDescriptor")
    if not isinstance(descriptor, pikepdf.Dictionary) or not any(key in descriptor for key in FILES):
        yield str(found.BaseFont).lstrip("/")
