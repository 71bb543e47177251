"""Workflow modules see data types only, raise only what ends the right thing, and say in Japanese what they wait
for.
"""

import ast
import sys
from types import ModuleType

import pytest

from tests.guards.workflow_modules import called, imported, tree, workflow_calls, workflow_modules

DATA_TYPES = {"domain.envelope", "domain.view"}
MODULES = workflow_modules()
by_name = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)


def test_the_processes_are_among_them() -> None:
    assert {"workflows.approval", "workflows.case", "workflows.stranger"} <= {each.__name__ for each in MODULES}


@by_name
def test_it_imports_data_types_only(module: ModuleType) -> None:
    """A rule in a workflow would make every change of it a change of running processes (ADR 0008)."""
    ours = {name for name in imported(module) if name.partition(".")[0] not in (*sys.stdlib_module_names, "temporalio")}
    assert {name for name in ours if not name.startswith("workflows.")} <= DATA_TYPES


@by_name
def test_it_imports_nothing_that_differs_from_run_to_run(module: ModuleType) -> None:
    """It is passed through the sandbox: nobody else would notice."""
    assert not imported(module) & {"os", "random", "secrets", "socket", "time", "uuid"}
    clocks = {"now", "utcnow", "today"}
    read = [
        ast.unparse(node) for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute) and node.attr in clocks
    ]
    assert read == []


@by_name
def test_it_raises_only_what_fails_an_update_or_a_run(module: ModuleType) -> None:
    """Any other exception suspends the process and tries its task again for ever."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Raise) and node.exc is not None:
            assert isinstance(node.exc, ast.Call), ast.unparse(node)
            assert ast.unparse(node.exc.func) == "ApplicationError", ast.unparse(node)


@by_name
def test_every_activity_and_every_wait_says_what_it_is_for(module: ModuleType) -> None:
    """The finance division reads it in the Temporal UI."""
    for call in workflow_calls(tree(module)):
        given = {keyword.arg for keyword in call.keywords}
        if "activity" in called(call) or called(call) == "sleep":
            assert "summary" in given, ast.unparse(call)
        if called(call) == "wait_condition" and "timeout" in given:
            assert "timeout_summary" in given, ast.unparse(call)
