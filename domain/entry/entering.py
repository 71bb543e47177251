"""記入: making an entry. Where the register asks for no permission it stands at once, and people are told at once."""

from domain.clock import civil_date
from domain.entry import commands, facts
from domain.entry.definitions import in_force, register_named
from domain.entry.facts import Party
from domain.entry.people import named, party, posts_for
from domain.entry.story import Story
from domain.entry.values import read_values, require_future_deadlines, require_links, required_at_entry
from domain.eras import fiscal_year
from domain.record import Given
from domain.refusals import Refused, require


def enter(story: Story, command: commands.Enter) -> None:
    """Make the entry in the state its values lead to. Refuses `nobody-to-permit` where permission is needed and nobody
    could give it, `self-approval` and `not-unit-head` where an order is not the entrant's to give.
    """
    given, today = story.given, civil_date(story.given.now)
    require(story.state.status == "none", "already-entered")
    entrant = party(given)
    register = register_named(given.rules, command.register_code, today)
    values = read_values(register, command.fields, given, takes=register.at_entry, requires=required_at_entry(register))
    require_future_deadlines(register, values, given)
    require_links(register, command.fields, given)
    said = {each.name: each.value for each in values}
    beginning = register.beginning(said)
    if beginning is None:
        raise Refused("field-invalid", "fields")
    if beginning.orders is not None:
        _require_superior(entrant, str(said[beginning.orders]), f"fields.{beginning.orders}", given)
    standing = story.standing(register, beginning.state, entrant, values)
    require(beginning.permission is None or standing.posts, "nobody-to-permit")
    whom = named(sorted(register.actors), said)
    actors = [post for who in whom for post in posts_for(who, entrant, given.directory, given.now)]
    story.tell(
        facts.Entered(
            register=command.register_code,
            register_label=register.label,
            edition=in_force(given.rules, today).edition,
            title=next(each.shown for each in values if each.name == register.headline),
            confidential=register.confidential,
            urgent=register.urgent,
            fiscal_year=fiscal_year(today),
            entrant=entrant,
            values=values,
            standing=standing,
            actors=tuple(sorted(set(actors))),
        )
    )
    story.inform(beginning.tells, entrant)
    story.close_if_over(register)


def _require_superior(entrant: Party, post: str, field: str, given: Given) -> None:
    """An order to a post comes from whoever heads its unit or stands over it, never from its own holder."""
    directory, now = given.directory, given.now
    ordered, holder = directory.post(post, civil_date(now)), directory.holder(post, now)
    require(holder is None or holder.person != entrant.person, "self-approval", field)
    over = ordered is not None and directory.in_line_above(entrant.person, ordered.unit, now)
    require(over, "not-unit-head", field)
