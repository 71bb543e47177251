"""印刷: sets one document in a process of its own, within bounds of time, processor and memory.

Setting holds the interpreter for as long as it takes, and a template could loop: neither may stop the API. The process
reads what to set from its standard input and writes the PDF to its standard output.
"""

import json
import re
import resource
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from pylopdf_fonts_jp import sans_path

TEMPLATES = Path(__file__).parent
PROCESSOR_SECONDS_MAX = 60
SECONDS_MAX = 90
MEMORY_BYTES_MAX = 3 * 2**30
AT_ONCE = 2
WAIT_SECONDS_MAX = 5.0
QUOTED = re.compile('["“`].*["”`]', re.DOTALL)  # what the setter quotes may be a name: not for logs
_presses = threading.BoundedSemaphore(AT_ONCE)


class PressBusy(Exception):
    """As many documents as may be set at once are being set: try again."""


class NotSet(Exception):
    """The document could not be set; the message is the setter's, without what it quotes."""


def set_document(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """Give the PDF of `template` (a file here, without its ending) with `data` (plain JSON values, read by it as
    `sys.inputs.data`), dated `at`. The same input gives the same bytes.

    Raises `PressBusy`, and `NotSet` where it does not come to an end or the template has a fault.
    """
    order = json.dumps({"template": template, "data": data, "at": int(at.timestamp())}, ensure_ascii=False)
    if not _presses.acquire(timeout=WAIT_SECONDS_MAX):
        raise PressBusy
    try:
        done = subprocess.run(
            [sys.executable, "-m", "api.typesetting.press"], input=order.encode(), capture_output=True,
            timeout=SECONDS_MAX, env={}, cwd=TEMPLATES.parents[1], check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotSet(f"not set within {SECONDS_MAX} s") from error
    finally:
        _presses.release()
    if done.returncode != 0:
        raise NotSet(done.stderr.decode("utf-8", "replace")[-2_000:])
    return done.stdout


def _set(order: Mapping[str, Any]) -> bytes:
    """Set one order; runs in the process of its own."""
    pdf: bytes = typst.compile(
        str(TEMPLATES / f"{order['template']}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(sans_path().parent)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(order["data"], ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],  # kept for years, and readable aloud; a missing glyph is an error there
        timestamp=order["at"],
    )
    return pdf


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS_MAX, PROCESSOR_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    try:
        sys.stdout.buffer.write(_set(json.loads(sys.stdin.buffer.read())))
    except typst.TypstError as error:
        sys.exit(QUOTED.sub("…", str(error)))
