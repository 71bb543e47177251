"""Workflow modules: those that hold a process, and those of ours they are made of, as syntax trees."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType

from kessai.processes import WORKFLOWS
from workflows.custodian import ContractRenewal, CustodyRound
from workflows.stranger import Stranger

PROCESSES = (*WORKFLOWS, CustodyRound, ContractRenewal, Stranger)
PACKAGE = "workflows."


def workflow_modules() -> list[ModuleType]:
    """Give every module that runs inside the workflow sandbox, by name."""
    waiting = {process.__module__ for process in PROCESSES}
    found: dict[str, ModuleType] = {}
    while waiting:
        name = waiting.pop()
        found[name] = importlib.import_module(name)
        waiting |= {each for each in imported(found[name]) if each.startswith(PACKAGE)} - set(found)
    return [found[name] for name in sorted(found)]


def tree(module: ModuleType) -> ast.Module:
    """Give a module's syntax tree."""
    return ast.parse(inspect.getsource(module))


def imported(module: ModuleType) -> set[str]:
    """Give the names of the modules a module imports from."""
    names: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def workflow_calls(node: ast.AST) -> Iterator[ast.Call]:
    """Give every `workflow.…(…)` call in a tree, in the order of the text."""
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call) and _is_workflow(each.func)]
    yield from sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def called(call: ast.Call) -> str:
    """Give the name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _is_workflow(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "workflow"
    )
