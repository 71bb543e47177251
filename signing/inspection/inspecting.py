"""What the rest of the program calls: each function hands the bytes to a process of its own and gives its answer."""

import hashlib

import msgspec

from signing.inspection import sandbox
from signing.inspection.limits import UPLOAD, Limits
from signing.inspection.refusals import NotAccepted
from signing.inspection.wire import Answer, Drawn, Inspection, Order, PageImage

BATCH = 60  # pages that one process draws


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A file that may be decided: its bytes, perhaps written anew, and the hash it came with."""

    pdf: bytes
    inspection: Inspection
    original_sha256: str

    @property
    def normalised(self) -> bool:
        """Whether the bytes differ from those that came."""
        return self.inspection.sha256 != self.original_sha256


def inspect(pdf: bytes, *, limits: Limits = UPLOAD) -> Inspection:
    """Give what the file is. Raises `NotAccepted` with one of the codes of `refusals.REASONS`, `Busy`.

    Takes at most 15 s and 1 GiB, in a process of its own (ADR 0023). Blocks: call it in a thread.
    """
    if len(pdf) > limits.bytes_max:
        raise NotAccepted("too-large", f"{len(pdf)} bytes, at most {limits.bytes_max}")
    result = _asked("signing.inspection.examination", Order(pdf=pdf, limits=limits))
    return msgspec.msgpack.decode(result, type=Inspection)


def normalise(pdf: bytes, *, limits: Limits = UPLOAD) -> bytes:
    """Give the file with one plain index and without its past. Only before it is decided: refuses `already-signed`.

    The same input gives the same bytes; whoever keeps them records both hashes.
    """
    if len(pdf) > limits.bytes_max:
        raise NotAccepted("too-large", f"{len(pdf)} bytes, at most {limits.bytes_max}")
    return _asked("signing.inspection.normalisation", Order(pdf=pdf, limits=limits))


def accept(pdf: bytes, *, limits: Limits = UPLOAD) -> Accepted:
    """Inspect, and where writing the file anew cures what is wrong, do that and inspect what came of it."""
    original = hashlib.sha256(pdf).hexdigest()
    try:
        return Accepted(pdf=pdf, inspection=inspect(pdf, limits=limits), original_sha256=original)
    except NotAccepted as refused:
        if not refused.normalisable:
            raise
    anew = normalise(pdf, limits=limits)
    return Accepted(pdf=anew, inspection=inspect(anew, limits=limits), original_sha256=original)


def page_images(pdf: bytes, *, width: int, pages: tuple[int, ...] = ()) -> tuple[PageImage, ...]:
    """Give pages (from 1; all where none are named) as PNG, `width` pixels wide. The same input gives the same bytes,
    so an image may be kept by (hash of the file, page, width). Raises `NotAccepted`, `Busy`.
    """
    first = _drawn(pdf, width, pages[:BATCH])
    wanted = pages or tuple(range(1, first.pages + 1))
    images = list(first.images)
    while len(images) < len(wanted):
        images += _drawn(pdf, width, wanted[len(images) : len(images) + BATCH]).images
    return tuple(images)


def _drawn(pdf: bytes, width: int, pages: tuple[int, ...]) -> Drawn:
    order = Order(pdf=pdf, limits=UPLOAD, width=width, pages=pages)
    return msgspec.msgpack.decode(_asked("signing.inspection.drawing", order), type=Drawn)


def _asked(module: str, order: Order) -> bytes:
    answer = msgspec.msgpack.decode(sandbox.run(module, msgspec.msgpack.encode(order)), type=Answer)
    if answer.refusal is not None:
        raise NotAccepted(answer.refusal.code, answer.refusal.detail)
    return answer.result
