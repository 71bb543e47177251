"""Every record says of its verbs what the rest of the system asks: names, who may send them, which one begins it."""

import ast
import re
from pathlib import Path

from domain.streams import prefix_of
from kessai.processes import PROCESSES, RECORDS

NOUN = re.compile(r"[a-z]+\Z")  # no hyphen: it ends the noun in a stream's name
VERB = re.compile(r"[a-z]+(-[a-z]+)*\Z")
ONLY_ONE = {"directory"}  # of which a prefecture has one, that nobody creates


def test_nouns_and_verbs_are_fit_for_addresses_and_stream_names() -> None:
    for noun, record in RECORDS.items():
        assert NOUN.match(noun), noun
        assert all(VERB.match(name) for name in record.verbs), noun
        assert all(verb.label for verb in record.verbs.values()), noun


def test_no_two_verbs_of_a_record_are_called_the_same_or_take_the_same_body() -> None:
    for record in RECORDS.values():
        assert len(set(record.labels.values())) == len(record.verbs)
        assert len(set(record.commands.values())) == len(record.verbs)


def test_every_process_has_a_verb_that_begins_it() -> None:
    for process in PROCESSES:
        assert bool(process.record.creates) != (process.record.noun in ONLY_ONE), process.record.noun
        assert not process.record.creates & (process.record.system | process.record.after_end)


def test_no_rule_across_records_is_called_like_a_record(repository: Path) -> None:
    """What begins like a record's stream is taken for one: by the reconciler, the read models and the notifier."""
    rules = {rule for path in sorted((repository / "domain").rglob("*.py")) for rule in guard_rules(path)}
    assert rules
    assert [rule for rule in rules for noun in RECORDS if rule.startswith(prefix_of(noun))] == []


def guard_rules(path: Path) -> set[str]:
    """The rules whose streams a module names: the first argument of each `guard_stream(…)`."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    named = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "guard_stream"]
    assert all(isinstance(each, ast.Constant) for each in named), f"{path}: a rule's name is written out"
    return {str(each.value) for each in named if isinstance(each, ast.Constant)}
