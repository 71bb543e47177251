"""文書番号: the guard streams' numbers run 1, 2, 3 … without holes, each given to the case that was decided with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from domain.approval.facts import Decided, DocumentNumberAssigned
from domain.approval.numbering import number_stream
from domain.events import Event, Meta
from domain.ledger.findings import Finding, Kind, LedgerRow

PREFIX = "document-number/"
CASE_PREFIX = "approval-"

CaseWithNumber = Callable[[str, int], str | None]  # guard stream and number → the case it was given to


@dataclass
class DocumentNumbers:
    """A watcher. A number and the decision that took it lie in one command's batch, so only that batch is remembered.

    A case decided again keeps its number: `given_to` looks that one up.
    """

    given_to: CaseWithNumber
    _command: UUID | None = None
    _given: list[tuple[LedgerRow, DocumentNumberAssigned]] = field(default_factory=list)
    _decided: list[tuple[LedgerRow, Decided]] = field(default_factory=list)

    def look(self, row: LedgerRow, event: Event, meta: Meta) -> Iterator[Finding]:
        """Take one event; tell what is wrong in the batch before it."""
        if meta.command_id != self._command:
            yield from self.end()
            self._command = meta.command_id
        match event:
            case DocumentNumberAssigned():
                if event.number != row.version:
                    yield _finding(row, "document-number-hole", seen=str(event.number), expected=str(row.version))
                self._given.append((row, event))
            case Decided():
                self._decided.append((row, event))

    def end(self) -> Iterator[Finding]:
        """Close the batch in hand."""
        for row, decided in self._decided:
            yield from self._check(row, decided)
        for row, given in self._given:
            yield _finding(row, "document-number-differs", seen=f"{given.case}", expected="決裁")
        self._given, self._decided = [], []

    def _check(self, row: LedgerRow, decided: Decided) -> Iterator[Finding]:
        case = row.stream.removeprefix(CASE_PREFIX)
        for each in self._given:
            guard, given = each
            if given.case == case:
                self._given.remove(each)
                if _named(guard.stream, given.number) != (decided.document_number, decided.document_year):
                    yield _finding(row, "document-number-differs", seen=decided.document_number, expected=guard.stream)
                return
        stream, number = _place(decided)
        holder = self.given_to(stream, number) if number else None
        if holder != case:
            yield _finding(row, "document-number-differs", seen=decided.document_number, expected=holder or stream)


def _named(stream: str, number: int) -> tuple[str, int]:
    """The number as the decision shows it, and its fiscal year."""
    symbol, _, year = stream.removeprefix(PREFIX).rpartition("/")
    return f"{symbol}第{number}号", int(year) if year.isdigit() else 0


def _place(decided: Decided) -> tuple[str, int]:
    """The guard stream and the number behind what the decision shows."""
    symbol, _, number = decided.document_number.removesuffix("号").rpartition("第")
    return number_stream(symbol, decided.document_year), int(number) if number.isdigit() else 0


def _finding(row: LedgerRow, kind: Kind, *, seen: str, expected: str) -> Finding:
    return Finding(
        kind=kind, position=row.position, stream=row.stream, version=row.version, seen=seen, expected=expected
    )
