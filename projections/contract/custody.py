"""長期保管の一覧: one row per concluded contract: the level its file has reached, by which algorithm, until when."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from projections.contract.fold import Case
from projections.folding import Change, Row
from projections.projection import Table

TIMESTAMPED = "B-T"  # what every signature is when it is made

CUSTODY = """
    number         text        PRIMARY KEY,
    opened         bigint      NOT NULL,
    document       text        NOT NULL,  -- the file in force, by hash
    concluded_at   timestamptz NOT NULL,
    level          text        NOT NULL,  -- B-T | B-LT | B-LTA
    generation     int         NOT NULL,  -- archive time stamps so far
    algorithm      text        NOT NULL,  -- of the newest time stamp; empty before the first archive time stamp
    stamped_at     timestamptz,
    tsa_expires_at timestamptz,
    archive_at     timestamptz NOT NULL,  -- when the first archive time stamp falls due
    renew_at       timestamptz,           -- when the next one falls due; NULL: none before the end of the retention
    postponed      text,                  -- why it was put off last
    failed         text,                  -- code of what no retry mends
    failed_detail  text,
    retained_until date        NOT NULL,
    review         text        NOT NULL   -- none | due | extended | archives | disposal"""
INDEXES = (
    "UNIQUE (opened)",
    "(renew_at) WHERE renew_at IS NOT NULL",
    "(algorithm, retained_until)",
    "(retained_until)",
    "(opened) WHERE failed IS NOT NULL",
)


class CustodyRow(NamedTuple):
    """One contract in custody. Times are aware; `retained_until` is a civil day in Japan."""

    number: str
    opened: int
    document: str
    concluded_at: datetime
    level: str
    generation: int
    algorithm: str
    stamped_at: datetime | None
    tsa_expires_at: datetime | None
    archive_at: datetime
    renew_at: datetime | None
    postponed: str | None
    failed: str | None
    failed_detail: str | None
    retained_until: date
    review: str


def custody_rows(change: Change[Case]) -> Sequence[Row]:
    """Give the row of a contract that was concluded; none of any other."""
    case, state = change.after, change.after.state
    concluded, archive, failure = state.concluded, state.archive, state.failure
    if concluded is None:
        return ()
    row = CustodyRow(
        number=case.number,
        opened=case.opened,
        document=state.document,
        concluded_at=state.concluded_at or concluded.last_signature_at,
        level=archive.level if archive else TIMESTAMPED,
        generation=archive.generation if archive else 0,
        algorithm=archive.algorithm if archive else "",
        stamped_at=archive.stamped_at if archive else None,
        tsa_expires_at=archive.tsa_expires_at if archive else None,
        archive_at=concluded.archive_at,
        renew_at=archive.renew_at if archive else None,
        postponed=case.postponed,
        failed=failure.code if failure else None,
        failed_detail=failure.detail if failure else None,
        retained_until=state.retained_until or concluded.retained_until,
        review="due" if state.review_due else state.review or "none",
    )
    return (row,)


CUSTODY_TABLE = Table(name="rm_contract_custody", columns=CUSTODY, indexes=INDEXES, row=CustodyRow, key=("number",))
