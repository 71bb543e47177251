"""What every list of a process does alike: within what the asker may read, one page in a thread of its own."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.parts import ApiParts
from api.reading import foreign_cursor
from projections.queries.cursors import BadCursor
from projections.readers import ReaderScope

P = TypeVar("P")


async def reader_scope(parts: ApiParts, asker: Principal, at: datetime) -> ReaderScope:
    """Give what the asker may read; a service account reads nothing that belongs to people."""
    return await parts.directory.scope(asker.id, at) if asker.kind == "person" else ReaderScope()


async def one_page(look: Callable[..., P], *asked: Any, cursor: str | None, limit: int) -> P:
    """Give a page of the list that `look` gives; refuse `invalid` for a cursor of another list."""
    try:
        return await run_in_threadpool(partial(look, *asked, cursor=cursor, limit=limit))
    except BadCursor as error:
        raise foreign_cursor() from error
