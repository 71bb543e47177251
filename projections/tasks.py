"""受信箱の仕事: what waits on a post or a person now, in one shape for every process.

Each process keeps its tasks in a table of its own, and the inbox is their union. Not one table for all: a process's
rows, tasks and position are committed together and rebuilt together, so that no process waits for, or is rebuilt with,
another. Not a query of each process over its own rows: with one shape there is one order, one way to page and count,
and the newest of a full desk come straight from an index; a process only says what waits for whom.
"""

from datetime import datetime
from typing import NamedTuple

from projections.projection import Table

COLUMNS = """
    number    text        NOT NULL,
    task      text        NOT NULL,  -- what is to be done: act, proxy, post_review … (proxy: for somebody away)
    recipient text        NOT NULL,  -- a term: person:0525, post:road-director … (terms.py)
    opened    bigint      NOT NULL,  -- position of the case's first event, by which its own tables know it
    title     text        NOT NULL,
    unit      text        NOT NULL,
    urgent    boolean     NOT NULL,
    since     timestamptz NOT NULL,
    from_     timestamptz,           -- not on the desk before
    due_at    timestamptz,
    PRIMARY KEY (number, task, recipient)"""
INDEXES = ("(recipient, urgent DESC, due_at, opened, task)",)


class TaskRow(NamedTuple):
    """One thing to do, on one desk. `from_`: it is not there before (None: at once)."""

    number: str
    task: str
    recipient: str
    opened: int
    title: str
    unit: str
    urgent: bool
    since: datetime
    from_: datetime | None
    due_at: datetime | None


def task_table(projection: str) -> Table:
    """Give the table of one projection's tasks."""
    return Table(
        name=f"rm_{projection}_task",
        columns=COLUMNS,
        indexes=INDEXES,
        row=TaskRow,
        key=("number", "task", "recipient"),
    )
