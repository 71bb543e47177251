"""電子決裁 as a durable process: 起案 → 回議 → 合議 → 決裁 → (審査) → 施行 → 完結."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.case import CaseProcess


@workflow.defn(name="電子決裁")
class ApprovalProcess(CaseProcess):
    """The case moves by people's commands; time reminds and informs, and never decides (I16)."""

    noun = "approval"

    @workflow.run
    async def run(self, *seen: object) -> str:
        return await self.live(seen)
