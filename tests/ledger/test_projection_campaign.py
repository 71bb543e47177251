"""Campaigns in the read models: lists, desks, who is told; planned and actual numbers from telework's own events."""

from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

import pytest

from domain.campaign import RECORD
from domain.campaign.commands import FixResult, Remind
from domain.envelope import Outcome
from kessai.campaign_result import CampaignResult
from projections.campaign import CAMPAIGN
from projections.queries.campaign import CampaignFilters, Campaigns
from projections.queries.campaign_figures import figures
from projections.queries.cursors import BadCursor
from projections.queries.inbox import Inbox
from projections.queries.notices import Notices
from projections.queries.telework import Teleworks
from projections.queries.telework_register import TeleworkRegister
from projections.readers import Readers
from projections.rebuilding import rebuild
from projections.telework import TELEWORK
from tests.ledger import telework_days
from tests.ledger.projection_world import World

OPEN: dict[str, Any] = {"name": "テレワークデイズ", "first_day": "2026-11-10", "last_day": "2026-11-20"}
DAY, LATER = date(2026, 11, 11), date(2026, 11, 18)
AFTER = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # Tuesday the 24th in Japan
NUMBER = "R8-000001"


def send(world: World, verb: str, number: str, *, post: str, **body: Any) -> Outcome:
    """The holder of `post` sends a command of campaigns, which is accepted."""
    return world.send(verb, number, noun=RECORD.noun, post=post, **body)


def rule(world: World, verb: str, command: Any, occasion: str) -> Outcome:
    return world.writer.apply_rule(
        RECORD, number=NUMBER, verb=verb, rule=f"system:{verb}", name="規則", occasion=occasion, command=command
    )


@pytest.fixture
def busy(world: World) -> World:
    """A campaign that the road division joined with two days and housing with one; two of road's people applied, one
    of them has begun.
    """
    world.seeded()
    send(world, "open", NUMBER, post="reform-director", **OPEN)
    send(world, "join", NUMBER, post="road-director", days=[DAY, LATER])
    send(world, "join", NUMBER, post="housing-director", days=[DAY])
    begun = telework_days.ordered(world, "road-officer", day=DAY.isoformat())
    telework_days.applied(world, "road-chief", day=DAY.isoformat())
    telework_days.applied(world, "road-senior", day="2026-11-12")  # not a day of the campaign
    world.clock.at = datetime(2026, 11, 10, 23, 30, tzinfo=UTC)
    telework_days.send(world, "start", begun, post="road-officer")
    world.follow(CAMPAIGN, TELEWORK)
    return world


def test_a_list_says_how_many_units_take_part(busy: World) -> None:
    later = {**OPEN, "first_day": "2026-12-01", "last_day": "2026-12-11"}
    send(busy, "open", "R8-000002", post="personnel-director", **later)
    busy.follow(CAMPAIGN)
    campaigns = Campaigns(busy.reads)
    rows = campaigns.list_campaigns(CampaignFilters()).campaigns
    assert [row.number for row in rows] == ["R8-000002", NUMBER]
    assert (rows[1].units_joined, rows[1].units) == (2, ["road", "housing"])
    assert rows[1].units_unanswered == rows[1].units_asked - 2
    for filters, found in (
        (CampaignFilters(unit="road"), [NUMBER]),
        (CampaignFilters(day=date(2026, 12, 11)), ["R8-000002"]),
        (CampaignFilters(states=("fixed",)), []),
    ):
        assert [row.number for row in campaigns.list_campaigns(filters).campaigns] == found
    first = campaigns.list_campaigns(CampaignFilters(), limit=1)
    second = campaigns.list_campaigns(CampaignFilters(), cursor=first.next_cursor, limit=1)
    assert ([row.number for row in second.campaigns], second.next_cursor) == ([NUMBER], None)
    with pytest.raises(BadCursor):
        campaigns.list_campaigns(CampaignFilters(), cursor="YTE")


def test_planned_and_actual_come_from_the_events_of_telework(busy: World) -> None:
    found = list(figures(Teleworks(busy.reads), busy.directory, {"road": [DAY, LATER], "housing": [DAY]}))
    road, later, housing = found
    assert (road.planned, road.actual) == (2, 1)
    assert road.staff > 2
    assert (later.staff, later.planned, later.actual) == (road.staff, 0, 0)
    assert (housing.unit, housing.planned) == ("housing", 0)
    assert list(figures(Teleworks(busy.reads), busy.directory, {})) == []


CHOSEN = {"road": [DAY, LATER], "housing": [DAY]}


def test_planned_and_actual_are_the_same_after_a_rebuild_from_the_first_event(busy: World) -> None:
    before = list(figures(Teleworks(busy.reads), busy.directory, CHOSEN))
    rebuild(busy.reads, busy.reader, TELEWORK)
    assert list(figures(Teleworks(busy.reads), busy.directory, CHOSEN)) == before


def test_planned_and_actual_are_what_they_were_at_any_position(busy: World) -> None:
    """Every figure is a count of facts: as of the head the same as the read model's, before it what held then."""
    register, head = TeleworkRegister(busy.reads, busy.reader), busy.reader.head()

    def road_as_of(position: int) -> tuple[int, int]:
        first, *_ = figures(register.counts_until(position=position), busy.directory, CHOSEN)
        return first.planned, first.actual

    now = list(figures(Teleworks(busy.reads), busy.directory, CHOSEN))
    assert list(figures(register.counts_until(position=head), busy.directory, CHOSEN)) == now
    assert list(figures(register.counts_until(), busy.directory, CHOSEN)) == now
    history = [road_as_of(position) for position in range(head + 1)]
    assert [found for found, _ in groupby(history)] == [(0, 0), (1, 0), (2, 0), (2, 1)]


def test_who_has_not_chosen_has_it_on_the_desk_and_is_reminded(busy: World) -> None:
    directory, at = busy.directory, busy.clock.at
    readers, inbox = Readers(directory), Inbox(busy.reads)

    def tasks(post: str) -> list[str]:
        holder = directory.holder(post, at)
        assert holder is not None
        return [item.task for item in inbox.items(readers.desk(holder.person, at), at=at) if item.noun == "campaign"]

    assert tasks("ict-director") == ["act"]
    assert tasks("road-director") == []
    assert tasks("reform-director") == ["act"]  # for the own division; there is nothing to close yet
    busy.clock.at = AFTER
    at = AFTER
    readers = Readers(directory)
    assert sorted(tasks("reform-director")) == ["act", "close"]
    rule(busy, "remind", Remind(nth=1), "remind/1")
    busy.follow(CAMPAIGN)


def test_a_closed_campaign_is_counted_once_the_read_model_knows_everything(busy: World) -> None:
    busy.clock.at = AFTER
    closed = send(busy, "close", NUMBER, post="reform-director")
    result = CampaignResult(reader=busy.reader, teleworks=Teleworks(busy.reads), position=busy.position)
    state, _ = busy.reader.fold(RECORD, NUMBER)
    busy.follow(CAMPAIGN, TELEWORK)
    command = result(state)
    assert isinstance(command, FixResult)
    assert command.position >= (closed.position or 0)
    assert [(each.unit, each.day, each.planned, each.actual) for each in command.figures] == [
        ("road", DAY, 2, 1), ("road", LATER, 0, 0), ("housing", DAY, 0, 0),
    ]  # fmt: skip
    rule(busy, "fix-result", command, "fix-result")
    busy.follow(CAMPAIGN)
    (row,) = Campaigns(busy.reads).list_campaigns(CampaignFilters(states=("fixed",))).campaigns
    assert (row.planned, row.actual, row.closed) == (2, 1, True)
    told = {notice.code for notice in Notices(busy.reads).newest(("post:road-director",))}
    assert "campaign.result-fixed" in told


def test_a_read_model_that_is_behind_gives_no_result(busy: World) -> None:
    busy.clock.at = AFTER
    send(busy, "close", NUMBER, post="reform-director")
    state, _ = busy.reader.fold(RECORD, NUMBER)
    result = CampaignResult(
        reader=busy.reader, teleworks=Teleworks(busy.reads), position=busy.position, wait_seconds=0.05
    )
    assert result(state) is None
