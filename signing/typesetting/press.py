"""印刷: sets documents in a process of its own, within bounds of time, processor and memory.

Setting holds the interpreter for as long as it takes, and a template could loop: neither may stop the caller. The
process reads what to set from its standard input and writes the PDFs, each after its length, to its standard output.
One process sets a whole batch: starting it and reading the fonts costs several times what one contract does.
"""

import json
import re
import resource
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from pylopdf_fonts_jp import sans_path

TEMPLATES = Path(__file__).parent
PROCESSOR_SECONDS_MAX = 60
SECONDS_MAX = 90
MEMORY_BYTES_MAX = 3 * 2**30
BATCH_MAX = 25  # documents a process: a second or two, so that others get their turn
AT_ONCE = 2
WAIT_SECONDS_MAX = 5.0
READ_ALOUD_FOR_YEARS = ("a-2a", "ua-1")  # kept for years, and readable aloud; a missing glyph is an error there
WITH_FILES = ("a-3a", "ua-1")  # the same, and files of any kind may be attached
PICTURE = ("a-2b",)  # drawn into other documents: without a structure of its own
QUOTED = re.compile('["“`].*["”`]', re.DOTALL)  # what the setter quotes may be a name: not for logs
_presses = threading.BoundedSemaphore(AT_ONCE)


class PressBusy(Exception):
    """As many documents as may be set at once are being set: try again."""


class NotSet(Exception):
    """The document could not be set; the message is the setter's, without what it quotes."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """One document to set: `template` (a file here, without its ending), what it reads as `sys.inputs.data` (plain JSON
    values), the aware time it is dated, and the standards of PDF it keeps.
    """

    template: str
    data: Mapping[str, Any]
    at: datetime
    standards: tuple[str, ...] = READ_ALOUD_FOR_YEARS


def set_document(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """Give the PDF/A-2a of `template` with `data`, dated `at`. The same input gives the same bytes.

    Raises `PressBusy`, and `NotSet` where it does not come to an end or the template has a fault.
    """
    (pdf,) = set_documents((Order(template=template, data=data, at=at),))
    return pdf


def set_documents(orders: Sequence[Order]) -> tuple[bytes, ...]:
    """Give the PDF of each order, in their order, from as few processes as `BATCH_MAX` allows.

    Raises what `set_document` raises; one document that cannot be set fails them all.
    """
    batches = (orders[first : first + BATCH_MAX] for first in range(0, len(orders), BATCH_MAX))
    return tuple(pdf for batch in batches for pdf in _pressed(batch))


def _pressed(orders: Sequence[Order]) -> Iterator[bytes]:
    asked = json.dumps([_written(order) for order in orders], ensure_ascii=False).encode()
    if not _presses.acquire(timeout=WAIT_SECONDS_MAX):
        raise PressBusy
    try:
        done = subprocess.run(
            [sys.executable, "-m", "signing.typesetting.press"], input=asked, capture_output=True,
            timeout=SECONDS_MAX, env={}, cwd=TEMPLATES.parents[1], check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotSet(f"not set within {SECONDS_MAX} s") from error
    finally:
        _presses.release()
    if done.returncode != 0:
        raise NotSet(done.stderr.decode("utf-8", "replace")[-2_000:])
    return _unframed(done.stdout)


def _written(order: Order) -> Mapping[str, Any]:
    return {
        "template": order.template,
        "data": json.dumps(order.data, ensure_ascii=False, allow_nan=False),
        "at": int(order.at.timestamp()),
        "standards": order.standards,
    }


def _unframed(output: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(output):
        (length,) = struct.unpack_from(">Q", output, place)
        yield output[place + 8 : place + 8 + length]
        place += 8 + length


def _set(order: Mapping[str, Any]) -> bytes:
    """Set one order; runs in the process of its own."""
    pdf: bytes = typst.compile(
        str(TEMPLATES / f"{order['template']}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(sans_path().parent)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": order["data"]},
        pdf_standards=order["standards"],
        pdf_tags=tuple(order["standards"]) != PICTURE,
        timestamp=order["at"],
    )
    return pdf


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS_MAX, PROCESSOR_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    try:
        for order in json.loads(sys.stdin.buffer.read()):
            document = _set(order)
            sys.stdout.buffer.write(struct.pack(">Q", len(document)) + document)
    except typst.TypstError as error:
        sys.exit(QUOTED.sub("…", str(error)))
