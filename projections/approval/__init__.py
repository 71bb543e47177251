"""電子決裁の読み取り表: one row per case for lists, its text for searching, what waits on whom, and what is told."""

from domain.approval import RECORD
from projections.approval.cases import CASE_TABLE, CaseRow, case_rows
from projections.approval.fold import Case, evolve
from projections.approval.notices import TOLD
from projections.approval.tasks import tasks
from projections.approval.texts import TEXT_TABLE, text_rows
from projections.folding import StreamProjection

__all__ = ["APPROVAL", "CaseRow"]

APPROVAL: StreamProjection[Case] = StreamProjection(
    name="approval",
    edition=3,
    nouns=frozenset({RECORD.noun}),
    initial=Case(),
    evolve=evolve,
    rows=((CASE_TABLE, case_rows), (TEXT_TABLE, text_rows)),
    tasks=tasks,
    told=TOLD,
)
