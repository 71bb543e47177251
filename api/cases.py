"""Opening one case for one reader: folded from the ledger itself, never behind; unseen where it may not be seen."""

import re
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.errors import Problem
from api.parts import ApiParts
from api.reading import Moment
from domain.events import Fact
from domain.ledger.reading import fold
from domain.record import Record
from domain.streams import stream_of

NUMBER = re.compile(r"[RH]\d{1,3}-\d{6,12}\Z")
NOBODYS_COMMAND = UUID(int=0)  # reads a record with directory and rules in one round trip, and no receipt

Number = Annotated[str, Path(max_length=64, description="案件の番号", examples=["R8-000123"])]


@dataclass(frozen=True)
class OpenCase:
    """A case as its reader may see it at the asked moment; `facts` are those recorded by then, never none."""

    number: str
    state: Any
    version: int
    facts: tuple[Fact, ...]


def known_number(number: str) -> str:
    """Give `number`; refuse `not-found` for what cannot be one."""
    if NUMBER.match(number) is None:
        raise Problem("not-found")
    return number


async def open_case(
    parts: ApiParts, record: Record[Any], number: str, asker: Principal, moment: Moment | None = None
) -> OpenCase:
    """Give a case, in one round trip. Whoever may read it now may read its past; everybody else gets `not-found`."""
    return await run_in_threadpool(_open, parts, record, known_number(number), asker, moment or Moment())


def _open(parts: ApiParts, record: Record[Any], number: str, asker: Principal, moment: Moment) -> OpenCase:
    loaded = parts.reader.load(stream_of(record.noun, number), NOBODYS_COMMAND)
    state, version = fold(record, loaded.facts)
    may = asker.kind == "person" and record.may_read(state, asker.id, loaded.directory, parts.clock.now())
    if not loaded.facts or not may:
        raise Problem("not-found")
    facts = tuple(fact for fact in loaded.facts if moment.holds(fact))
    if not facts:
        raise Problem("not-found", field="as_of")
    if len(facts) < len(loaded.facts):
        state, version = fold(record, facts)
    return OpenCase(number, state, version, facts)
