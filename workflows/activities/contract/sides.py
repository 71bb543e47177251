"""当事者: what each side is called where it signs: by the document, which was decided, else by the ledger."""

from dataclasses import dataclass

from domain.clock import civil_date
from domain.contract.facts import PREFECTURE, Signer
from domain.contract.state import Contract
from domain.directory import Directory
from domain.ledger.reading import LedgerReader
from signing.typesetting.contract_facts import ContractFacts, SignatureBox, contract_facts
from signing.typesetting.wording import PARTY_LABELS


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The sides of one contract. `facts`: what the document says of itself; None for one that came from outside."""

    state: Contract
    facts: ContractFacts | None
    prefecture: str

    def box(self, signer: Signer) -> SignatureBox | None:
        """Where the signer's signature is shown; None: nowhere."""
        boxes = self.facts.boxes if self.facts else ()
        return next((each for each in boxes if each.field == signer.field), None)

    def label(self, signer: Signer) -> str:
        """甲, 乙 … as the document has it; the members of a joint venture are one side."""
        box = self.box(signer)
        if box is not None:
            return box.side
        if signer.number == PREFECTURE:
            return PARTY_LABELS[0]
        place = 1 if self.state.content.joint_venture else signer.counterparty or 1
        return PARTY_LABELS[min(place, len(PARTY_LABELS) - 1)]

    def organisation(self, signer: Signer) -> str:
        """For whom the signer signs."""
        names = {each.number: each.name for each in self.state.content.counterparties}
        return names.get(signer.counterparty or PREFECTURE, self.prefecture)


def sides_of(state: Contract, document: bytes, reader: LedgerReader) -> Sides:
    """Give the sides of a contract from its document (or any later revision of it). Raises FactsUnreadable."""
    facts = contract_facts(document)
    directory, _ = reader.references()
    prefecture = facts.prefecture if facts else _prefecture(state, directory)
    return Sides(state=state, facts=facts, prefecture=prefecture)


def _prefecture(state: Contract, directory: Directory) -> str:
    """The unit above all others of the unit in charge."""
    on = civil_date(state.content.basis.decided_at)
    path = directory.unit_path(state.content.custody.unit, on)
    top = directory.unit(path[-1], on) if path else None
    return top.name if top else state.content.custody.unit_name
