"""テレワークデイズ as a durable process: 集中実施期間の設定 → 所属ごとの実施日の選択 → 終了 → 実施結果の確定."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.case import CaseProcess


@workflow.defn(name="テレワークデイズ")
class CampaignProcess(CaseProcess):
    """Units choose their days, time reminds; closed, the result is fixed as soon as the read models have answered."""

    noun = "campaign"

    @workflow.run
    async def run(self, *seen: object) -> str:
        return await self.live(seen)
