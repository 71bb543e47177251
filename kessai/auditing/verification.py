"""台帳の検証: every check over one snapshot of the ledger, with how far it is and what it found."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import msgspec

from domain.events import Event, Meta
from domain.ledger.findings import NOTICES, Finding, LedgerRow
from domain.ledger.mapper import LedgerMapper, UnknownEvent
from domain.ledger.verifying import check_rows, check_streams
from kessai.auditing.document_numbers import DocumentNumbers
from kessai.auditing.reservations import check_reservations
from kessai.auditing.sentences import sentence
from kessai.auditing.snapshot import Snapshot

FINDINGS_KEPT_MAX = 1_000
TELL_EVERY_SECONDS = 2.0
NUMBERED = "SELECT topic, state FROM {events} WHERE originator_id = %(stream)s AND originator_version = %(version)s"

Progress = Callable[[int, int], None]  # events checked, events there are


@dataclass(kw_only=True)
class Verification:
    """What a verification saw. `findings` holds the first ones only; `counts` has them all, by kind."""

    events: int = 0
    head: int = 0
    last_leaf: str = ""
    receipts: int = 0
    refusals: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        """Whether nothing was found but what is merely worth knowing."""
        return not self.findings

    @property
    def first_bad_position(self) -> int | None:
        """The lowest position anything was found at."""
        return min((each.position for each in self.findings if each.position is not None), default=None)

    def as_json(self) -> bytes:
        """The verification for machines, with the sentences people read."""
        return msgspec.json.format(
            msgspec.json.encode(
                {
                    "result": "clean" if self.clean else "findings",
                    "events": self.events,
                    "head": self.head,
                    "last_leaf": self.last_leaf,
                    "receipts": self.receipts,
                    "refusals": self.refusals,
                    "first_bad_position": self.first_bad_position,
                    "counts": dict(self.counts),
                    "findings": [_told(each) for each in self.findings],
                    "notices": [_told(each) for each in self.notices],
                    "seconds": round(self.seconds, 1),
                }
            )
        )


def verify(ledger: Snapshot, mapper: LedgerMapper, *, progress: Progress = lambda done, total: None) -> Verification:
    """Check the whole ledger of a snapshot. Memory does not grow with it; a million events take about half a minute."""
    begun = time.monotonic()
    events, head, receipts, refusals = ledger.counts()
    seen = Verification(events=events, head=head, last_leaf=ledger.last_leaf(), receipts=receipts, refusals=refusals)
    numbers = DocumentNumbers(given_to=lambda stream, number: _given_to(ledger, mapper, stream, number))
    found = chain(
        check_rows(ledger.rows(), ledger.receipts(), mapper, (numbers, _Pace(progress, events))),
        check_streams(ledger.places()),
        check_reservations(ledger),
    )
    _keep(seen, found)
    seen.seconds = time.monotonic() - begun
    return seen


def _keep(seen: Verification, found: Iterable[Finding]) -> None:
    for finding in found:
        seen.counts[finding.kind] += 1
        kept = seen.notices if finding.kind in NOTICES else seen.findings
        if len(kept) < FINDINGS_KEPT_MAX:
            kept.append(finding)


def _given_to(ledger: Snapshot, mapper: LedgerMapper, stream: str, number: int) -> str | None:
    wanted = {"stream": stream, "version": number}
    row = ledger.connection.execute(ledger.sql(NUMBERED), wanted).fetchone()
    if row is None:
        return None
    try:
        event, _ = mapper.decode(row[0], bytes(row[1]))
    except (UnknownEvent, UnicodeDecodeError):
        return None  # told of at its own row
    return getattr(event, "case", None)


class _Pace:
    """A watcher that finds nothing and says now and then how far it has come."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total = progress, total
        self._next = time.monotonic() + TELL_EVERY_SECONDS
        self._done = 0

    def look(self, row: LedgerRow, event: Event, meta: Meta) -> Iterator[Finding]:
        self._done += 1
        if self._done % 1_000 == 0 and time.monotonic() > self._next:
            self._next = time.monotonic() + TELL_EVERY_SECONDS
            self._progress(self._done, self._total)
        return iter(())

    def end(self) -> Iterator[Finding]:
        return iter(())


def _told(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "position": finding.position,
        "stream": finding.stream,
        "version": finding.version,
        "sentence": sentence(finding),
    }
