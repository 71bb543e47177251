"""The wire: what a process makes of the messages that reach it. Anybody with Temporal's command line can send anything;
what is not ours is refused or passed over, and never stops a case.
"""

from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.envelope import Envelope

HANDLE, TICK, LOOK = "台帳への記録", "期限の確認", "台帳の確認"  # ledger calls, as the Web UI's timeline names them
NUDGE = "events_recorded"
TIME_MOVED = 0  # a nudge that names no version: clock or directory changed
UNREADABLE = (ValueError, TypeError, LookupError, RuntimeError)  # a converter's words for what does not fit


def envelope_in(args: Sequence[RawValue]) -> Envelope:
    """Give the one sealed envelope among an update's arguments; refuse (`BadEnvelope`) everything else."""
    if len(args) != 1:
        raise ApplicationError("one envelope is expected", type="BadEnvelope", non_retryable=True)
    try:
        envelope: Envelope = workflow.payload_converter().from_payload(args[0].payload, Envelope)
    except UNREADABLE:
        raise ApplicationError("not a sealed envelope", type="BadEnvelope", non_retryable=True) from None
    return envelope


def version_in(args: Sequence[RawValue]) -> int | None:
    """Give the version a nudge names, or None for a signal that no reconciler of ours has sent."""
    if len(args) != 1:
        return None
    try:
        version: int = workflow.payload_converter().from_payload(args[0].payload, int)
    except UNREADABLE:
        return None
    return version


def version_seen(args: Sequence[object]) -> int:
    """Give the ledger version an earlier run had reached, from a run's arguments; 0 where nobody says so."""
    match args:
        case [int() as version]:
            return version
    return 0
