"""契約の文書: which document of a contract is which after some of its facts, and what its file is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from domain.contract import facts
from domain.events import Event, Fact


@dataclass(frozen=True, kw_only=True)
class ContractFiles:
    """The documents of one contract, by hash. `current` is the decided document until the platform has certified it,
    the filed paper after a switch; `pages` are the page images its signers are shown. `prepared` is what waits for the
    value of signer `PREFECTURE`'s own key. `named` are other documents that facts name, by hash, with what they are.
    """

    unit_name: str = ""
    title: str = ""
    contract_date: date | None = None
    decided: str = ""
    current: str = ""
    evidence: str | None = None
    report: str | None = None
    decision_record: str | None = None
    pages: tuple[str, ...] = ()
    prepared: facts.PreparedForSigner | None = None
    named: Mapping[str, str] = field(default_factory=dict)

    def name(self, what: str = "") -> str:
        """Give the file's name as offices keep contracts: 所属-契約日-事業名 (城陽市電子契約実施要領)."""
        day = f"{self.contract_date:%Y%m%d}" if self.contract_date else "未締結"
        return "-".join(part for part in (self.unit_name, day, self.title, what) if part)


def files_of(all_facts: Sequence[Fact]) -> ContractFiles:
    """Give the documents that a contract has after these facts."""
    found, named = ContractFiles(), dict[str, str]()
    for fact in all_facts:
        found = _after(found, fact.event)
        named |= _named(fact.event)
    return replace(found, named=named)


def _named(event: Event) -> dict[str, str]:
    match event:
        case facts.Prepared():
            people = (*(each.person for each in event.signers), *(each.person for each in event.copied))
            return {each.mandate.document: "委任状" for each in people if each is not None and each.mandate is not None}
        case facts.ConsentRecorded(form=str() as form):
            return {form: "同意書"}
        case facts.SignerChanged() if event.to.mandate is not None:
            return {event.to.mandate.document: "委任状"}
        case facts.Terminated(agreement=str() as agreement):
            return {agreement: "合意書"}
        case facts.PaperFiled():
            return {event.document: "書面の写し"}
    return {}


def _after(files: ContractFiles, event: Event) -> ContractFiles:
    match event:
        case facts.Prepared():
            decided = event.basis.document
            return ContractFiles(unit_name=event.custody.unit_name, title=event.title, decided=decided, current=decided)
        case facts.Released():
            return replace(files, current=files.decided, pages=(), decision_record=None, prepared=None)
        case facts.Certified():
            return replace(files, current=event.document, pages=event.pages, decision_record=event.decision_record)
        case facts.Signed():
            return replace(files, current=event.signature.document, prepared=None)
        case facts.PreparedForSigner():
            return replace(files, prepared=event if event.signer == facts.PREFECTURE else files.prepared)
        case facts.SignatureGiven() | facts.LeaseExpired():
            return replace(files, prepared=None if event.signer == facts.PREFECTURE else files.prepared)
        case facts.Concluded():
            return replace(files, current=event.document, report=event.report, contract_date=event.contract_date)
        case facts.CopiesDelivered():
            return replace(files, evidence=event.evidence)
        case facts.Archived():
            return replace(files, current=event.document)
        case facts.PaperFiled():
            return replace(files, current=event.document, contract_date=event.contract_date)
    return files
