"""Kept histories (I10): every recorded run replays on the present code. `RECORD_HISTORIES=1` records them anew."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowRunner

from kessai.processes import WORKFLOWS
from kessai.settings import Settings
from tests.flows import campaign_stories, contract_stories, entry_stories, stories, telework_stories
from tests.flows.contract_world import contracting
from tests.flows.prefecture import Prefecture
from tests.flows.recording import HISTORIES, kept, record
from tests.flows.sandbox import sandbox
from tests.flows.stories import outlived_its_run
from workflows.approval import ApprovalProcess
from workflows.codec import data_converter
from workflows.custodian import ContractRenewal, CustodyRound
from workflows.stranger import Stranger

STORIES = {**stories.STORIES, **telework_stories.STORIES, **entry_stories.STORIES, **campaign_stories.STORIES}
RUNNERS = {"as the worker runs it": UnsandboxedWorkflowRunner(), "sandboxed": sandbox()}


def replayer(*processes: type, runner: WorkflowRunner | None = None) -> Replayer:
    workflows, converter = [*processes, Stranger], data_converter(None)
    return Replayer(workflows=workflows, data_converter=converter, workflow_runner=runner or sandbox())


def test_there_is_a_history_of_every_story() -> None:
    told = {path.stem.rpartition("-")[0] for path in HISTORIES.glob("*.json")}
    assert told == {*STORIES, *contract_stories.STORIES, *contract_stories.RENEWALS, "outlived-its-run"}


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*.json")), ids=lambda path: path.stem)
@pytest.mark.parametrize("runner", RUNNERS.values(), ids=RUNNERS)
async def test_a_kept_history_replays(path: Path, runner: WorkflowRunner) -> None:
    """I10."""
    await replayer(*WORKFLOWS, CustodyRound, ContractRenewal, runner=runner).replay_workflow(kept(path))


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*.json")), ids=lambda path: path.stem)
def test_a_kept_history_names_no_machine(path: Path) -> None:
    """The SDK calls workers and their queues <process>@<machine>."""
    assert re.search(r'"\d+@[^"]*"', path.read_text("utf-8")) is None


@workflow.defn(name="電子決裁", sandboxed=False)  # this module is no workflow module
class Hesitant(ApprovalProcess):
    """The process with one wait more."""

    @workflow.run
    async def run(self, *seen: object) -> str:
        await workflow.sleep(1, summary="ためらい")
        return await self.live(seen)


async def test_the_histories_notice_a_changed_process() -> None:
    result = await replayer(Hesitant).replay_workflow(
        kept(HISTORIES / "completed-1.json"), raise_on_replay_failure=False
    )
    assert result.replay_failure is not None


if os.environ.get("RECORD_HISTORIES"):

    @pytest.mark.parametrize("name", STORIES)
    async def test_record(name: str, prefecture: Prefecture) -> None:
        """Tell a story and keep its history."""
        await record(prefecture, name, await STORIES[name](prefecture))

    @pytest.mark.parametrize("name", contract_stories.STORIES)
    async def test_record_a_contract(name: str, founded: Callable[[], Settings], tmp_path: Path) -> None:
        async with contracting(founded(), tmp_path) as office, office.signer():
            await record(office.prefecture, name, await contract_stories.STORIES[name](office))

    async def test_record_one_that_outlived_its_run(short_lived: Prefecture) -> None:
        await record(short_lived, "outlived-its-run", await outlived_its_run(short_lived))
