"""Incremental updates written by hand: what somebody with an editor appends to a PDF, without any signing library."""

import io
import re
from collections.abc import Callable

import pikepdf

Change = Callable[["Update"], object]


class Update:
    """One revision in the making: objects of the file as pikepdf has them; those touched are appended."""

    def __init__(self, pdf: bytes) -> None:
        self.base = pdf
        self.pdf = pikepdf.open(io.BytesIO(pdf))
        self.next_number = max(each.objgen[0] for each in self.pdf.objects) + 1
        self.bodies: dict[int, bytes] = {}
        self.freed: list[int] = []
        self.root: str | None = None

    @property
    def catalog(self) -> pikepdf.Dictionary:
        found = self.pdf.Root
        assert isinstance(found, pikepdf.Dictionary)
        return found

    def page(self, number: int = 0) -> pikepdf.Dictionary:
        """A page's dictionary."""
        found = self.pdf.pages[number].obj
        assert isinstance(found, pikepdf.Dictionary)
        return found

    def touch(self, found: pikepdf.Object) -> None:
        """Write the object again as it is now."""
        self.bodies[found.objgen[0]] = written(found)

    def add(self, body: bytes | pikepdf.Object) -> bytes:
        """Add an object and give the reference to it."""
        number, self.next_number = self.next_number, self.next_number + 1
        self.bodies[number] = body if isinstance(body, bytes) else written(body)
        return b"%d 0 R" % number

    def patch(self, found: pikepdf.Object, old: bytes, new: bytes) -> None:
        """Write the object again with other bytes in its text."""
        body = self.bodies.get(found.objgen[0]) or written(found)
        assert old in body, (old, body[:400])
        self.bodies[found.objgen[0]] = body.replace(old, new, 1)

    def appended(self) -> bytes:
        """Give the file with the revision at its end, its index in the form that the file already has."""
        out = bytearray(self.base if self.base.endswith(b"\n") else self.base + b"\n")
        offsets = {}
        for number, body in sorted(self.bodies.items()):
            offsets[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        previous = int(re.findall(rb"startxref\s+(\d+)", self.base)[-1])
        at = len(out)
        if self.base[previous : previous + 4] == b"xref":
            out += table(offsets, self.freed) + self._trailer(previous)
        else:
            out += self._index_stream(offsets, at, previous)
        return bytes(out + b"startxref\n%d\n%%%%EOF\n" % at)

    def _entries(self, previous: int) -> bytes:
        trailer = self.pdf.trailer
        entries = b"/Size %d /Root %d 0 R /Prev %d" % (self.next_number, self.catalog.objgen[0], previous)
        if "/Info" in trailer:
            entries += b" /Info %d 0 R" % trailer.Info.objgen[0]
        return entries + (b" /ID " + trailer.ID.unparse() if "/ID" in trailer else b"")

    def trailer(self) -> bytes:
        """A trailer that follows the file as it is."""
        return self._trailer(int(re.findall(rb"startxref\s+(\d+)", self.base)[-1]))

    def _trailer(self, previous: int) -> bytes:
        return b"trailer\n<< %s >>\n" % self._entries(previous)

    def _index_stream(self, offsets: dict[int, int], at: int, previous: int) -> bytes:
        number, self.next_number = self.next_number, self.next_number + 1
        rows = {**dict.fromkeys(self.freed, (0, 0, 1)), **{key: (1, where, 0) for key, where in offsets.items()}}
        rows[number] = (1, at, 0)
        listed = sorted(rows)
        data = b"".join(
            kind.to_bytes(1, "big") + where.to_bytes(4, "big") + generation.to_bytes(2, "big")
            for kind, where, generation in (rows[key] for key in listed)
        )
        index = b" ".join(b"%d 1" % key for key in listed)
        return b"%d 0 obj\n<< /Type /XRef /W [1 4 2] /Index [%s] /Length %d %s >>\nstream\n%s\nendstream\nendobj\n" % (
            number, index, len(data), self._entries(previous), data,
        )  # fmt: skip


def written(found: pikepdf.Object) -> bytes:
    """An object as bytes."""
    if isinstance(found, pikepdf.Stream):
        data = found.read_raw_bytes()
        found.stream_dict.Length = len(data)
        return b"%s\nstream\n%s\nendstream" % (found.stream_dict.unparse(resolved=True), data)
    return bytes(found.unparse(resolved=True))


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream without compression."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def table(offsets: dict[int, int], freed: list[int]) -> bytes:
    """A classical index of these objects."""
    rows = dict.fromkeys(freed, b"0000000000 00001 f \n")
    rows |= {number: b"%010d 00000 n \n" % where for number, where in offsets.items()}
    return (b"xref\n" if rows else b"xref\n0 0\n") + b"".join(
        b"%d 1\n%s" % (number, rows[number]) for number in sorted(rows)
    )


def update(pdf: bytes, change: Change) -> bytes:
    """The file with one revision in which `change` was made."""
    found = Update(pdf)
    change(found)
    return found.appended()
