"""所属長の行為: approval and order in one act, order without a request, return, rejection, revocation."""

from datetime import datetime, timedelta

from domain.calendars import OutsideCalendar
from domain.clock import civil_date
from domain.eras import fiscal_year
from domain.events import Actor
from domain.parties import party_at
from domain.policies.deadlines import due_after_office_days
from domain.policies.telework import Wanted, plan_day
from domain.policies.telework_rules import TeleworkRules
from domain.refusals import Refused, require
from domain.telework import commands, facts
from domain.telework.facts import Party, Request, Ruling
from domain.telework.holding import hold, release
from domain.telework.requesting import slots_of
from domain.telework.standing import head_of, party_of, post_of, require_head, require_head_for
from domain.telework.state import CLOSED
from domain.telework.story import Story


def approve(story: Story, command: commands.Approve) -> None:
    """承認・命令: one act with two effects, until the day is over (`day-passed`)."""
    state, given = story.state, story.given
    behalf = _require_head_of_submitted(story)
    require(civil_date(given.now) <= state.content.day, "day-passed")
    post = post_of(state, given.directory, given.now)
    person = party_at(Party, given.directory, state.person.person, post, given.now) or state.person
    order = ordered(person, state.content, story.rules, given.now)
    story.tell(facts.Approved(order=order, comment=command.comment or None, on_behalf_of=behalf))


def order(story: Story, command: commands.Order) -> None:
    """申請によらない命令 by the head of the person's unit (or who stands in), in an emergency: deadline, closed days,
    limits and exclusion do not bind it. Seats, hours of satellite offices and 「一人一日一件」 do.

    Refuses `unknown-post`, `vacant-post`, `self-approval`, `not-unit-head`, and what `plan_day` and `hold` refuse.
    """
    given = story.given
    require(story.state.status == "none", "not-pending")
    today = civil_date(given.now)
    require(given.directory.post(command.to_post, today) is not None, "unknown-post", "to_post")
    holder = given.directory.holder(command.to_post, given.now)
    if holder is None:
        raise Refused("vacant-post", "to_post")
    behalf = require_head_for(given, person=holder.person, post=command.to_post)
    person = party_of(given, holder.person, command.to_post)
    require(command.day >= today, "in-the-past", "day")
    rules = given.rules.telework(command.day)
    wanted = Wanted(
        kind=command.kind,
        day=command.day,
        place=command.place,
        work_pattern=command.work_pattern,
        slots=slots_of(command.slots),
    )
    judged = plan_day(wanted, today=today, rules=rules, calendars=given.calendars, by_command=True)
    request = Request(
        kind=command.kind,
        day=command.day,
        tasks=command.tasks,
        reachable_by=command.reachable_by or "",
        place=judged.office.code if judged.office else None,
        place_name=judged.office.name if judged.office else None,
        plan=judged.plan,
    )
    hold(story, person.person, request, judged.office, rules=rules, by_command=True)
    story.tell(
        facts.Ordered(
            applicant=person,
            head=head_of(given, person),
            request=request,
            ruling=Ruling(
                edition=rules.edition,
                rule_set=rules.rule_set,
                service_rules=None,
                apply_until=None,
                late=False,
                late_reason=None,
            ),
            fiscal_year=fiscal_year(command.day),
            order=ordered(person, request, rules, given.now),
            reason=command.reason,
            on_behalf_of=behalf,
        )
    )


def ordered(person: Party, request: Request, rules: TeleworkRules, now: datetime) -> facts.Order:
    """The order as it is issued now. A start is overdue so many minutes after it was planned (or ordered, if that is
    later), and the head is told when as much time has passed again.
    """
    patience = timedelta(minutes=rules.start_overdue_minutes)
    remind_at = max(request.plan.starts_at, now) + patience
    return facts.Order(
        person=person.person,
        name=person.name,
        post=person.post,
        title=person.title,
        day=request.day,
        kind=request.kind,
        place=request.place,
        place_name=request.place_name,
        starts_at=request.plan.starts_at,
        ends_at=request.plan.ends_at,
        start_remind_at=remind_at,
        start_tell_at=remind_at + patience,
    )


def return_(story: Story, command: commands.Return) -> None:
    """差戻し: day and seat are free again until the request is handed in anew, which is possible until the office day
    after its day (or after the return, if that is later).
    """
    behalf = _require_head_of_submitted(story)
    release(story)
    story.tell(facts.Returned(reason=command.reason, on_behalf_of=behalf, lapses_at=_lapses_at(story)))


def reject(story: Story, command: commands.Reject) -> None:
    """不承認"""
    behalf = _require_head_of_submitted(story)
    release(story)
    story.tell(facts.Rejected(reason=command.reason, on_behalf_of=behalf))


def revoke(story: Story, command: commands.Revoke) -> None:
    """命令の取消し, until the telework has begun; also after its day, where nobody ever started."""
    state = story.state
    behalf = require_head(story)
    require(state.status not in CLOSED, "already-closed")
    require(state.status not in ("submitted", "returned"), "not-ordered")
    require(state.status == "ordered", "already-started")
    release(story)
    story.tell(facts.Revoked(reason=command.reason, on_behalf_of=behalf))


def _lapses_at(story: Story) -> datetime | None:
    """Until when a request returned now may be handed in again; None where the holiday table does not reach so far."""
    last = max(story.given.now, story.state.content.plan.ends_at)
    try:
        return due_after_office_days(last, 1, story.given.calendars)
    except OutsideCalendar:
        return None


def _require_head_of_submitted(story: Story) -> Actor | None:
    behalf = require_head(story)
    require(story.state.status not in CLOSED, "already-closed")
    require(story.state.status == "submitted", "not-pending")
    return behalf
