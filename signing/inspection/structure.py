"""What the raw bytes of a PDF say before anything parses them: header, end, revisions, index entries, object bodies."""

import re
from collections import Counter

from signing.inspection.limits import Limits
from signing.inspection.refusals import NotAccepted

HEADER = b"%PDF-"
TAIL_BYTES = 1024
END = re.compile(rb"%%EOF[ \t]*(?:\r\n|\n|\r)?[\x00\t\n\f\r ]*\Z")
START = re.compile(rb"startxref\s+\d{1,12}\s+%%EOF")
SIZE = re.compile(rb"/Size\s+(\d{1,19})")
INDEX = re.compile(rb"/Index\s*\[([\d\s]{1,100000})\]")
BODY = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
OBJECT = re.compile(rb"(?<![\d.])(\d{1,10})[\x00\t\n\f\r ]+(\d{1,5})[\x00\t\n\f\r ]+obj(?![A-Za-z])")
BARE_REFERENCE = re.compile(
    rb"\bobj[\x00\t\n\f\r ]+\d{1,10}[\x00\t\n\f\r ]+\d{1,5}[\x00\t\n\f\r ]+R[\x00\t\n\f\r ]+endobj"
)
LINEARIZED = re.compile(rb"/Linearized\s")
HINTS = re.compile(rb"/H\s*\[\s*(\d{1,12})\s")
OBJECT_NUMBER_MAX = 8_388_607  # ISO 32000-1 annex C


def require_plausible(pdf: bytes, limits: Limits) -> None:
    """Refuse what need not be parsed to be refused: `too-large`, `not-a-pdf`, `too-many-objects`,
    `too-many-revisions`.
    """
    if len(pdf) > limits.bytes_max:
        raise NotAccepted("too-large", f"{len(pdf)} bytes, at most {limits.bytes_max}")
    if HEADER not in pdf[:TAIL_BYTES] or b"%%EOF" not in pdf:
        raise NotAccepted("not-a-pdf", "no header or no end")
    if BARE_REFERENCE.search(pdf):  # the way to a circle without an end
        raise NotAccepted("damaged", "an object that is nothing but a reference")
    _require_small_index(pdf, limits)
    if revisions(pdf) > limits.revisions_max + 20:  # some of them may be text inside a stream
        raise NotAccepted("too-many-revisions", f"{revisions(pdf)} ends")


def _require_small_index(pdf: bytes, limits: Limits) -> None:
    """An index stream of 20 KB can declare millions of entries: its dictionary says so in the clear."""
    for found in SIZE.finditer(pdf):
        entries = int(found[1])
        if limits.objects_max < entries and _is_index(pdf, found.start()):
            raise NotAccepted("too-many-objects", f"/Size {entries}, at most {limits.objects_max}")
    for found in INDEX.finditer(pdf):
        counts = [int(word) for word in found[1].split()[1::2] if len(word) < 20]
        if sum(counts) > limits.objects_max:
            raise NotAccepted("too-many-objects", f"/Index of {sum(counts)}, at most {limits.objects_max}")


def _is_index(pdf: bytes, at: int) -> bool:
    """Whether the dictionary around `at` is a trailer or an index stream, not, say, the size of an embedded file."""
    opened, trailer = pdf.rfind(b"obj", 0, at), pdf.rfind(b"trailer", 0, at)
    ends = pdf.find(b"obj", at)
    return trailer > opened or b"/XRef" in pdf[max(opened, 0) : ends if ends >= 0 else len(pdf)]


def revisions(pdf: bytes) -> int:
    """Give the number of revisions: ends of a file in the bytes, where a linearised file counts as one."""
    found = len(START.findall(BODY.sub(b"", pdf)))
    return max(1, found - 1) if LINEARIZED.search(pdf[:TAIL_BYTES]) else max(1, found)


def garbage_after_end(pdf: bytes) -> int:
    """Give the number of bytes after the last end of the file that are not blank."""
    at = pdf.rfind(b"%%EOF")
    return 0 if at < 0 else len(pdf[at + 5 :].strip(b"\x00\t\n\f\r "))


def bodies(pdf: bytes) -> Counter[tuple[int, int]]:
    """Give how often each object (number, generation) has a body in the bytes, outside of streams."""
    return Counter((int(found[1]), int(found[2])) for found in OBJECT.finditer(BODY.sub(b"endstream", pdf)))


def hint_stream(pdf: bytes) -> tuple[int, int] | None:
    """Give the object (number, generation) with the hints of a linearised file: only its place is referred to."""
    head = pdf[:TAIL_BYTES]
    place = HINTS.search(head) if LINEARIZED.search(head) else None
    found = OBJECT.match(pdf, int(place[1])) if place else None
    return (int(found[1]), int(found[2])) if found else None
