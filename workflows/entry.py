"""管理簿 as a durable process: 記入 → the steps its register's definition has → its end."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.case import CaseProcess


@workflow.defn(name="管理簿")
class EntryProcess(CaseProcess):
    """The entry moves by people's commands; time reminds and tells the head. A report of a loss waits for nobody."""

    noun = "entry"

    @workflow.run
    async def run(self, *seen: object) -> str:
        return await self.live(seen)
