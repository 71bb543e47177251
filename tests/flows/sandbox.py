"""The SDK's sandbox: it stands between workflow code and whatever would not come out the same at replay. The tests run
in it, the worker does not (ADR 0013).
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = ("domain", "workflows", "msgspec", "pydantic", "pydantic_core", "zoneinfo", "tzdata")


def sandbox() -> SandboxedWorkflowRunner:
    """Give a runner that lets nothing of our own be loaded twice and everything restricted be refused."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))
