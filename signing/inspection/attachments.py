"""Files inside a PDF: what they are called, what they are, and what must not be among them."""

import hashlib
from collections.abc import Iterator

import pikepdf

from signing.inspection.limits import Limits
from signing.inspection.refusals import NotAccepted
from signing.inspection.wire import EmbeddedFile

PROGRAMS = frozenset(
    {
        "app", "apk", "bat", "cmd", "com", "cpl", "dll", "dmg", "docm", "dotm", "exe", "hta", "htm", "html",
        "iso", "jar", "js", "jse", "lnk", "msc", "msi", "msp", "pif", "pptm", "ps1", "py", "reg", "scr", "sh",
        "svg", "vb", "vbe", "vbs", "wsf", "xhtml", "xlam", "xlsm",
    }
)  # fmt: skip
MAGIC = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")


def embedded_files(pdf: pikepdf.Pdf, limits: Limits) -> tuple[EmbeddedFile, ...]:
    """Give every embedded file, however it is hung into the document, in the order of its object's number.

    Refuses `too-many-embedded-files` and `embedded-program` (by name and by first bytes).
    """
    found = []
    for name, stream in _specifications(pdf):
        data = stream.read_bytes()
        if limits.still_undecided and (name.rpartition(".")[2].lower() in PROGRAMS or data.startswith(MAGIC)):
            raise NotAccepted("embedded-program", f"{name[:80]!r}")
        kind = str(stream.stream_dict.get("/Subtype", "/application/octet-stream")).lstrip("/")
        found.append(
            EmbeddedFile(name=name, size_bytes=len(data), media_type=kind, sha256=hashlib.sha256(data).hexdigest())
        )
        if len(found) > limits.embedded_files_max:
            raise NotAccepted("too-many-embedded-files", f"more than {limits.embedded_files_max}")
    return tuple(found)


def _specifications(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Stream]]:
    """Each file specification's name and stream, once per stream."""
    seen = set()
    for each in pdf.objects:
        if not isinstance(each, pikepdf.Dictionary) or not isinstance(inside := each.get("/EF"), pikepdf.Dictionary):
            continue
        for key in ("/UF", "/F"):
            stream = inside.get(key)
            if isinstance(stream, pikepdf.Stream) and stream.objgen not in seen:
                seen.add(stream.objgen)
                yield str(each.get("/UF", each.get("/F", ""))), stream
