"""Every code that any rule refuses with is in the one table of problems, and the table has no code that nobody uses."""

import ast
from collections.abc import Iterator
from pathlib import Path

from api.auth.codes import PROBLEMS as IDENTITY
from api.problems import API, APPROVAL, PROBLEMS
from api.signing.codes import CODES as SIGNING
from domain.campaign.codes import CODES as CAMPAIGN
from domain.contract.codes import CODES as CONTRACT
from domain.directory.codes import CODES as DIRECTORY
from domain.telework.codes import CODES as TELEWORK

ROOT = Path(__file__).parents[2]
# what refuses, and which argument is its code (None: the keyword `code` alone)
CALLS = {"Refused": 0, "require": 1, "Problem": 0, "Outcome": None, "AuthRefused": 0, "PageRefused": 0}
RAISED_BY_SUBCLASS = {"login-needed"}  # LoginNeeded names it in its constructor


def modules(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def codes_in(*packages: str) -> set[str]:
    return {code for _, module in modules(*packages) for node in ast.walk(module) for code in code_of(node)}


def code_of(node: ast.AST) -> Iterator[str]:
    """The literal codes a call refuses with: one, or both of a conditional expression."""
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name not in CALLS:
        return
    place = CALLS[name]
    wanted = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
    if place is not None and len(node.args) > place:
        wanted.append(node.args[place])
    for expression in wanted:
        yield from literals(expression)


def literals(expression: ast.expr) -> Iterator[str]:
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        yield expression.value
    elif isinstance(expression, ast.IfExp):
        yield from literals(expression.body)
        yield from literals(expression.orelse)


def test_every_code_of_the_rules_is_in_the_table() -> None:
    assert codes_in("domain", "workflows") - set(PROBLEMS) == set()


def test_every_code_of_the_api_is_in_the_table() -> None:
    assert codes_in("api") - set(PROBLEMS) == set()


def test_no_code_of_the_table_is_unused() -> None:
    named = {
        constant.value
        for path, module in modules("domain", "workflows", "api")
        if path.name not in ("problems.py", "codes.py")
        for constant in ast.walk(module)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }
    assert set(PROBLEMS) - named - RAISED_BY_SUBCLASS == set()


def test_no_code_has_two_meanings() -> None:
    tables = (APPROVAL, TELEWORK, CAMPAIGN, CONTRACT, API, DIRECTORY, IDENTITY, SIGNING)
    assert sum(map(len, tables)) == len(PROBLEMS)


def test_every_problem_speaks_japanese_to_people_and_english_to_developers() -> None:
    for code, kind in PROBLEMS.items():
        assert kind.title.endswith("。") or kind.title.endswith(")。"), code
        assert kind.detail.isascii(), code
        assert 400 <= kind.status < 600, code
