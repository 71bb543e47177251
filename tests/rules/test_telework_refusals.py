"""断りの言葉: every code that telework can be refused with has a sentence of its own that says what to do, and none
speaks of drafts and cases, which an applicant has never heard of.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.problems import PROBLEMS
from domain.telework.codes import CODES

ROOT = Path(__file__).parents[2]
SOURCES = (
    *sorted((ROOT / "domain" / "telework").glob("*.py")),
    *sorted((ROOT / "domain" / "policies").glob("telework*.py")),
    ROOT / "domain" / "calendars.py",
    ROOT / "domain" / "ledger" / "order.py",
    ROOT / "domain" / "ledger" / "writing.py",
)
NAMED_BY_THE_ISSUE = {
    "satellite-full": 422,
    "satellite-hours": 422,
    "not-unit-head": 403,
    "self-approval": 403,
    "overlapping-slot": 422,
    "late-needs-reason": 422,
    "overtime-not-temporary": 422,
    "closed-day": 422,
}
OTHERS_WORDS = ("起案", "案件", "決裁書", "回議", "合議", "審査")
SAYS_WHAT_TO_DO = ("ください", "申請できます")


def refused_with() -> Iterator[str]:
    """The literal codes of `require`, `Refused`, `super().__init__` of a refusal, and outcomes."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                place = {"require": 1, "Refused": 0, "__init__": 0}.get(called)
                arguments = [each.value for each in node.keywords if each.arg == "code"]
                if place is not None and len(node.args) > place:
                    arguments.append(node.args[place])
                yield from filter(_is_code, (str(getattr(each, "value", "")) for each in arguments))


def _is_code(text: str) -> bool:
    return text.replace("-", "").isalpha() and text.islower()


OF_THE_RULEBOOK = {"no-rules-in-force"}  # what else stands in its module concerns whoever adopts rules
REFUSALS = sorted({*refused_with(), *CODES, *OF_THE_RULEBOOK})


def test_the_sources_were_read() -> None:
    assert set(NAMED_BY_THE_ISSUE) | {"stale-version", "outside-calendar", "key-reused"} <= set(REFUSALS)
    assert set(CODES) <= set(refused_with())


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_says_what_to_do_in_words_of_telework(code: str) -> None:
    problem = PROBLEMS[code]
    assert not [word for word in OTHERS_WORDS if word in problem.title], problem.title
    assert any(word in problem.title for word in SAYS_WHAT_TO_DO), problem.title
    assert problem.title.endswith("。") or problem.title.endswith("。)")


def test_each_refusal_has_a_sentence_of_its_own() -> None:
    titles = [PROBLEMS[code].title for code in REFUSALS]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(("code", "status"), NAMED_BY_THE_ISSUE.items())
def test_what_the_contract_names_has_its_status(code: str, status: int) -> None:
    assert PROBLEMS[code].status == status
