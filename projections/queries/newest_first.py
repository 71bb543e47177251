"""新しい順の一覧: the rows of one process's table, narrowed and page by page; the same for every process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

from projections.queries.cursors import cursor_after, opened_of
from projections.store import ReadStore

LIMIT_MAX = 200
LIST = "SELECT {columns} FROM {schema}.{table} c WHERE {where} ORDER BY c.opened DESC LIMIT %(limit)s"
SOME = "c.opened = ANY(%(some)s::bigint[])"
BEFORE = "c.opened < %(before)s"


class Opened(Protocol):
    """A row of a record that began at a position of the ledger."""

    @property
    def opened(self) -> int: ...


R = TypeVar("R", bound=Opened)


@dataclass(frozen=True)
class Narrowed:
    """Conditions on the rows `c`, all of which hold, and the values they compare with."""

    conditions: list[str] = field(default_factory=list)
    wanted: dict[str, Any] = field(default_factory=dict)

    def by(self, condition: str, **values: Any) -> Self:
        """Add one condition."""
        self.conditions.append(condition)
        self.wanted.update(values)
        return self

    def by_filters(self, conditions: Mapping[str, str], filters: object) -> Self:
        """Add the condition of every filter that is given (not None)."""
        for name, condition in conditions.items():
            value = getattr(filters, name)
            if value is not None:
                self.by(condition, **{name: list(value) if isinstance(value, tuple) else value})
        return self

    def into(self, text: str) -> str:
        """Give a statement with the conditions in it, where it says {where}."""
        return text.replace("{where}", " AND ".join(self.conditions) or "true")


class Found(NamedTuple, Generic[R]):
    """One page, and the cursor of the next one; None: this was the last."""

    rows: tuple[R, ...]
    next_cursor: str | None


@dataclass(frozen=True, kw_only=True)
class NewestFirst(Generic[R]):
    """The lists of one table; `letter` is what tells its cursors from those of other lists."""

    store: ReadStore
    table: str
    row: type[R]
    letter: str

    def page(self, narrowed: Narrowed, *, cursor: str | None, limit: int) -> Found[R]:
        """Give a page of at most `limit` (1–200) rows. Refuses a foreign `cursor` with `BadCursor`."""
        limit = max(1, min(limit, LIMIT_MAX))
        if cursor is not None:
            narrowed.by(BEFORE, before=opened_of(self.letter, cursor))
        rows = self._rows(narrowed, limit + 1)
        more = len(rows) > limit
        return Found(rows[:limit], cursor_after(self.letter, rows[limit - 1].opened) if more else None)

    def some(self, narrowed: Narrowed, opened: Iterable[int]) -> dict[int, R]:
        """Give the rows that began at these positions, those that there are, by position."""
        return {row.opened: row for row in self._rows(narrowed.by(SOME, some=list(opened)), None)}

    def _rows(self, narrowed: Narrowed, limit: int | None) -> tuple[R, ...]:
        columns = ", ".join(f"c.{name}" for name in self.row.__annotations__)
        text = narrowed.into(LIST.replace("{columns}", columns).replace("{table}", self.table))
        return tuple(self.store.select_as(self.row, text, {**narrowed.wanted, "limit": limit}))
