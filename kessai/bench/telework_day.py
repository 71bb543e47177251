"""Measure: the telework day of a whole prefecture over HTTP, six commands a person, and its registers made anew."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

import uvloop

from domain.clock import JST
from domain.telework import RECORD
from kessai.bench import prefecture
from kessai.bench.http_load import Connection, OutcomeUnknown
from kessai.bench.instance_world import InstanceWorld, instance_world
from kessai.bench.officials import IN_FLIGHT, connections, in_flight
from kessai.bench.prefecture import STAFF, Member
from kessai.bench.rows import Row, absolute, at_most
from kessai.bench.run import Bench
from kessai.bench.telework_books import Books

NAME = "telework-day"
ABOUT = f"{STAFF:,} 人の県のテレワークの一日(申請から確認までの命令と、命令簿の作り直し)"
REQUESTS = 1_400  # a third of the staff
BEGINS, DAY = datetime(2026, 11, 30, 8, 30, tzinfo=JST), date(2026, 12, 1)
TRIES = 4  # of a command whose outcome is unknown


@dataclass(frozen=True)
class Phase:
    """What everybody does at one time of the day. `after` days (office days) of the day itself."""

    verb: str
    after: int
    at: time
    body: Mapping[str, Any]


REQUEST = {"kind": "home", "day": DAY.isoformat(), "tasks": "資料の作成", "reachable_by": "内線、チャット"}
PHASES = (
    Phase("submit", -1, time(9, 30), REQUEST),
    Phase("approve", -1, time(14, 0), {"comment": "異議ありません。"}),
    Phase("start", 0, time(8, 29), {}),
    Phase("end", 0, time(17, 15), {}),
    Phase("report", 1, time(8, 40), {"content": "予定した資料を作成し、照会2件に答えた。"}),
    Phase("acknowledge", 1, time(9, 0), {}),
)


class NotAcknowledged(Exception):
    """The six commands did not lead to the end of a day: what is measured is not what was meant."""


@dataclass(frozen=True)
class Group:
    """What the commands of so many people's day took, in seconds, by verb."""

    requests: int
    seconds: Mapping[str, float]

    @property
    def whole(self) -> float:
        """The seconds of a day of so many requests as the prefecture has."""
        return sum(self.seconds.values()) / self.requests * REQUESTS

    @property
    def rate(self) -> float:
        """Commands per second."""
        return self.requests * len(PHASES) / sum(self.seconds.values())


def rows(bench: Bench) -> Iterator[Row]:
    """Give the time of the day's commands, commands per second, and the time to make the registers anew.

    In every phase of the day a few people come first, unmeasured; then everybody at full scale, or at a reduced one as
    many groups as rounds.
    """
    requests = bench.scale.size(full=REQUESTS, reduced=16, least=2)
    warming = bench.scale.size(full=IN_FLIGHT, reduced=IN_FLIGHT, least=2)
    rounds = 1 if requests >= REQUESTS else bench.rounds
    bench.close()
    with (
        instance_world(bench.folder(NAME), begins=BEGINS) as world,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        members = iter(prefecture.establish(world.parts))
        groups = [[next(members) for _ in range(size)] for size in (warming, *[requests] * rounds)]
        staff = _Staff(world)
        _, *seen = runner.run(staff.day(groups))
        books = Books(world, staff.numbers, f"{DAY:%Y-%m}")
        books.copy_up_to(bench.scale.size(full=REQUESTS, reduced=REQUESTS))
        made = [books.make_anew() for _ in range(bench.rounds)]
    yield from _day_rows(seen, staff.resent)
    yield from books.rows(NAME, made)


def _day_rows(seen: Sequence[Group], resent: int) -> Iterator[Row]:
    requests = seen[0].requests
    by_verb = {RECORD.labels[each.verb]: median(group.seconds[each.verb] for group in seen) for each in PHASES}
    each_ms = "、".join(f"{label} {seconds / requests * 1e3:.0f}" for label, seconds in by_verb.items())
    size = f"{requests:,} 件" if requests == REQUESTS else f"{requests:,} 件ずつを {REQUESTS:,} 件に比例させた値"
    yield absolute(
        NAME,
        "一日の命令の所要時間",
        [group.whole for group in seen],
        unit="秒",
        goal=at_most(600, "秒"),
        note=f"{size}。{IN_FLIGHT}並行、再送 {resent} 件。1命令あたりミリ秒: {each_ms}",
    )
    yield absolute(NAME, f"命令({IN_FLIGHT}並行)", [group.rate for group in seen], unit="命令/秒")


@dataclass
class _Staff:
    """The people of the prefecture, who take their day over HTTP from request to acknowledgement."""

    world: InstanceWorld
    resent: int = 0
    _keys: Iterator[int] = field(default_factory=count)
    _cases: dict[Member, dict[str, Any]] = field(default_factory=dict)

    async def day(self, groups: Sequence[Sequence[Member]]) -> list[Group]:
        """Take everybody through the day, phase by phase, in each phase group by group; give what each group took."""
        calendar = self.world.parts.calendars.office
        seconds: list[dict[str, float]] = [{} for _ in groups]
        for phase in PHASES:
            self.world.set_clock(datetime.combine(calendar.add_open_days(DAY, phase.after), phase.at, JST))
            for members, took in zip(groups, seconds, strict=True):
                took[phase.verb] = await self._phase(phase, members)
        left = [case["number"] for case in self._cases.values() if case["state"] != "acknowledged"]
        if left:
            raise NotAcknowledged(left)
        return [Group(len(members), took) for members, took in zip(groups, seconds, strict=True)]

    @property
    def numbers(self) -> list[str]:
        """What the requests of the day are called."""
        return [str(case["number"]) for case in self._cases.values()]

    async def _phase(self, phase: Phase, members: Sequence[Member]) -> float:
        acting = {member: _who(phase, member, self._cases.get(member)) for member in members}
        headers = {post: self.world.headers(post) for post in acting.values()}

        async def send(connection: Connection, member: Member) -> None:
            path = "/v1/telework-requests"
            if phase.verb != "submit":
                path = f"{path}/{self._cases[member]['number']}/{phase.verb}"
            self._cases[member] = await self._post(connection, path, headers[acting[member]], phase.body)

        async with connections(self.world.addresses.api, IN_FLIGHT) as opened:  # an idle one would have been closed
            begun = perf_counter()
            await in_flight(opened, iter(members), send)
            return perf_counter() - begun

    async def _post(
        self, connection: Connection, path: str, headers: Mapping[str, str], body: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Send a command, and again while its outcome is unknown, as the API tells its clients to."""
        headers = {**headers, "Idempotency-Key": f"bench-{NAME}-{next(self._keys)}"}
        for _ in range(TRIES - 1):
            try:
                return dict(await connection.post(path, headers, body))
            except OutcomeUnknown:
                self.resent += 1
        return dict(await connection.post(path, headers, body))


def _who(phase: Phase, member: Member, case: Mapping[str, Any] | None) -> str:
    """The post that sends the command: the head where it says so, whoever acknowledges, else the person."""
    if case is None or phase.verb not in ("approve", "acknowledge"):
        return member.post
    head = str(case["head"]["post"])
    return head if phase.verb == "approve" else member.lead or head
