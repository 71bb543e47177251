"""What every read may say: not before this position, as of then, this page; and nothing the operation does not know."""

import asyncio
import base64
import binascii
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, get_args, get_origin

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.errors import Problem, invalid
from api.parts import ApiParts
from api.validation import FieldError
from domain.events import Fact
from projections.position import WAIT_SECONDS_MAX, Behind

POSITION_MAX = 2**62
LIMIT_MAX = 200
LEDGER_PAUSE_SECONDS = 0.02
OFFSET_AS_SENT = re.compile(r" (\d{2}:\d{2})\Z")  # a plus that was sent unescaped arrives as a blank

After = Annotated[
    int | None,
    Query(
        ge=0,
        le=POSITION_MAX,
        description="この位置(Kessai-Position)まで反映されてから答える。5秒以内に届かなければ 503 behind",
    ),
]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="一度に返す件数")]
Cursor = Annotated[str | None, Query(max_length=128, description="続き(前の答えの next_cursor)")]


@dataclass(frozen=True)
class Moment:
    """A point in the ledger's past: a position, or a recorded time (aware UTC)."""

    position: int | None = None
    at: datetime | None = None

    def holds(self, fact: Fact) -> bool:
        """Whether the fact had been recorded by then."""
        if self.position is not None:
            return fact.position <= self.position
        return self.at is None or fact.recorded_at <= self.at


async def _as_of(
    as_of: Annotated[
        str | None,
        Query(
            max_length=40,
            description="この位置、またはこの日時(RFC 3339、記録された時刻)の時点の内容",
            examples=["4711", "2026-11-24T17:15:00+09:00"],
        ),
    ] = None,
) -> Moment:
    """The moment of `as_of`: digits are a position, anything else an RFC 3339 time with its zone."""
    if as_of is None:
        return Moment()
    if as_of.isascii() and as_of.isdecimal() and int(as_of) <= POSITION_MAX:
        return Moment(position=int(as_of))
    try:
        at = datetime.fromisoformat(OFFSET_AS_SENT.sub(r"+\1", as_of))
        return Moment(at=_aware(at).astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise invalid("as_of", "位置(整数)か日時(例 2026-11-24T17:15:00+09:00)で指定してください。") from error


AsOf = Annotated[Moment, Depends(_as_of)]


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at


async def known_query(request: Request) -> None:
    """Refuse query parameters that the operation does not know, and single ones given twice (`invalid`)."""
    if not request.query_params:
        return
    route = request.scope["route"]
    known = _known(route.dependant) if isinstance(route, APIRoute) else {}
    given = [name for name, _ in request.query_params.multi_items()]
    wrong = [FieldError(name, "この名前のパラメーターはありません。") for name in given if name not in known]
    wrong += [FieldError(n, "一つだけ指定してください。") for n in known if not known[n] and given.count(n) > 1]
    if wrong:
        raise Problem("invalid", field=wrong[0].field, errors=wrong)


def _known(dependant: Dependant) -> dict[str, bool]:
    """The operation's query parameters, and whether each may be repeated."""
    found = {parameter.alias: _repeatable(parameter.field_info.annotation) for parameter in dependant.query_params}
    for inner in dependant.dependencies:
        found |= _known(inner)
    return found


def _repeatable(annotation: Any) -> bool:
    return any(get_origin(part) is list for part in (annotation, *get_args(annotation)))


async def ledger_reached(parts: ApiParts, after: int | None) -> None:
    """Wait until the ledger, which is read directly here, has reached `after`; refuse `behind` after 5 seconds."""
    if after is None:
        return
    for _ in _until(WAIT_SECONDS_MAX):
        if await run_in_threadpool(parts.reader.head) >= after:
            return
        await asyncio.sleep(LEDGER_PAUSE_SECONDS)
    raise Problem("behind", field="after")


async def read_models_reached(parts: ApiParts, after: int | None, *projections: str) -> None:
    """Wait until these read models have reached `after`; refuse `behind` after 5 seconds."""
    if after is None:
        return
    try:
        await parts.position.wait_for_async(after, projections=projections)
    except Behind as behind:
        raise Problem("behind", field="after", detail=f"Reached {behind.reached}.") from behind


def cursor_of(place: int | str) -> str:
    """Give the cursor that goes on after `place` in its list."""
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def place_of(cursor: str) -> str:
    """Give the place that `cursor_of` was given; refuse any other text."""
    try:
        place = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise foreign_cursor() from error
    if cursor_of(place) != cursor:
        raise foreign_cursor()
    return place


def number_of(cursor: str) -> int:
    """Give the place of a list that is ordered by a number."""
    place = place_of(cursor)
    if not (place.isascii() and place.isdecimal() and len(place) <= 18):
        raise foreign_cursor()
    return int(place)


def foreign_cursor() -> Problem:
    """The refusal of a cursor that the list did not give."""
    return invalid("cursor", "この一覧の next_cursor を指定してください。")


def page(items: Sequence[Any], next_cursor: str | None) -> dict[str, Any]:
    """Give one page of a list as it is answered."""
    return {"items": list(items), "next_cursor": next_cursor}


def _until(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    yield None
    while time.monotonic() < end:
        yield None
