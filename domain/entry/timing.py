"""期限: what time alone brings about. It reminds whoever is waited on and tells the head; it moves an entry only where
the register says that a period ends by itself (満了).

Every occasion that `due` names adds one fact when it is taken up as named, and its name never comes again.
"""

from datetime import datetime

from domain.directory import Directory
from domain.entry import commands, facts
from domain.entry.definitions import register_of
from domain.entry.people import HEAD, told
from domain.entry.state import Entry
from domain.entry.story import Story, next_repeat
from domain.policies.entry import Due, Register
from domain.record import Occasion

DEADLINES = "期限管理"
EXPIRED, EXPIRED_LABEL = "expired", "満了"


def due(state: Entry, now: datetime, directory: Directory) -> tuple[Occasion, ...]:
    """What the deadline rule has to do at `now`: report an entry overdue, once a stage; remind, each time once."""
    if state.closed or state.where is None:
        return ()
    due_at = state.where.due_at
    if due_at is not None and due_at <= now and not state.overdue:
        report = commands.ReportOverdue(stage=state.stage)
        occasion = f"overdue/{state.stage}"
        return (Occasion(verb="report-overdue", rule=DEADLINES, occasion=occasion, command=report),)
    if state.remind_at is not None and state.remind_at <= now:
        remind = commands.Remind(stage=state.stage, nth=state.reminders + 1)
        occasion = f"remind/{state.stage}/{remind.nth}"
        return (Occasion(verb="remind", rule=DEADLINES, occasion=occasion, command=remind),)
    return ()


def wake_at(state: Entry) -> datetime | None:
    """The next instant at which time alone gives `due` something, or None."""
    if state.closed or state.where is None:
        return None
    times = (state.remind_at, None if state.overdue else state.where.due_at)
    return min((at for at in times if at is not None), default=None)


def remind(story: Story, command: commands.Remind) -> None:
    """催促 of whoever is waited on: once before the deadline, then, overdue, again and again."""
    state, now = story.state, story.given.now
    asked = not state.closed and state.stage == command.stage and state.reminders + 1 == command.nth
    if not asked or state.remind_at is None or state.remind_at > now:
        return
    following = _repeat(story) if state.overdue else None
    story.tell(facts.Reminded(stage=command.stage, nth=command.nth, next_at=following))


def report_overdue(story: Story, command: commands.ReportOverdue) -> None:
    """期限超過の報告 to the head, and to whoever is waited on; or 満了, where it is the end of a period."""
    state, given = story.state, story.given
    due_at = state.where.due_at if state.where else None
    if state.closed or state.stage != command.stage or state.overdue or due_at is None or due_at > given.now:
        return
    register = register_of(state, given.rules)
    found = register.states[state.status].due
    if found is not None and found.then is not None:
        _expire(story, register, found, found.then)
        return
    whom = (HEAD, *((state.standing.awaits,) if state.standing.awaits else ()))
    people = told(whom, state.entrant, given)
    story.tell(facts.OverdueReported(stage=command.stage, told=people, next_at=_repeat(story)))


def _expire(story: Story, register: Register, due: Due, then: str) -> None:
    state = story.state
    standing = story.standing(register, then, state.entrant, state.values)
    story.tell(facts.Moved(transition=EXPIRED, label=EXPIRED_LABEL, standing=standing))
    story.inform(due.tells, state.entrant)
    story.close_if_over(register)


def _repeat(story: Story) -> datetime | None:
    register = register_of(story.state, story.given.rules)
    found = register.states[story.state.status].due
    return next_repeat(found, story.given) if found else None
