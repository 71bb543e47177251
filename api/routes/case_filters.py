"""The filters of the list of cases, as query parameters."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import AwareDatetime, BeforeValidator

from api.shapes.approval import PostReview, State
from domain.clock import civil_date
from domain.directory import Directory
from projections.queries.approval import Filters

YEN_MAX = 2**62
PLAIN = r"^[^\x00-\x1f\x7f]*$"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


def _iso_day(value: Any) -> Any:
    """A day as ISO text alone: the validator would also take seconds since 1970."""
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else _not_a_day(value)


def _not_a_day(value: Any) -> Any:
    if value is None or isinstance(value, date):
        return value
    raise ValueError("not an ISO day")


def _iso_time(value: Any) -> Any:
    if isinstance(value, str) and "-" not in value[:8]:
        raise ValueError("not an RFC 3339 time")
    return value


Code = Annotated[str, Query(max_length=64, pattern=PLAIN)]
Codes = Annotated[list[Code] | None, Query(max_length=50)]
Yen = Annotated[int | None, Query(ge=0, le=YEN_MAX)]
Day = Annotated[date | None, BeforeValidator(_iso_day), Query(ge=FIRST_DAY, le=LAST_DAY)]
Time = Annotated[AwareDatetime | None, BeforeValidator(_iso_time)]
Words = "件名・本文・相手方・番号にこの言葉(空白区切り、すべて)を含む"


@dataclass(frozen=True, kw_only=True)
class CaseFilters:
    """What the list is narrowed to; everything given must hold. Days and amounts include both ends."""

    state: Annotated[list[State] | None, Query(description="状態(複数可)")] = None
    kind: Codes = None
    unit: Annotated[Codes, Query(description="起案した所属。下位の所属を含む(複数可)")] = None
    waiting_post: Annotated[Codes, Query(description="処理を待っている職(複数可)")] = None
    amount_min: Yen = None
    amount_max: Yen = None
    drafted_from: Annotated[Day, Query(alias="from", description="起案日がこの日以後")] = None
    drafted_to: Annotated[Day, Query(alias="to", description="起案日がこの日以前")] = None
    submitted_from: Day = None
    submitted_to: Day = None
    decided_from: Day = None
    decided_to: Day = None
    due_before: Annotated[Time, Query(description="期限がこの時刻より前")] = None
    drafter: Annotated[str | None, Query(max_length=64, pattern=PLAIN, description="起案者の職員番号")] = None
    amends: Annotated[str | None, Query(max_length=64, pattern=PLAIN, description="この案件の変更である案件")] = None
    post_review: PostReview | None = None
    urgent: bool | None = None
    fiscal_year: Annotated[int | None, Query(ge=1900, le=2999)] = None
    q: Annotated[str | None, Query(max_length=200, pattern=PLAIN, description=Words)] = None

    def within(self, directory: Directory, at: datetime) -> Filters:
        """Give the filters as the read model takes them; a unit stands for itself and what lies below it at `at`."""
        return Filters(
            states=_tuple(self.state),
            kinds=_tuple(self.kind),
            units=with_lower(self.unit, directory, civil_date(at)),
            waiting_posts=_tuple(self.waiting_post),
            amount_from_yen=self.amount_min,
            amount_to_yen=self.amount_max,
            drafted_from=self.drafted_from,
            drafted_to=self.drafted_to,
            submitted_from=self.submitted_from,
            submitted_to=self.submitted_to,
            decided_from=self.decided_from,
            decided_to=self.decided_to,
            due_before=self.due_before,
            drafter=self.drafter,
            amends=self.amends,
            post_review=self.post_review,
            urgent=self.urgent,
            fiscal_year=self.fiscal_year,
            text=self.q,
        )


def _tuple(values: list[Any] | None) -> tuple[Any, ...] | None:
    return tuple(values) if values else None


def with_lower(units: list[str] | None, directory: Directory, on: date) -> tuple[str, ...] | None:
    """Give the units and what lies below them on the day; None where none is named."""
    if not units:
        return None
    named = set(units)
    below = (unit.code for unit in directory.units(on) if named & set(directory.unit_path(unit.code, on)))
    return tuple(dict.fromkeys((*units, *below)))
