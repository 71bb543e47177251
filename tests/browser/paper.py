"""Paper: the pages of a PDF as pictures."""

import struct
import zlib
from pathlib import Path

import pypdfium2

SCALE = 2


def pictures_of(pdf: bytes, path: Path) -> list[Path]:
    """Keep each page of a PDF as a PNG: `path`.png, and `path`-2.png … where there are several."""
    kept = []
    with pypdfium2.PdfDocument(pdf) as document:
        for place, page in enumerate(document, 1):
            bitmap = page.render(scale=SCALE, rev_byteorder=True)
            name = path.name if place == 1 else f"{path.name}-{place}"
            kept.append(path.with_name(f"{name}.png"))
            kept[-1].write_bytes(_png(bitmap))
    return kept


def _png(bitmap: pypdfium2.PdfBitmap) -> bytes:
    """A bitmap of three channels as a PNG: every line unfiltered (W3C PNG specification, 5 and 9)."""
    width, height, line = bitmap.width, bitmap.height, bitmap.width * bitmap.n_channels
    pixels = bytes(bitmap.buffer)
    lines = (b"\0" + pixels[at : at + line] for at in range(0, height * bitmap.stride, bitmap.stride))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, parts))


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    kind, content = part
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
