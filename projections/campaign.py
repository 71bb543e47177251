"""テレワークデイズの読み取り表: one row per campaign; its tasks and notices."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Literal, NamedTuple, cast

from domain.calendars import ONE_DAY
from domain.campaign import RECORD, facts
from domain.campaign.document import due_at, total_of
from domain.campaign.state import ENDED, Campaign
from domain.clock import JST
from domain.events import Event, Fact
from projections import terms
from projections.folding import Change, Place, Row, StreamProjection, Told
from projections.kept import Kept, keeping
from projections.projection import Table
from projections.tasks import TaskRow
from projections.terms import Origin

Task = Literal["act", "proxy", "close", "close_proxy"]

CAMPAIGNS = """
    number              text        PRIMARY KEY,
    opened              bigint      NOT NULL,  -- position of the first event: the order of lists, which never changes
    position            bigint      NOT NULL,
    version             int         NOT NULL,
    updated_at          timestamptz NOT NULL,
    name                text        NOT NULL,
    state               text        NOT NULL,
    closed              boolean     NOT NULL,
    first_day           date        NOT NULL,
    last_day            date        NOT NULL,
    target_percent      int         NOT NULL,
    fiscal_year         int         NOT NULL,
    organiser_unit      text        NOT NULL,
    organiser_unit_name text        NOT NULL,
    organiser_post      text        NOT NULL,
    organiser_title     text        NOT NULL,
    due_at              timestamptz,
    units_asked         int         NOT NULL,  -- and those that answered unasked
    units_joined        int         NOT NULL,
    units_unanswered    int         NOT NULL,
    units               text[]      NOT NULL,  -- that take part
    staff               int,                   -- of the fixed result, every day of every unit added up
    planned             int,
    actual              int"""
INDEXES = ("UNIQUE (opened)", "(state, opened)", "USING gin (units)")


class CampaignRow(NamedTuple):
    """One campaign as lists show it. Days are civil days in Japan; `staff`, `planned`, `actual` once it is fixed."""

    number: str
    opened: int
    position: int
    version: int
    updated_at: datetime
    name: str
    state: str
    closed: bool
    first_day: date
    last_day: date
    target_percent: int
    fiscal_year: int
    organiser_unit: str
    organiser_unit_name: str
    organiser_post: str
    organiser_title: str
    due_at: datetime | None
    units_asked: int
    units_joined: int
    units_unanswered: int
    units: list[str]
    staff: int | None
    planned: int | None
    actual: int | None


def campaign_rows(change: Change[Kept[Campaign]]) -> Sequence[Row]:
    """Give the one row of the campaign, however much of it is new."""
    kept, state = change.after, change.after.state
    total = total_of(state.figures) if state.status == "fixed" else {}
    row = CampaignRow(
        *Place.of(change, number=kept.number, opened=kept.opened),
        name=state.name,
        state=state.status,
        closed=state.status in ENDED,
        first_day=state.first_day,
        last_day=state.last_day,
        target_percent=state.target_percent,
        fiscal_year=state.fiscal_year,
        organiser_unit=state.organiser.unit,
        organiser_unit_name=state.organiser.unit_name,
        organiser_post=state.organiser.post,
        organiser_title=state.organiser.title,
        due_at=due_at(state),
        units_asked=len(state.units),
        units_joined=len(state.joined),
        units_unanswered=len(state.unanswered),
        units=[each.unit for each in state.joined],
        staff=total.get("staff"),
        planned=total.get("planned"),
        actual=total.get("actual"),
    )
    return (row,)


def tasks(kept: Kept[Campaign]) -> list[TaskRow]:
    """Give what waits: on each head who has not answered, from the day after its last on the organiser to close; and
    on whoever stands in for them.
    """
    state = kept.state
    if state.status != "open":
        return []
    found: dict[tuple[str, str], TaskRow] = {}
    for each in state.unanswered:
        for row in _asked(kept, "act", "proxy", Origin(each.head_post, each.unit), each.unit):
            found.setdefault((row.task, row.recipient), row)
    held = Origin(state.organiser.post, state.organiser.unit)
    for row in _asked(kept, "close", "close_proxy", held, state.organiser.unit):
        found.setdefault((row.task, row.recipient), row)
    return list(found.values())


def _asked(kept: Kept[Campaign], task: Task, proxy: Task, origin: Origin, unit: str) -> Iterator[TaskRow]:
    state = kept.state
    closing = task == "close"
    since = _morning_after(state.last_day) if closing else state.opened_at
    assert since is not None, "a campaign that is open was opened"
    recipients = [(task, terms.post(origin.post)), *((proxy, each) for each in terms.stand_ins(origin.post, origin))]
    for its_task, recipient in recipients:
        yield TaskRow(
            number=kept.number,
            task=its_task,
            recipient=recipient,
            opened=kept.opened,
            title=state.name,
            unit=unit,
            urgent=False,
            since=since,
            from_=since if closing else None,
            due_at=state.close_due_at if closing else state.choose_by,
        )


def _morning_after(day: date) -> datetime:
    return datetime.combine(day + ONE_DAY, time(0), JST).astimezone(UTC)


def _reminded(before: Kept[Campaign], fact: Fact, after: Kept[Campaign]) -> Iterable[str]:
    return [terms.post(each) for each in cast(facts.UnitsReminded, fact.event).posts]


def _organiser(before: Kept[Campaign], fact: Fact, after: Kept[Campaign]) -> Iterable[str]:
    return (terms.post(after.state.organiser.post),)


def _taking_part(before: Kept[Campaign], fact: Fact, after: Kept[Campaign]) -> Iterable[str]:
    heads = (terms.post(each.head_post) for each in after.state.joined)
    return dict.fromkeys((*heads, terms.post(after.state.organiser.post)))


TOLD: Mapping[type[Event], Told[Kept[Campaign]]] = {
    facts.UnitsReminded: _reminded,
    facts.OrganiserReminded: _organiser,
    facts.ResultFixed: _taking_part,
    facts.Cancelled: _taking_part,
}
TABLE = Table(name="rm_campaign", columns=CAMPAIGNS, indexes=INDEXES, row=CampaignRow, key=("number",))
CAMPAIGN: StreamProjection[Kept[Campaign]] = StreamProjection(
    name="campaign",
    edition=1,
    nouns=frozenset({RECORD.noun}),
    initial=Kept(state=RECORD.initial),
    evolve=keeping(RECORD),
    rows=((TABLE, campaign_rows),),
    tasks=tasks,
    told=TOLD,
)
