"""`kessai demo`: a throw-away instance on a virtual clock: six cases, four telework days, a loss, a campaign and four
contracts, and what they leave in the registers; twice gives the same story.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from domain.clock import civil_date
from kessai.cli.options import settings_for
from kessai.cli.token import token_for
from kessai.cli.wiring import instance_of
from kessai.clocks import VirtualClock
from kessai.composition import Composition
from kessai.settings import Settings
from kessai.story import campaigns, cases, contracts, losses, results, telework
from kessai.story.campaigns import CampaignWalker
from kessai.story.cases import CaseWalker
from kessai.story.contracts import ContractWalker
from kessai.story.losses import EntryWalker
from kessai.story.telework import DayWalker
from kessai.story.walker import Case, Walker
from kessai.supervisor.instance import running

INVITED = ("road-officer", "road-director", "construction-deputy", "affairs-director", "ict-chief", "audit-senior")


@dataclass(frozen=True, kw_only=True)
class Walkers:
    """Whoever tells the story: one for each record, all on one instance."""

    cases: CaseWalker
    days: DayWalker
    entries: EntryWalker
    campaigns: CampaignWalker
    contracts: ContractWalker
    posts: Mapping[str, str]  # the title of each post

    @property
    def all(self) -> tuple[Walker, ...]:
        return (self.cases, self.days, self.entries, self.campaigns, self.contracts)


def run_demo(*, say: Callable[[str], None], out: Path | None) -> None:
    """Tell the story on an instance of its own; `out` keeps that instance's folder (empty or new) instead of throwing
    it away, and the printed register beside it.
    """
    with _folder(out) as data:
        clock = VirtualClock(data / "clock")
        data.mkdir(parents=True, exist_ok=True)
        clock.set(cases.ABROAD)
        with running(data, environment={"KESSAI_CLOCK": "virtual"}):
            settings = replace(settings_for(data), clock="virtual")
            with _walkers(settings, say) as walkers:
                decided, worked = tell(walkers.cases, clock.set), tell_days(walkers, clock.set)
                made = contracts.tell_contracts(walkers.contracts, clock.set)
                for line in (
                    *results.decisions(decided),
                    *results.days(worked),
                    *results.book(walkers.days, data if out is not None else None),
                    *results.contracts(walkers.contracts, made, data if out is not None else None),
                    *_invitation(walkers.posts),
                ):
                    say(line)


def walk_cases(settings: Settings, say: Callable[[str], None]) -> None:
    """Walk the cases on a running instance, on its own clock: what needs time to pass is left open."""
    with _walkers(settings, say) as walkers:
        for case in (cases.routine, cases.outsourcing):
            case(walkers.cases)
        telework.upcoming(walkers.days, _day_to_come(settings))
        contracts.sent(walkers.contracts)


def tell(walk: CaseWalker, advance: cases.Advance) -> list[Case]:
    """Walk all six cases; give them as they ended."""
    return [
        cases.routine(walk),
        cases.outsourcing(walk),
        cases.returned_and_amended(walk),
        cases.payment(walk),
        cases.withdrawn(walk),
        cases.by_proxy(walk, advance),
    ]


def tell_days(walkers: Walkers, advance: telework.Advance) -> list[Case]:
    """Walk the telework days, the loss and the campaign; give the days as they ended."""
    stories = (telework.normal_day, telework.late_request, telework.overdue_start, telework.emergency_order)
    days = [story(walkers.days, advance) for story in stories]
    losses.loss_report(walkers.entries, advance)
    return days + campaigns.telework_days(walkers.campaigns, walkers.days, advance)


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    if out is not None:
        yield out.absolute()
        return
    data = Path(tempfile.mkdtemp(prefix="kessai-demo-"))
    try:
        yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def _walkers(settings: Settings, say: Callable[[str], None]) -> Iterator[Walkers]:
    parts = Composition(settings)
    instance = instance_of(parts)
    posts = {post.code: post.title for post in instance.directory.posts(civil_date(instance.clock.now()))}
    told = (settings.public_url, lambda post: token_for(instance, post), say)
    walking = CaseWalker(*told)
    walkers = Walkers(
        cases=walking,
        days=DayWalker(*told),
        entries=EntryWalker(*told),
        campaigns=CampaignWalker(*told, posts=posts),
        contracts=ContractWalker(*told, settings=settings, cases=walking),
        posts=posts,
    )
    try:
        yield walkers
    finally:
        for walk in walkers.all:
            walk.close()
        parts.close()


def _day_to_come(settings: Settings) -> date:
    """An office day for which one applies in time whatever the hour is: the second one after today."""
    parts = Composition(settings)
    try:
        return parts.calendars.office.add_open_days(civil_date(parts.clock.now()), 2)
    finally:
        parts.close()


def _invitation(posts: Mapping[str, str]) -> Iterator[str]:
    yield ""
    yield "この実演の環境は、ここで止めました。自分で試すには kessai up を実行し、表示された画面で次の職を選びます:"
    yield "  " + "、".join(posts[code] for code in INVITED)
