"""電子契約の読み取り表: one row per contract for lists, one for its custody, what waits on whom, and what is told."""

from domain.contract import RECORD
from projections.contract.contracts import CONTRACT_TABLE, ContractRow, contract_rows
from projections.contract.custody import CUSTODY_TABLE, CustodyRow, custody_rows
from projections.contract.fold import Case, evolve
from projections.contract.notices import TOLD
from projections.contract.tasks import tasks
from projections.folding import StreamProjection

__all__ = ["CONTRACT", "ContractRow", "CustodyRow"]

CONTRACT: StreamProjection[Case] = StreamProjection(
    name="contract",
    edition=1,
    nouns=frozenset({RECORD.noun}),
    initial=Case(),
    evolve=evolve,
    rows=((CONTRACT_TABLE, contract_rows), (CUSTODY_TABLE, custody_rows)),
    tasks=tasks,
    told=TOLD,
)
