"""正規化: a file written anew with one plain index, before it is decided; run inside the sandbox.

A hybrid file (Microsoft Office) has two indexes that may disagree, an edited one has its past inside: what people
decide on is the file as it is seen now, and nothing else.
"""

import io

import msgspec
import pikepdf

from signing.inspection.child import answered, serve
from signing.inspection.examination import opened
from signing.inspection.refusals import NotAccepted
from signing.inspection.structure import require_plausible
from signing.inspection.wire import Order

SIGNED = "/ByteRange"


def rewritten(pdf: bytes) -> bytes:
    """Give the same pages with every object once and none unused. Deterministic. Refuses `already-signed`."""
    with opened(pdf) as document:
        for each in document.objects:
            if isinstance(each, pikepdf.Dictionary) and SIGNED in each:
                raise NotAccepted("already-signed", "a signed file is never rewritten")
        out = io.BytesIO()
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            deterministic_id=True,
            linearize=False,
        )
    return out.getvalue()


def job(order: bytes) -> bytes:
    """Answer one order with the new file."""
    asked = msgspec.msgpack.decode(order, type=Order)

    def work() -> bytes:
        require_plausible(asked.pdf, msgspec.structs.replace(asked.limits, revisions_max=1000))
        return rewritten(asked.pdf)

    return answered(work)


if __name__ == "__main__":
    serve(job)
