"""Nothing in domain/ reads a clock or makes randomness: time and identity come from outside, or replay would differ."""

import ast
from pathlib import Path

import pytest

MODULES = {"random", "secrets", "time", "locale", "socket"}
CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "os.urandom",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid1",
    "uuid4",
    "getrandbits",
}
FILES = sorted((Path(__file__).parents[2] / "domain").rglob("*.py"))


def test_there_is_a_domain() -> None:
    assert len(FILES) > 50


@pytest.mark.parametrize("file", FILES, ids=lambda file: "/".join(file.parts[file.parts.index("domain") :]))
def test_it_reads_no_clock_and_makes_no_randomness(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                assert not {alias.name for alias in names} & MODULES
            case ast.ImportFrom(module=str(module), names=names):
                assert module not in MODULES
                assert not {alias.name for alias in names} & CALLS
            case ast.Call(func=function):
                assert ast.unparse(function).removeprefix("datetime.datetime.") not in CALLS, ast.unparse(node)
