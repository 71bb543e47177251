"""Copied rows are what was sent, whatever characters are in them."""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest

from projections.copying import copy_lines
from projections.projection import Table, Work
from tests.ledger.projection_world import World


class Everything(NamedTuple):
    """A row of every type there is."""

    key: str
    texts: list[str]
    number: int | None
    truth: bool
    day: date | None
    at: datetime | None


TABLE = Table(
    name="rm_everything",
    columns="key text PRIMARY KEY, texts text[] NOT NULL, number bigint, truth boolean, day date, at timestamptz",
    indexes=(),
    row=Everything,
    key=("key",),
)
ODD = ("", " ", "NULL", r"\N", "\\", "\t\n\r", '"引用"', "{波,括弧}", "\b\f\v", "𠮷野", "a\\tb", "\\.", "\u2028")
ROWS = [
    Everything(f"{place}{odd}", [odd, "x", odd], None if place % 2 else -(2**62), place % 3 == 0, DAY, AT)
    for place, (odd, DAY, AT) in enumerate(
        (odd, *rest)
        for odd in ODD
        for rest in ((None, None), (date(1989, 1, 8), datetime(2026, 11, 9, 1, 2, 3, 4, tzinfo=UTC)))
    )
]


@pytest.mark.parametrize("way", ["copy", "upsert"])
def test_what_is_written_is_what_is_read(world: World, way: str) -> None:
    with world.reads.transaction() as cursor:
        cursor.execute(world.reads.sql("CREATE TABLE {schema}.rm_everything_g1 (" + TABLE.columns + ")"))
        work = Work(cursor=cursor, reader=world.reader, schema=world.reads.schema, suffix="g1", after=0, upto=0)
        getattr(work, way)(TABLE, ROWS)
    text = "SELECT * FROM {schema}.rm_everything_g1"
    found: list[Any] = world.reads.select_as(Everything, text, {})
    assert sorted(found) == sorted(ROWS)


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(KeyError):
        copy_lines([(1.5,)])
