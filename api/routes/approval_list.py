"""案件の一覧と受信箱: lists within what the reader may see, from the read models."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import AwareDatetime
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer
from api.asking import Asker, KessaiPost
from api.auth.principal import Principal, choose_post, require_person
from api.errors import Problem
from api.openapi import READS, gives
from api.parts import Parts
from api.reading import After, Cursor, Limit, foreign_cursor, known_query, page, read_models_reached
from api.shapes.approval import CasePage, InboxDocument, PostReview, State
from api.validation import FieldError
from domain.clock import civil_date
from domain.directory import Directory
from projections.approval import CaseRow
from projections.queries.approval import BadCursor, Filters
from projections.queries.inbox import InboxItem
from projections.readers import ReaderScope, reader_scope

YEN_MAX = 2**62
TEXT = r"^[^\x00-\x1f\x7f]*$"
Codes = Annotated[list[Annotated[str, Query(max_length=64, pattern=TEXT)]] | None, Query(max_length=50)]
Yen = Annotated[int | None, Query(ge=0, le=YEN_MAX)]
Day = Annotated[date | None, Query(ge=date(1900, 1, 1), le=date(2999, 12, 31))]

router = APIRouter(tags=["approvals"], dependencies=[Depends(known_query)])


async def _filters(
    state: Annotated[list[State] | None, Query(description="状態(複数可)")] = None,
    kind: Codes = None,
    unit: Annotated[Codes, Query(description="起案した所属。下位の所属を含む(複数可)")] = None,
    waiting_post: Annotated[Codes, Query(description="処理を待っている職(複数可)")] = None,
    amount_min: Yen = None,
    amount_max: Yen = None,
    drafted_from: Annotated[Day, Query(alias="from", description="起案日がこの日以後")] = None,
    drafted_to: Annotated[Day, Query(alias="to", description="起案日がこの日以前")] = None,
    submitted_from: Day = None,
    submitted_to: Day = None,
    decided_from: Day = None,
    decided_to: Day = None,
    due_before: Annotated[AwareDatetime | None, Query(description="期限がこの時刻より前")] = None,
    drafter: Annotated[str | None, Query(max_length=64, pattern=TEXT, description="起案者の職員番号")] = None,
    amends: Annotated[str | None, Query(max_length=64, pattern=TEXT, description="この案件の変更である案件")] = None,
    post_review: PostReview | None = None,
    urgent: bool | None = None,
    fiscal_year: Annotated[int | None, Query(ge=1900, le=2999)] = None,
    q: Annotated[
        str | None,
        Query(max_length=200, pattern=TEXT, description="件名・本文・相手方・番号にこの言葉(空白区切り、すべて)を含む"),
    ] = None,
) -> Filters:
    return Filters(
        states=_tuple(state),
        kinds=_tuple(kind),
        units=_tuple(unit),
        waiting_posts=_tuple(waiting_post),
        amount_from_yen=amount_min,
        amount_to_yen=amount_max,
        drafted_from=drafted_from,
        drafted_to=drafted_to,
        submitted_from=submitted_from,
        submitted_to=submitted_to,
        decided_from=decided_from,
        decided_to=decided_to,
        due_before=due_before,
        drafter=drafter,
        amends=amends,
        post_review=post_review,
        urgent=urgent,
        fiscal_year=fiscal_year,
        text=q,
    )
