"""代決と引上げ: acting once for somebody absent, and going on over somebody absent."""

from typing import assert_never

import msgspec

from domain.approval import commands, facts
from domain.approval.deciding import take_decision
from domain.approval.facts import Party, Proxy
from domain.approval.planning import party
from domain.approval.reviewing import give_concurrence
from domain.approval.standing import hand_over, require_running
from domain.approval.state import Step
from domain.approval.story import Story
from domain.clock import civil_date
from domain.directory import Holder
from domain.events import Actor
from domain.policies.proxies import is_unattended, next_rank_up, require_proxy_allowed
from domain.policies.route import PlannedStep
from domain.refusals import Refused, require


def proxy_decide(story: Story, command: commands.ProxyDecide) -> None:
    """代決 (or examination or concurrence by proxy), once, by the first eligible person of the proxy order who is
    present. A concurrence by proxy agrees; a review is never done by proxy.

    Refuses `wrong-act` where only reviews are asked, `not-absent` (a vacant post is nobody's absence: it goes up),
    `no-eligible-proxy`, `not-first-proxy`, `proxy-forbidden`, `self-approval`.
    """
    _require_someone_of_the_line(story)
    acts = [step for step in story.state.active if step.traits.proxy_order is not None]
    require(acts, "wrong-act")
    away = [step for step in acts if _is_away(story, step)]
    require(away, "not-absent")
    step = hand_over(story, _step_to_stand_in_for(story, away))
    proxy, behalf = _proxy(story, step, command)
    action = step.action
    match action:
        case "decide":
            _require_allowed(story, command)
            take_decision(story, step, command.comment, proxy=proxy, behalf=behalf)
        case "concur":
            answer = facts.ConcurrenceGiven(
                step=step.number, outcome="agree", opinion=command.comment or None, proxy=proxy, on_behalf_of=behalf
            )
            give_concurrence(story, step, answer)
        case "examine":
            story.tell(facts.Examined(step=step.number, proxy=proxy, on_behalf_of=behalf))
            story.go_on()
        case "review":
            raise Refused("wrong-act")  # has no proxy order
        case _:
            assert_never(action)


def _require_someone_of_the_line(story: Story) -> None:
    require_running(story.state)
    require(story.given.by.kind == "person", "person-required")
    require(story.given.by.person not in story.state.drafters, "self-approval")


def _is_away(story: Story, step: Step) -> bool:
    holder = story.holder(step.plan.post)
    return holder is not None and story.given.directory.absence(holder.person, story.given.now) is not None


def _step_to_stand_in_for(story: Story, away: list[Step]) -> Step:
    orders = {step.number: story.proxies_for(step) for step in away}
    require(any(orders.values()), "no-eligible-proxy")
    me = story.given.by.person
    for step in away:
        if orders[step.number] and orders[step.number][0].person == me:
            return step
    later = any(holder.person == me for order in orders.values() for holder in order)
    raise Refused("not-first-proxy" if later else "forbidden")


def _proxy(story: Story, step: Step, command: commands.ProxyDecide) -> tuple[Proxy, Actor]:
    given = story.given
    holder = story.holder(step.plan.post)
    absence = given.directory.absence(holder.person, given.now) if holder else None
    if holder is None or absence is None:
        raise Refused("not-absent")
    behalf = Actor(person=holder.person, name=holder.name, post=holder.post, title=holder.title)
    proxy = Proxy(
        for_post=holder.post,
        for_title=holder.title,
        for_person=holder.person,
        absence=absence.absence,
        absent_until=absence.away_until,
        urgency=command.urgency,
        prior_instruction=command.prior_instruction,
        special_urgency=command.special_urgency,
    )
    return proxy, behalf


def _require_allowed(story: Story, command: commands.ProxyDecide) -> None:
    table = story.given.rules.authority(civil_date(story.given.now))
    dissent = any(step.outcome == "dissent" for step in story.state.steps if step.action == "concur")
    require_proxy_allowed(
        forbidden=table.proxy_forbidden,
        flags=story.state.flags,
        unresolved_concurrence=dissent,
        prior_instruction=command.prior_instruction,
        special_urgency=command.urgency if command.special_urgency else None,
    )


def pull_up(story: Story, command: commands.PullUp) -> None:
    """引上げ over absent people (or vacant posts): over reviews by the next in the route who is asked after them; over
    a concurrence or decision that no proxy may take, by the next rank of the line, who acts instead. Whoever is passed
    over gets the case to read (供覧). An examination never goes up.
    """
    _require_someone_of_the_line(story)
    asked = story.state.active
    away = [step for step in asked if is_unattended(story.today(step), story.given.directory, story.given.now)]
    require(away, "not-absent")
    if _pull_up_act(story, [step for step in away if step.traits.unattended == "goes-up"], command.reason):
        return
    require(all(step.traits.unattended == "passed-over" for step in away), "not-your-turn")
    require(len(away) == len(asked), "others-pending")
    _pull_up_reviews(story, away, command.reason)


def _pull_up_reviews(story: Story, away: list[Step], reason: str) -> None:
    """Over the active reviews and every later one that nobody attends either, up to a step of the asking person."""
    skipped = list(away)
    waiting = [step for step in story.state.steps if step.state == "waiting"]
    for group in sorted({step.plan.group for step in waiting}):
        steps = [step for step in waiting if step.plan.group == group]
        holders = [story.holder(step.plan.post) for step in steps]
        if any(holder and holder.person == story.given.by.person for holder in holders):
            _pass_over(story, skipped, reason)
            return
        directory, now = story.given.directory, story.given.now
        nobody = all(is_unattended(story.today(step), directory, now) for step in steps)
        require(nobody and all(step.traits.unattended == "passed-over" for step in steps), "not-your-turn")
        skipped += steps
    raise Refused("not-your-turn")


def _pull_up_act(story: Story, away: list[Step], reason: str) -> bool:
    """Take the place of the first of the acts that goes up to the asking person; False if none does.

    Refuses `proxy-available` where a proxy may act for the absent holder. A vacant post has no proxy: a proxy needs an
    absence, so its act goes up at once. Whoever is in the route already is not asked twice: a concurrence that goes up
    to them is given with their own step, a decision only after it (`others-pending`).
    """
    for step in away:
        above = next_rank_up(
            story.called(step.plan.post),
            unit=story.unit,
            directory=story.given.directory,
            at=story.given.now,
            excluded=story.actors.barred_from(step.action),
            present_only=True,
        )
        if above is None or above.person != story.given.by.person:
            continue
        require(not (_is_away(story, step) and story.proxies_for(step)), "proxy-available")
        asked_anyway = any(_is_asked(story, each, above.person) for each in story.state.steps if each != step)
        require(step.traits.place != "decision" or not asked_anyway, "others-pending")
        _pass_over(story, [step], reason, instead=None if asked_anyway else _instead(story, step, above))
        return True
    return False


def _is_asked(story: Story, step: Step, person: str) -> bool:
    holder = story.holder(step.plan.post)
    return step.is_open and step.traits.place != "after" and holder is not None and holder.person == person


def _instead(story: Story, step: Step, holder: Holder) -> PlannedStep:
    post = story.given.directory.post(holder.post, civil_date(story.given.now))
    return msgspec.structs.replace(
        step.plan,
        step=story.state.spent + 1,
        post=holder.post,
        posts=(holder.post,),
        title=holder.title,
        rank=post.rank if post else step.plan.rank,
        person=holder.person,
        name=holder.name,
        reason=f"{step.plan.title}が不在で代決できる職員がいないため、{holder.title}に引き上げました。",
    )


def _pass_over(story: Story, skipped: list[Step], reason: str, *, instead: PlannedStep | None = None) -> None:
    story.tell(facts.PulledUp(skipped=tuple(step.number for step in skipped), reason=reason, instead=instead))
    known = {reader.post for reader in story.state.circulation}
    readers: list[Party] = []
    for step in skipped:
        holder = story.holder(step.plan.post)
        if holder is not None and holder.post not in known:
            readers.append(party(holder.person, holder.post, story.given))
            known.add(holder.post)
    if readers:
        story.tell(facts.CirculationRequested(readers=tuple(readers)))
    story.go_on()
