"""Webhook as a durable process: one long-lived run a subscription, which takes its changes one at a time."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.case import CaseProcess


@workflow.defn(name="Webhook")
class WebhookProcess(CaseProcess):
    """The subscription changes by an operator's commands; the notifier sends, never the workflow."""

    noun = "webhook"

    @workflow.run
    async def run(self, *seen: object) -> str:
        return await self.live(seen)
