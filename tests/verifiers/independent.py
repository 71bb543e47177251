"""All of them at once: what programs that are not ours say of a file, for tests of every contract that is produced."""

from collections.abc import Sequence
from datetime import datetime
from types import ModuleType

from tests.verifiers import openssl, pdfbox, qpdf
from tests.verifiers.verdict import Verdict

PROGRAMS: tuple[ModuleType, ...] = (openssl, pdfbox, qpdf)


def missing() -> tuple[str, ...]:
    """The programs that are not installed here; .ci/run installs all of them."""
    return tuple(each.PROGRAM for each in PROGRAMS if not each.installed())


def verdicts(pdf: bytes, roots: Sequence[bytes], *, at: datetime | None = None) -> tuple[Verdict, ...]:
    """Ask every installed program. `roots`: trust anchors of signers and time stamps, PEM; `at`: see openssl.verify."""
    return tuple(each.verify(pdf, roots, at=at) for each in PROGRAMS if each.installed())


def assert_accepted(pdf: bytes, roots: Sequence[bytes], *, at: datetime | None = None) -> None:
    """Fail, with what they said, unless every installed program accepts the file."""
    against = [f"{each.program}:\n{each.said}" for each in verdicts(pdf, roots, at=at) if not each.accepted]
    assert not against, "\n".join(against)
