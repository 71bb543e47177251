"""外部の処理: what the platform has to do for a contract outside the ledger now, if anything (ADR 0024)."""

from dataclasses import dataclass
from typing import Literal

from domain.contract.state import CONCLUDED, OUT, Contract, Request

Kind = Literal["certify", "sign", "prepare", "complete", "conclude", "deliver", "archive"]
HASH_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Work:
    """One step: its name says what it is about, `base` is the file it starts from, by hash.

    `request` is set for sign, prepare and complete; `generation` for archive. `attempts` counts the calls that may
    have been made already.
    """

    kind: Kind
    name: str
    base: str
    attempts: int = 0
    request: Request | None = None
    generation: int | None = None

    @property
    def signer(self) -> int | None:
        """Whose signature it is about."""
        return self.request.signer if self.request else None


def work(state: Contract) -> Work | None:
    """Give the step the platform has to do now; None where it waits for people, for time, or for nothing.

    A step that no retry mends stays undone until the officer has looked (`refused`).
    """
    found = _next(state)
    if found is None or (state.refused is not None and state.refused.step == found.name):
        return None
    return found


def _next(state: Contract) -> Work | None:
    if state.status in OUT:
        return _out(state)
    if state.status not in CONCLUDED or state.concluded is None:
        return None
    if state.delivered is None:
        return _step(state, "deliver", f"deliver/{state.round}")
    if state.archiving is not None:
        return _step(state, "archive", f"archive/{state.archiving}", generation=state.archiving)
    return None


def _out(state: Contract) -> Work | None:
    if state.certified is None:
        return _step(state, "certify", f"certify/{state.round}")
    if state.queue:
        return _signature(state, state.queue[0])
    if all(each.signed is not None for each in state.parties):
        return _step(state, "conclude", f"conclude/{state.round}")
    return None


def _signature(state: Contract, asked: Request) -> Work | None:
    if asked.nth is None:
        name = f"sign/{asked.signer}/{asked.instruction_sha256[:HASH_SHOWN]}"
        return _step(state, "sign", name, request=asked)
    if asked.prepared is None:
        return _step(state, "prepare", f"prepare/{asked.signer}/{asked.nth}", request=asked)
    if asked.signature is None:
        return None  # the signer's lease: nobody else's signature comes between
    return _step(state, "complete", f"complete/{asked.signer}/{asked.nth}", request=asked)


def _step(
    state: Contract, kind: Kind, name: str, *, request: Request | None = None, generation: int | None = None
) -> Work:
    begun, tried = state.attempts
    return Work(
        kind=kind,
        name=name,
        base=state.document,
        attempts=tried if begun == name else 0,
        request=request,
        generation=generation,
    )
