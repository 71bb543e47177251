"""Strangers: a run of a type that is none of ours, started by hand on our task queue, ends at once and frees its id."""

from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import RawValue


@workflow.defn(dynamic=True)
class Stranger:
    """Without it such a run would hold a case's number for ever, its first task failing again and again."""

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> str:
        return "対象外"
