"""Telework over HTTP for the tests of what is read: a prefecture on a Thursday whose clock is moved by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kessai.settings import Settings
from tests.records.entry_story import USB
from tests.web.page_world import PageWorld, pages

FRIDAY = "2026-11-13"
FRIDAY_MORNING = datetime(2026, 11, 12, 23, 28, tzinfo=UTC)  # 8:28 in Japan
FRIDAY_EVENING = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)  # 18:00 in Japan
MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
ASSET, DAY, HALF, VOID, FARM = "R8-000100", "R8-000101", "R8-000102", "R8-000103", "R8-000104"
HALF_DAY = [
    {"kind": "telework", "from": "08:30", "to": "12:00"},
    {"kind": "leave", "from": "13:00", "to": "17:15"},
]


def write(world: PageWorld, post: str, verb: str, number: str, **body: Any) -> None:
    """A command for a telework record, straight at the ledger, accepted."""
    world.api.write_to("telework", post, verb, number, **body)


@contextmanager
def worked(settings: Settings, folder: Path) -> Iterator[PageWorld]:
    """A whole day with overtime; half a day at a satellite office; one revoked; one of another division that waits."""
    with pages(settings, folder) as world:
        plain = {"kind": "home", "day": FRIDAY, "reachable_by": "内線 2525"}
        write(world, "road-officer", "submit", DAY, **plain, tasks="=SUM(A1) 橋梁点検≒𠮷野川の結果の整理")
        satellite = {"kind": "satellite_office", "place": "training-3f", "slots": HALF_DAY}
        write(world, "road-chief", "submit", HALF, **{**plain, **satellite}, tasks="設計書の確認")
        write(world, "road-officer", "submit", VOID, **{**plain, "day": "2026-11-17"}, tasks="照会の整理")
        write(world, "farming-officer", "submit", FARM, **{**plain, "reachable_by": "@農政"}, tasks="農地台帳の照合")
        for number in (DAY, HALF, VOID):
            write(world, "road-director", "approve", number)
        write(world, "road-director", "revoke", VOID, reason="災害対応のため")
        taken = {**USB, "identifier": "U-12", "carry_on": FRIDAY, "return_by": "2026-11-16", "telework": DAY}
        carry_out = {"register_code": "asset-carry-out", "fields": taken}
        world.api.write_to("entry", "road-officer", "enter", ASSET, **carry_out)
        world.clock.set(FRIDAY_MORNING)
        write(world, "road-officer", "start", DAY)
        asked = {"minutes": 60, "category": "urgent", "reason": "緊急の照会のため"}
        write(world, "road-officer", "request-overtime", DAY, **asked)
        write(world, "road-director", "order-overtime", DAY, minutes=45)
        world.clock.set(FRIDAY_EVENING)
        write(world, "road-officer", "end", DAY)
        write(world, "road-officer", "report", DAY, content="点検結果を整理した。")
        call = {"by_telephone": {"reported_at": "2026-11-13T08:31:00+09:00"}}
        write(world, "road-director", "start", HALF, **call)
        world.clock.set(MONDAY)
        write(world, "road-lead", "acknowledge", DAY)
        world.api.project()
        yield world
