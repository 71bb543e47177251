"""The inside of the sandbox: lays the bounds on this process, reads one order, writes one answer."""

import os
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from signing.inspection.refusals import NotAccepted
from signing.inspection.sandbox import OUT_OF_MEMORY, TOO_DEEP
from signing.inspection.wire import Answer, Refusal

RECURSION_MAX = 900


def bounded() -> BinaryIO:
    """Lay the bounds of the command line on this process and give the stream for answers.

    Files cannot be written at all. Whatever a library prints goes to standard error, never between the answers.
    """
    processor_seconds, memory_bytes = (int(word) for word in sys.argv[1:3])
    for which, most in (
        (resource.RLIMIT_CPU, processor_seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))
    sys.setrecursionlimit(RECURSION_MAX)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def serve(job: Callable[[bytes], bytes]) -> None:
    """Do one job on what standard input holds."""
    answers = bounded()
    try:
        answers.write(job(sys.stdin.buffer.read()))
        answers.flush()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except RecursionError:
        os._exit(TOO_DEEP)


def answered(work: Callable[[], bytes]) -> bytes:
    """Do the work; what a parser raises for a bad file becomes a refusal, whatever its type."""
    try:
        return msgspec.msgpack.encode(Answer(result=work()))
    except NotAccepted as refused:
        refusal = Refusal(code=refused.code, detail=refused.detail)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001  # parsers of hostile bytes raise anything: it is the file that is refused
        refusal = Refusal(code="unreadable", detail=f"{type(error).__name__}: {error}"[:500])
    return msgspec.msgpack.encode(Answer(refusal=refusal))
