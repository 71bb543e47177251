"""What a process does in Temporal equals its committed text (`workflow_fingerprints.txt`): activities, waits with their
durations, names of updates, signals and queries. Replaying histories does not notice a changed timer; this does.
"""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

from temporalio.workflow import _Definition

from tests.guards.golden import equals_committed
from tests.guards.workflow_modules import PROCESSES, called, tree, workflow_calls, workflow_modules

COMMANDS = frozenset(
    {
        "continue_as_new",
        "deprecate_patch",
        "execute_activity",
        "execute_child_workflow",
        "execute_local_activity",
        "patched",
        "sleep",
        "start_activity",
        "start_child_workflow",
        "start_local_activity",
        "upsert_memo",
        "upsert_search_attributes",
        "wait_condition",
    }
)
WORDING = frozenset({"summary", "timeout_summary", "static_summary", "static_details"})  # replay does not look at these


def test_processes_do_what_they_did() -> None:
    lines: list[str] = []
    for process in PROCESSES:
        lines += messages(process)
    for module in workflow_modules():
        lines += [f"{module.__name__}", *(f"  {line}" for line in (*constants(module), *commands(module)))]
    equals_committed("workflow_fingerprints.txt", lines)


def messages(process: type) -> list[str]:
    """A process's type, arguments, and the names under which it takes updates, signals and queries (*: any)."""
    definition = _Definition.must_from_class(process)
    parameters = [str(each) for each in inspect.signature(definition.run_fn).parameters.values()][1:]
    lines = [f"{definition.name or '*'} run({', '.join(parameters)})"]
    for kind, handlers in (
        ("update", definition.updates),
        ("signal", definition.signals),
        ("query", definition.queries),
    ):
        lines += [f"  {kind} {name or '*'}" for name in handlers]
    return lines


def constants(module: ModuleType) -> Iterator[str]:
    """The module's constants, where durations and retry policies live."""
    for node in tree(module).body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield f"{name} = {ast.unparse(value)}"
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield f"{name} = {ast.unparse(value)}"


def commands(module: ModuleType) -> Iterator[str]:
    """Every call by which the module's functions give Temporal a command, with its arguments."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for call in workflow_calls(node):
                if called(call) in COMMANDS:
                    given = [ast.unparse(argument) for argument in call.args]
                    given += [ast.unparse(each) for each in call.keywords if each.arg not in WORDING]
                    yield f"{node.name}: {called(call)}({', '.join(given)})"
