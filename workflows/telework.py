"""テレワーク as a durable process: 申請 → 承認・命令 → 開始報告 → 終了報告 → 勤務内容報告 → 確認."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.case import CaseProcess


@workflow.defn(name="テレワーク")
class TeleworkProcess(CaseProcess):
    """The day moves by what person and head do; time reminds and tells the head, and never approves (I16)."""

    noun = "telework"

    @workflow.run
    async def run(self, *seen: object) -> str:
        return await self.live(seen)
