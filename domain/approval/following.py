"""決裁後と周辺の行為: circulation, enforcement, completion."""

from datetime import date

from domain.approval import commands, facts
from domain.approval.planning import party
from domain.approval.standing import is_drafter, of_drafters_unit
from domain.approval.state import ENDED
from domain.approval.story import Story
from domain.clock import civil_date
from domain.eras import fiscal_year
from domain.refusals import Refused, require


def circulate(story: Story, command: commands.Circulate) -> None:
    """供覧 by the drafter or the decider."""
    state, given = story.state, story.given
    decided_by = {step.acted.person for step in state.steps if step.acted and step.action == "decide"}
    deciding = {
        holder.person for step in state.active if step.action == "decide" and (holder := story.holder(step.plan.post))
    }
    require(is_drafter(story) or given.by.person in decided_by | deciding, "forbidden")
    require(state.status not in ("withdrawn", "abandoned"), "already-closed")
    already = {reader.post for reader in state.circulation}
    readers = []
    for post in dict.fromkeys(command.posts):
        holder = given.directory.holder(post, given.now)
        if holder is None:
            raise Refused("unknown-post", "posts")
        if post not in already:
            readers.append(party(holder.person, post, given))
    require(readers, "already-circulated", "posts")
    story.tell(facts.CirculationRequested(readers=tuple(readers)))


def confirm(story: Story, command: commands.Confirm) -> None:
    """供覧の確認 by a reader."""
    state, given = story.state, story.given
    mine = {post.code for post in given.directory.posts_of(given.by.person, given.now)}
    asked = [reader.post for reader in state.circulation if reader.post in mine or reader.person == given.by.person]
    require(asked, "forbidden")
    unread = [post for post in asked if post not in state.confirmed]
    require(unread, "already-confirmed")
    for post in unread:
        story.tell(facts.CirculationConfirmed(post=post))


def enforce(story: Story, command: commands.Enforce) -> None:
    """施行 by the drafter's unit: not before the day of the decision, not in the future."""
    state = story.state
    require(of_drafters_unit(story), "forbidden")
    require(state.status not in ENDED, "already-closed")
    require(state.status != "enforced", "already-enforced")
    decided_at = state.decided_at
    if state.status != "decided" or decided_at is None:
        raise Refused("not-decided")
    today = civil_date(story.given.now)
    on = command.on or today
    require(on >= civil_date(decided_at), "before-decision", "on")
    require(on <= today, "in-the-future", "on")
    story.tell(facts.Enforced(method=command.method, seal_mode=command.seal_mode, on=on))


def complete(story: Story, command: commands.Complete) -> None:
    """完結 by the drafter's unit; retention is counted from 1 April after the completion fiscal year."""
    state = story.state
    require(of_drafters_unit(story), "forbidden")
    require(state.status not in ENDED, "already-closed")
    require(state.status == "enforced", "not-enforced")
    year = fiscal_year(civil_date(story.given.now))
    years = story.rules.retention_years.get(state.content.kind)
    if years is None:
        raise Refused("unknown-kind", "kind")
    story.tell(
        facts.Completed(
            completion_fiscal_year=year, retention_years=years, retained_until=date(year + 1 + years, 3, 31)
        )
    )
