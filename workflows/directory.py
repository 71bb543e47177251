"""職員録 as a durable process: one long-lived run that takes the directory's changes one at a time."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.case import CaseProcess


@workflow.defn(name="職員録")
class DirectoryProcess(CaseProcess):
    """Appointments, absences and acting orders take effect by their dates; nothing here decides a case."""

    noun = "directory"

    @workflow.run
    async def run(self, *seen: object) -> str:
        return await self.live(seen)
