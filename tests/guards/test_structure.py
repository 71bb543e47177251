"""Structure is a feature: every process whole, names inside the repository, files and functions of readable size."""

import ast
import importlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kessai.processes import PROCESSES

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60  # aim: 40; the ten longest are printed by `pytest -s`
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "misc", "service"}
SHARED_NOUNS = {  # records of reference: they have routes and a workflow, and no pages or read model of their own noun
    "directory",
    "webhook",
}
PLACES = (
    "domain/{noun}.py|domain/{noun}/__init__.py",
    "domain/policies/{noun}.py",
    "workflows/{noun}.py",
    "projections/{noun}.py|projections/{noun}/__init__.py",
    "api/routes/{noun}.py",
    "api/pages/{noun}.py",
    "api/templates/{noun}/",
    "tests/records/test_{noun}*.py",
    "tests/flows/test_{noun}*.py",
    "tests/web/test_{noun}*.py",
)


def code(repository: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [repository / name for name in listed if (repository / name).exists()]


def functions(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or 0) - node.lineno + 1, f"{path}:{node.lineno} {node.name}"


@pytest.mark.parametrize("noun", [p.record.noun for p in PROCESSES if p.record.noun not in SHARED_NOUNS])
@pytest.mark.parametrize("place", PLACES)
def test_every_process_is_whole(repository: Path, noun: str, place: str) -> None:
    candidates = place.format(noun=noun).split("|")
    assert any(list(repository.glob(each.rstrip("/"))) for each in candidates), f"{noun} has no {place}"


def test_top_level_names_are_ours(repository: Path) -> None:
    """Distributions called workflows, domain, signing or projections exist: ours must be the ones that are imported."""
    for name in ("domain", "workflows", "signing", "projections", "api", "kessai"):
        found = importlib.import_module(name).__file__
        assert found is not None
        assert Path(found).is_relative_to(repository), f"{name} comes from {found}"


def test_no_file_is_a_heap(repository: Path) -> None:
    names = {path.stem for path in code(repository)}
    assert not names & FORBIDDEN_NAMES


def test_files_and_functions_stay_readable(repository: Path) -> None:
    paths = [path for path in code(repository) if "tests" not in path.relative_to(repository).parts]
    files = sorted(
        ((len(path.read_text("utf-8").splitlines()), str(path.relative_to(repository))) for path in paths), reverse=True
    )
    longest = sorted((each for path in paths for each in functions(path)), reverse=True)
    print("longest files", *files[:10], "longest functions", *longest[:10], sep="\n  ")  # noqa: T201  # the point of this guard
    assert [each for each in files if each[0] > FILE_LINES_MAX] == []
    assert [each for each in longest if each[0] > FUNCTION_LINES_MAX] == []


def test_every_module_says_in_one_sentence_what_it_is(repository: Path) -> None:
    silent = [
        path
        for path in code(repository)
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_nothing_swallows_exceptions(repository: Path) -> None:
    """`except …: pass` and bare `except:` hide what went wrong."""
    found = []
    for path in code(repository):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or (
                    isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
                )
                empty = all(isinstance(each, ast.Pass | ast.Continue) for each in node.body)
                if broad and empty:
                    found.append(f"{path}:{node.lineno}")
    assert found == []
