"""申請者の行為: applying, changing, withdrawing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.clock import civil_date
from domain.eras import fiscal_year
from domain.policies.telework import Slot, Wanted, apply_until, plan_day, require_entitled
from domain.policies.telework_rules import SatelliteOffice, TeleworkRules
from domain.record import Given
from domain.refusals import Refused, require
from domain.telework import commands, facts
from domain.telework.facts import FieldChange, Party, Request, Ruling
from domain.telework.holding import hold, release
from domain.telework.standing import head_of, party_of, post_of, require_applicant
from domain.telework.state import CLOSED, Telework
from domain.telework.story import Story

SHOWN = ("kind", "day", "tasks", "reachable_by", "place", "work_pattern", "slots")


@dataclass(frozen=True, kw_only=True)
class Application:
    """What is applied for, as it came in."""

    wanted: Wanted
    tasks: str
    reachable_by: str
    late_reason: str | None
    rules_version: str | None


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """An application that the rules allow."""

    request: Request
    ruling: Ruling
    office: SatelliteOffice | None
    rules: TeleworkRules


def submit(story: Story, command: commands.Submit) -> None:
    """申請: takes the day, and the seat at a satellite office, until it is given back.

    Refuses `person-required`, `no-approver`, `excluded-staff`, what `plan_day` and `hold` refuse,
    `stale-service-rules`, `late-needs-reason`.
    """
    given = story.given
    require(story.state.status == "none", "not-pending")
    require(given.by.kind == "person" and given.by.post is not None, "person-required")
    applicant = party_of(given, given.by.person, given.by.post or "")
    head = head_of(given, applicant)
    application = Application(
        wanted=Wanted(
            kind=command.kind,
            day=command.day,
            place=command.place,
            work_pattern=command.work_pattern,
            slots=slots_of(command.slots),
        ),
        tasks=command.tasks,
        reachable_by=command.reachable_by,
        late_reason=command.late_reason,
        rules_version=command.rules_version,
    )
    admitted = _admitted(given, applicant, application)
    hold(story, applicant.person, admitted.request, admitted.office, rules=admitted.rules)
    story.tell(
        facts.Submitted(
            applicant=applicant,
            head=head,
            request=admitted.request,
            ruling=admitted.ruling,
            fiscal_year=fiscal_year(command.day),
            remind_at=_remind_at(admitted.request, given.now),
        )
    )


def change(story: Story, command: commands.Change) -> None:
    """変更, until the day has begun; a returned request is handed in again with it. It must be approved anew: an order
    that stood has lapsed.

    An order whose day has passed is the head's to revoke (`day-passed`). A change is late like an application, but a
    request that was returned keeps its mark while its day stays the same. Refuses `ordered-by-command`,
    `already-started`, `nothing-changed`, and what an application is refused.
    """
    state, given = story.state, story.given
    require_applicant(story)
    require(state.status not in CLOSED, "already-closed")
    require(state.status in ("submitted", "ordered", "returned"), "already-started")
    require(not state.by_command, "ordered-by-command")
    require(state.status != "ordered" or state.content.day >= civil_date(given.now), "day-passed")
    post = post_of(state, given.directory, given.now)
    applicant = party_of(given, state.person.person, post)
    before = application_of(state)
    application = _changed(before, command)
    again = state.status == "returned"
    require(again or _typed(application) != _typed(before), "nothing-changed")
    keeps = state.judged if again and application.wanted.day == state.content.day else None
    admitted = _admitted(given, applicant, application, keeps=keeps)
    changes = _changes(state.content, admitted.request)
    require(again or changes, "nothing-changed")
    hold(story, applicant.person, admitted.request, admitted.office, rules=admitted.rules)
    story.tell(
        facts.Changed(
            head=head_of(given, applicant),
            request=admitted.request,
            ruling=admitted.ruling,
            fiscal_year=fiscal_year(admitted.request.day),
            changes=changes,
            reason=command.reason,
            lapsed=state.order is not None,
            remind_at=_remind_at(admitted.request, given.now),
        )
    )


def withdraw(story: Story, command: commands.Withdraw) -> None:
    """取下げ, until it is ordered: from then on it is the head's to revoke (`order-stands`)."""
    state = story.state
    require_applicant(story)
    require(state.status not in CLOSED, "already-closed")
    require(state.status != "ordered", "order-stands")
    require(state.status in ("submitted", "returned"), "already-started")
    release(story)
    story.tell(facts.Withdrawn(reason=command.reason))


def slots_of(given: Iterable[commands.SlotIn]) -> tuple[Slot, ...]:
    """The slots as the fact keeps them."""
    return tuple(Slot(kind=each.kind, from_=each.from_, to=each.to) for each in given)


def application_of(state: Telework) -> Application:
    """What was applied for last."""
    request = state.content
    return Application(
        wanted=Wanted(
            kind=request.kind,
            day=request.day,
            place=request.place,
            work_pattern=request.plan.work_pattern,
            slots=request.plan.slots,
        ),
        tasks=request.tasks,
        reachable_by=request.reachable_by,
        late_reason=None,
        rules_version=None,
    )


def wanted_after(before: Wanted, command: commands.Change) -> Wanted:
    """The day as it is wanted after the change. Another kind begins with its own place, pattern and slots, another
    pattern with its own hours.
    """
    named: dict[str, Any] = {name: getattr(command, name) for name in command.model_fields_set}
    if command.kind is not None and command.kind != before.kind:
        before = replace(before, kind=command.kind, place=None, work_pattern=None, slots=())
    if command.work_pattern is not None and command.work_pattern != before.work_pattern:
        before = replace(before, work_pattern=command.work_pattern, slots=())
    if command.day is not None:
        before = replace(before, day=command.day)
    if "place" in named:
        before = replace(before, place=command.place)
    if command.slots is not None:
        before = replace(before, slots=slots_of(command.slots))
    return before


def _changed(before: Application, command: commands.Change) -> Application:
    return replace(
        before,
        wanted=wanted_after(before.wanted, command),
        tasks=command.tasks or before.tasks,
        reachable_by=command.reachable_by or before.reachable_by,
        late_reason=command.late_reason,
        rules_version=command.rules_version,
    )


def _typed(application: Application) -> tuple[Wanted, str, str]:
    """What of an application can differ from what stands in the request."""
    return application.wanted, application.tasks, application.reachable_by


def _changes(before: Request, after: Request) -> tuple[FieldChange, ...]:
    """Field by field, as the request stood and as it stands now: also the hours that another kind or pattern brought
    along without anybody typing them.
    """
    old, new = _readable(before), _readable(after)
    return tuple(FieldChange(field=name, before=old[name], after=new[name]) for name in SHOWN if old[name] != new[name])


def _readable(request: Request) -> dict[str, str]:
    slots = [f"{each.kind} {each.from_}-{each.to}" for each in request.plan.slots]
    return {
        "kind": request.kind,
        "day": request.day.isoformat(),
        "tasks": request.tasks,
        "reachable_by": request.reachable_by,
        "place": request.place or "",
        "work_pattern": request.plan.work_pattern,
        "slots": ", ".join(slots),
    }


def _admitted(given: Given, applicant: Party, application: Application, *, keeps: Ruling | None = None) -> Admitted:
    """Judge an application by the rules of its day."""
    wanted, now = application.wanted, given.now
    require(wanted.day >= civil_date(now), "in-the-past", "day")
    rules = given.rules.telework(wanted.day)
    described = given.directory.post(applicant.post, civil_date(now))
    if described is None:
        raise Refused("not-your-post", "Kessai-Post")
    require_entitled(described, given.directory.roles(applicant.person, now), rules)
    judged = plan_day(wanted, today=civil_date(now), rules=rules, calendars=given.calendars)
    shown = application.rules_version
    require(shown is None or shown == rules.service_rules_version, "stale-service-rules", "rules_version")
    until = apply_until(wanted.day, judged.plan.starts_at, rules=rules, calendars=given.calendars)
    late, late_reason = (keeps.late, keeps.late_reason) if keeps else (now > until, application.late_reason)
    require(not late or late_reason, "late-needs-reason", "late_reason")
    request = Request(
        kind=wanted.kind,
        day=wanted.day,
        tasks=application.tasks,
        reachable_by=application.reachable_by,
        place=judged.office.code if judged.office else None,
        place_name=judged.office.name if judged.office else None,
        plan=judged.plan,
    )
    ruling = Ruling(
        edition=rules.edition,
        rule_set=rules.rule_set,
        service_rules=rules.service_rules_version,
        apply_until=until,
        late=late,
        late_reason=late_reason if late else None,
    )
    return Admitted(request=request, ruling=ruling, office=judged.office, rules=rules)


def _remind_at(request: Request, now: datetime) -> datetime | None:
    """When the head is reminded of a request that nobody has decided: as the day is to begin, or before it ends."""
    return next((at for at in (request.plan.starts_at, request.plan.ends_at) if at > now), None)
