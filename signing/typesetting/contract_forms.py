"""約款: the articles of each class of contract, read from `forms/` and filled with what one contract says."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

from signing.typesetting.contract_text import Article, Clause, ContractClass, ContractText
from signing.typesetting.wording import PARTY_LABELS, counted, era_date, listed

FORMS = Path(__file__).parent / "forms"
SPECIAL = "special"  # where an order says so, the contract's own articles stand; else last but two
TAIL = ("disputes", "consultation")


class StandardArticle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """標準条項: a clause is a sentence, or a sentence and the cases it lists. `when` names the term it needs."""

    heading: str
    clauses: tuple[str | dict[str, tuple[str, ...]], ...]
    covers: tuple[str, ...] = ()
    when: str | None = None


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One class of contract: its titles, its words for what all contracts have, and its articles in order.

    The longest times to inspect and to pay are those of 支払遅延防止法 5条 and 6条.
    """

    edition: str
    title: str
    provisional_title: str
    preamble: str
    labels: dict[str, str]
    performance: dict[str, str]
    inspection_days_max: int
    payment_days_max: int
    closing: str
    order: tuple[str, ...]
    articles: dict[str, StandardArticle]


@cache
def form(contract_class: ContractClass) -> Form:
    """Give the form of a class, shared articles included. The files are part of the program: a fault in one raises."""
    own = msgspec.yaml.decode((FORMS / f"{contract_class}.yaml").read_bytes(), type=Form)
    return msgspec.structs.replace(own, articles={**_shared(), **own.articles})


def filled_articles(text: ContractText) -> tuple[Article, ...]:
    """Give the articles of `text` in order, as they are printed, with its own in place of the standard ones."""
    keys = _keys(text)
    words = {**_words(text), **{f"@{key}": f"第{counted(number)}条" for number, key in enumerate(keys, 1)}}
    return tuple(article for key in keys for article in _filled(key, text, words))


def covered(text: ContractText) -> frozenset[str]:
    """Give what the law asks such a contract to say (`covers`) that its articles do say, replaced ones not counted."""
    articles = form(text.contract_class).articles
    return frozenset(
        item for key in _keys(text) if key in articles and key not in text.replaced for item in articles[key].covers
    )


def preamble(text: ContractText) -> str:
    """Give the sentence a contract begins with: who, and what they conclude."""
    return form(text.contract_class).preamble.format_map(_words(text))


def closing(text: ContractText) -> str:
    """Give the sentence before the signatures."""
    return form(text.contract_class).closing.format_map(_words(text))


@cache
def _shared() -> dict[str, StandardArticle]:
    return msgspec.yaml.decode((FORMS / "shared.yaml").read_bytes(), type=dict[str, StandardArticle])


def _keys(text: ContractText) -> tuple[str, ...]:
    """The articles of this contract, in order; each of its own counts as one, as `special/1`."""
    chosen = form(text.contract_class)
    own = tuple(f"{SPECIAL}/{number}" for number in range(len(text.special)))
    standard = [key for key in chosen.order if key == SPECIAL or _applies(chosen.articles[key], text)]
    if SPECIAL not in standard:
        place = next((place for place, key in enumerate(standard) if key in TAIL), len(standard))
        standard.insert(place, SPECIAL)
    return tuple(each for key in standard for each in (own if key == SPECIAL else (key,)))


def _applies(article: StandardArticle, text: ContractText) -> bool:
    if article.when is None:
        return True
    if article.when == "joint_venture":
        return any(counterparty.members for counterparty in text.counterparties)
    if article.when == "provisional":
        return text.provisional
    return bool(getattr(text.terms, article.when))


def _filled(key: str, text: ContractText, words: Mapping[str, str]) -> Iterator[Article]:
    if key.startswith(f"{SPECIAL}/"):
        yield text.special[int(key.removeprefix(f"{SPECIAL}/"))]
    elif key in text.replaced:
        yield text.replaced[key]
    else:
        standard = form(text.contract_class).articles[key]
        clauses = tuple(_clause(each, words) for each in standard.clauses)
        yield Article(heading=standard.heading.format_map(words), clauses=clauses)


def _clause(clause: str | dict[str, tuple[str, ...]], words: Mapping[str, str]) -> Clause:
    if isinstance(clause, str):
        return Clause(text=clause.format_map(words))
    ((text, cases),) = clause.items()
    return Clause(text=text.format_map(words), cases=tuple(case.format_map(words) for case in cases))


def _words(text: ContractText) -> dict[str, str]:
    """What may stand in braces in the forms. Values are put in as they are: braces in them are not looked at."""
    chosen, terms, original = form(text.contract_class), text.terms, text.original
    labels = tuple(PARTY_LABELS[1 : 1 + len(text.counterparties)])
    named = zip(labels, text.counterparties, strict=True)
    return {
        "甲": PARTY_LABELS[0],
        "乙": listed(labels),
        "全員": listed((PARTY_LABELS[0], *labels)),
        "県": text.prefecture.name,
        "相手方": listed(tuple(f"{each.name}（以下「{label}」という。）" for label, each in named)),
        **chosen.performance,
        "検査日数": counted(terms.inspection_days or chosen.inspection_days_max),
        "支払日数": counted(terms.payment_days or chosen.payment_days_max),
        "契約保証金": terms.guarantee,
        "保証年数": counted(terms.conformity_years),
        "原契約の番号": original.number if original else "",
        "原契約の件名": original.title if original else "",
        "原契約の日": era_date(original.concluded_on) if original else "",
    }
