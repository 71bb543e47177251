"""管理簿の定義の参照: the definition an entry is made by, and the one it was made by, out of the rulebook."""

from datetime import date
from typing import cast

from domain.entry.state import Entry
from domain.policies.entry import Register, RegisterRules
from domain.refusals import Refused
from domain.rulebook import Rulebook, parsed

SUBJECT = "registers"


def in_force(rules: Rulebook, on: date) -> RegisterRules:
    """Give the registers in force on a day. Refuses `no-rules-in-force`."""
    return cast(RegisterRules, rules.plain(SUBJECT, on))


def register_named(rules: Rulebook, register: str, on: date) -> Register:
    """Give one register as it is in force on a day. Refuses `unknown-register`."""
    found = in_force(rules, on).definitions.get(register)
    if found is None:
        raise Refused("unknown-register", "register_code")
    return found


def register_of(state: Entry, rules: Rulebook) -> Register:
    """Give the definition that the entry was made by: a new edition does not change the entries of an old one."""
    edition = cast(RegisterRules, parsed(rules.named(SUBJECT, state.edition)))
    return edition.definitions[state.register]
