"""What a program that is not ours says of a PDF."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether `program` accepts the file, how many signatures and time stamps it looked at, and what it said."""

    program: str
    accepted: bool
    looked_at: int
    said: str


def rejected(program: str, said: str) -> Verdict:
    """The file could not even be taken apart."""
    return Verdict(program=program, accepted=False, looked_at=0, said=said)


def bundle(roots: Sequence[bytes]) -> bytes:
    """Trust anchors (PEM) in one file."""
    return b"\n".join(roots)
