"""Registers over HTTP: a prefecture whose commands, of whatever record, go straight to the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from domain.envelope import Envelope, Outcome
from kessai.processes import RECORDS
from kessai.settings import Settings
from tests.web.api_world import ApiWorld
from tests.web.page_world import PageWorld, StraightGateway, pages


class EveryRecord(StraightGateway):
    """The gateway with nothing between it and the ledger, for every record."""

    async def _through_temporal(self, envelope: Envelope) -> Outcome:
        return await run_in_threadpool(self._writer.handle, RECORDS[envelope.noun], envelope)


@contextmanager
def entry_pages(settings: Settings, folder: Path) -> Iterator[PageWorld]:
    """The world with pages, on a Thursday morning."""
    with pages(settings, folder) as world:
        parts = world.api.composition
        gateway = EveryRecord(
            parts.writer, starter=None, reader=parts.reader, signer=parts.signer, clock=parts.clock, records=RECORDS
        )
        object.__setattr__(world.api.parts, "gateway", gateway)
        yield world


def enter(api: ApiWorld, register: str, values: dict[str, Any], *, post: str = "road-officer", key: str = "e") -> str:
    """Make an entry over HTTP; its number."""
    response = api.post(f"/v1/registers/{register}/entries", {"fields": values}, post=post, key=key)
    assert response.status_code == 201, response.text
    return str(response.json()["number"])


def move(api: ApiWorld, number: str, verb: str, *, post: str, key: str = "m", **values: Any) -> dict[str, Any]:
    """Do one of the register's transitions over HTTP; the document."""
    response = api.post(f"/v1/register-entries/{number}/{verb}", {"fields": values}, post=post, key=key)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found
