"""期限と異動: what time alone brings about. It reminds first, then tells the head; it never approves, starts or ends
anything, and a late timer is a no-op (I16). All it closes is a returned request that nobody handed in again by the
office day after its day: there is nothing left that could be ordered, and the person is told.

An order whose day has passed without a start stays ordered and overdue: it is started as reported by telephone, or
revoked by the head. Every occasion that `due` names adds one fact when it is taken up, and its name never comes again.
"""

from datetime import datetime

from domain.directory import Directory
from domain.parties import party_at
from domain.record import Occasion
from domain.telework import commands, facts
from domain.telework.facts import Party
from domain.telework.standing import head_now, moved
from domain.telework.state import OPEN, Telework, Watch
from domain.telework.story import Story

DEADLINES, TRANSFERS = "期限管理", "人事異動"
LAPSED = "差し戻されたまま実施日を過ぎたため、取下げとして終えました。必要なときは、新しく申請してください。"


def due(state: Telework, now: datetime, directory: Directory) -> tuple[Occasion, ...]:
    """What a system rule has to do at `now`: close what nobody handed in again, take up a transfer of personnel,
    remind, tell the head.

    Each occasion is named by what is overdue since when, so it happens once.
    """
    if state.status not in OPEN:
        return ()
    return _lapsed(state, now) or (*_moved(state, now, directory), *_overdue(state, now))


def _moved(state: Telework, now: datetime, directory: Directory) -> tuple[Occasion, ...]:
    parties = moved(state, directory, now)
    if parties is None:
        return ()
    person, head = parties
    command = commands.Reassign(applicant_post=person.post, head_post=head.post, head_person=head.person)
    occasion = f"reassign/{state.moves + 1}/{person.post}/{head.post}/{head.person}"
    return (Occasion(verb="reassign", rule=TRANSFERS, occasion=occasion, command=command),)


def _overdue(state: Telework, now: datetime) -> tuple[Occasion, ...]:
    watch = state.watch
    if watch is None or watch.next_at is None or watch.next_at > now:
        return ()
    name = f"{watch.overdue}/{state.rounds}/{watch.remind_at.isoformat()}"
    if not watch.reminded:
        remind = commands.Remind(overdue=watch.overdue, due_at=watch.remind_at)
        return (Occasion(verb="remind", rule=DEADLINES, occasion=f"remind/{name}", command=remind),)
    assert watch.overdue != "approval", "whoever is asked to approve is the head"
    tell = commands.TellHead(overdue=watch.overdue, due_at=watch.remind_at)
    return (Occasion(verb="tell-head", rule=DEADLINES, occasion=f"tell-head/{name}", command=tell),)


def _lapsed(state: Telework, now: datetime) -> tuple[Occasion, ...]:
    at = state.lapses_at
    if at is None or at > now:
        return ()
    occasion = f"lapse/{state.rounds}/{at.isoformat()}"
    return (Occasion(verb="lapse", rule=DEADLINES, occasion=occasion, command=commands.Lapse(due_at=at)),)


def wake_at(state: Telework) -> datetime | None:
    """The next instant at which time alone gives `due` something, or None. (Transfers are seen when somebody looks.)"""
    if state.status not in OPEN:
        return None
    return state.watch.next_at if state.watch else state.lapses_at


def lapse(story: Story, command: commands.Lapse) -> None:
    """差戻し後の期限切れ, unless it was handed in again or withdrawn meanwhile."""
    due_at = story.state.lapses_at
    if due_at is not None and due_at == command.due_at and due_at <= story.given.now:
        story.tell(facts.Lapsed(due_at=due_at, reason=LAPSED))


def remind(story: Story, command: commands.Remind) -> None:
    """催促 of whoever is waited on: the head for an approval, else the person."""
    watch = _still_overdue(story, command)
    if watch is None or watch.reminded:
        return
    state = story.state
    asked = state.superior if watch.overdue == "approval" else state.person
    told = facts.Reminded(overdue=watch.overdue, due_at=watch.remind_at, to_post=asked.post, to_title=asked.title)
    story.tell(told)


def tell_head(story: Story, command: commands.TellHead) -> None:
    """所属長への通知, after the reminder."""
    watch, given = _still_overdue(story, command), story.given
    if watch is None or not watch.reminded or watch.told or watch.tell_at is None or watch.tell_at > given.now:
        return
    seat = head_now(story.state, given.directory, given.now)
    head = party_at(Party, given.directory, seat.person, seat.post.code, given.now) if seat else None
    head = head or story.state.superior
    told = facts.HeadTold(overdue=watch.overdue, due_at=watch.remind_at, to_post=head.post, to_title=head.title)
    story.tell(told)


def reassign(story: Story, command: commands.Reassign) -> None:
    """人事異動: the record follows the person to their post, and the head to whoever it is now."""
    if story.state.status not in OPEN:
        return
    parties = moved(story.state, story.given.directory, story.given.now)
    if parties is not None:
        story.tell(facts.Reassigned(applicant=parties[0], head=parties[1]))


def _still_overdue(story: Story, command: commands.Remind | commands.TellHead) -> Watch | None:
    watch = story.state.watch
    if watch is None or story.state.status not in OPEN:
        return None
    same = (watch.overdue, watch.remind_at) == (command.overdue, command.due_at)
    return watch if same and watch.remind_at <= story.given.now else None
