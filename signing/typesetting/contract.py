"""契約書: a contract's text becomes the PDF that is decided, signed and kept."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from signing.typesetting.contract_facts import FORMAT, ContractFacts, FactsParty, contract_facts
from signing.typesetting.contract_faults import checked
from signing.typesetting.contract_forms import closing, filled_articles, form, preamble
from signing.typesetting.contract_summary import breakdown, date_line, summary
from signing.typesetting.contract_text import Article, Clause, ContractText, signature_parties
from signing.typesetting.press import WITH_FILES, Order, set_documents
from signing.typesetting.wording import counted


class ContractDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The PDF/A-3a of a contract, and what it says of itself: its data and where its signature boxes are."""

    pdf: bytes
    facts: ContractFacts


def set_contract(text: ContractText, *, at: datetime) -> ContractDocument:
    """Give the document of `text`, dated `at` (aware). The same input gives the same bytes.

    Refuses (`TextRefused`) what is incomplete, contradicts itself or holds a character the fonts do not have; raises
    what `press.set_documents` raises. Source: 地方自治法234条5項; ADR 0022.
    """
    (document,) = set_contracts((text,), at=at)
    return document


def set_contracts(texts: Sequence[ContractText], *, at: datetime) -> tuple[ContractDocument, ...]:
    """Give the documents of many contracts, set in few processes: for 1 April. One that is refused refuses them all."""
    orders = tuple(
        Order(template="contract", data=_sheet(checked(text)), at=at, standards=WITH_FILES) for text in texts
    )
    return tuple(_document(pdf) for pdf in set_documents(orders))


def _document(pdf: bytes) -> ContractDocument:
    facts = contract_facts(pdf)
    assert facts is not None, "what we set says of itself what it is"
    return ContractDocument(pdf=pdf, facts=facts)


def _sheet(text: ContractText) -> Mapping[str, Any]:
    """What the template reads."""
    chosen = form(text.contract_class)
    title = chosen.provisional_title if text.provisional else chosen.title
    return {
        "title": title,
        "document_title": f"{title}　{text.title}",
        "author": text.prefecture.name,
        "description": title if not text.number else f"{title}　契約番号 {text.number}",
        "issuer": f"{text.prefecture.name}　{title}",
        "number": f"契約番号　{text.number}" if text.number else "",
        "footer": f"決裁番号　{text.approval}" if text.approval else "",
        "preamble": preamble(text),
        "summary": summary(text),
        "changes": [(change.subject, change.before, change.after) for change in text.changes],
        "items": breakdown(text),
        "appendix": f"別紙　{chosen.labels['items']}",
        "articles": [_article(number, article) for number, article in enumerate(filled_articles(text), 1)],
        "closing": closing(text),
        "date_line": date_line(text),
        "parties": list(_parties(text)),
        "facts": _facts(text),
    }


def _article(number: int, article: Article) -> Mapping[str, Any]:
    return {
        "heading": f"（{article.heading}）",
        "clauses": [_clause(number, place, clause) for place, clause in enumerate(article.clauses, 1)],
    }


def _clause(article: int, place: int, clause: Clause) -> Mapping[str, Any]:
    """The first paragraph of an article bears the article's number, the others their own."""
    return {
        "number": f"第{counted(article)}条" if place == 1 else counted(place),
        "text": clause.text,
        "cases": [(f"({number})", case) for number, case in enumerate(clause.cases, 1)],
    }


def _parties(text: ContractText) -> Iterator[Mapping[str, Any]]:
    """Each signer with its box. A joint venture stands above its first member."""
    ventures = {each.members[0]: each for each in text.counterparties if each.members}
    for signer in signature_parties(text):
        party, venture = signer.party, ventures.get(signer.party) if signer.part else None
        yield {
            "field": signer.field,
            "side": signer.label,
            "label": signer.part or signer.label,
            "box_side": f"{signer.label}　{signer.part}" if signer.part else signer.label,
            "box_label": f"{signer.label}{f'（{signer.part}）' if signer.part else ''}の電子署名　{party.name}",
            "lines": [line for line in (party.address, party.name, party.representative) if line],
            "venture": [line for line in (venture.address, venture.name) if line] if venture else [],
        }


def _facts(text: ContractText) -> Mapping[str, Any]:
    facts = ContractFacts(
        format=FORMAT,
        contract_class=text.contract_class,
        edition=form(text.contract_class).edition,
        number=text.number,
        approval=text.approval,
        title=text.title,
        prefecture=text.prefecture.name,
        counterparties=tuple(
            FactsParty(
                name=each.name,
                corporate_number=each.corporate_number,
                members=tuple(member.name for member in each.members),
            )
            for each in text.counterparties
        ),
        amount_yen=text.amount_yen,
        tax_yen=text.tax_yen,
        period_from=text.period_from,
        period_to=text.period_to,
        contract_date=text.contract_date,
        effective_from=text.effective_from,
        provisional=text.provisional,
        boxes=(),
    )
    said: dict[str, Any] = msgspec.to_builtins(facts)
    return said
