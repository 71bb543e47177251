"""処理: what a register lets be done to an entry, by whom, with which fields."""

from domain.entry import commands, facts
from domain.entry.definitions import register_of
from domain.entry.facts import Standing, Value
from domain.entry.people import ENTRANT, acts_as, named
from domain.entry.state import Entry
from domain.entry.story import Story
from domain.entry.values import read_values, require_future_deadlines, require_links
from domain.policies.entry import Register, Transition
from domain.record import Given
from domain.refusals import Refused, require


def move(story: Story, command: commands.Move) -> None:
    """Do one of the register's transitions.

    Refuses `unknown-verb`, `already-closed`, `not-in-this-state`, `self-approval` (the entrant's own permission) and
    `forbidden`, then what the values are refused for.
    """
    state, given = story.state, story.given
    register = register_of(state, given.rules)
    transition = register.transitions.get(command.transition)
    if transition is None:
        raise Refused("unknown-verb")
    require(not state.closed, "already-closed")
    require(given.by.kind == "person", "person-required")
    acts, behalf = acts_as(named(transition.by, state.said), state.entrant, given)
    if not acts:
        own = given.by.person == state.entrant.person and ENTRANT not in transition.by
        raise Refused("self-approval" if own and register.permission_in(state.status) else "forbidden")
    require(state.status in transition.from_, "not-in-this-state")
    values = read_values(register, command.fields, given, takes=transition.fields, requires=transition.requires)
    require_future_deadlines(register, values, given)
    require_links(register, command.fields, given)
    story.tell(
        facts.Moved(
            transition=command.transition,
            label=transition.label,
            values=values,
            standing=_standing(story, register, transition, values),
            opens=transition.opens,
            on_behalf_of=behalf,
        )
    )
    story.inform(transition.tells, state.entrant)
    story.close_if_over(register)


def open_verbs(state: Entry, given: Given) -> dict[str, Transition]:
    """Give what the asking person may do to the entry now, by verb, in the order of the definition."""
    if state.closed or state.maker is None:
        return {}
    found = register_of(state, given.rules).open_from(state.status)
    return {name: each for name, each in found.items() if acts_as(named(each.by, state.said), state.maker, given)[0]}


def _standing(story: Story, register: Register, transition: Transition, values: tuple[Value, ...]) -> Standing | None:
    """Where the entry stands then; None where it stands as before, and nothing about its deadline was said."""
    state = story.state
    name = transition.to or state.status
    due = register.states[name].due
    moved_on = name != state.status or (due is not None and due.field in {each.name for each in values})
    said = {each.name: each for each in (*state.values, *values)}
    return story.standing(register, name, state.entrant, tuple(said.values())) if moved_on else None
