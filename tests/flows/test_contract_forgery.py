"""Forgery at the signing queue (I23): who has Temporal's command line brings about nothing that the ledger does not say
is due, and stops nothing that is.
"""

import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client

from kessai.settings import Settings
from tests.flows.contract_world import SIGNING_POST, Office, contracting
from tests.flows.prefecture import eventually
from tests.flows.temporal_cli import TemporalCli
from workflows.outside import RENEWAL, ROUND, STEP, signing_queue


@pytest.fixture
async def office(founded: Callable[[], Settings], tmp_path: Path) -> AsyncIterator[Office]:
    async with contracting(founded(), tmp_path) as office, office.signer():
        yield office


@pytest.fixture
def temporal_cli(office: Office) -> TemporalCli:
    return TemporalCli(office.prefecture.settings)


def queue(office: Office) -> str:
    return signing_queue(office.prefecture.settings.task_queue)


async def sealed_arguments(office: Office, number: str) -> list[tuple[str, str]]:
    """The arguments of every step that the contract's process has asked for, as they lie sealed in its history: key id
    and bytes in base64.
    """
    settings = office.prefecture.settings
    outsider = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
    history = await outsider.get_workflow_handle(f"contract-{number}").fetch_history()
    steps = [event.activity_task_scheduled_event_attributes for event in history.events]
    payloads: list[Payload] = [payload for each in steps for payload in each.input.payloads]
    return [(_meta(each), base64.b64encode(each.data).decode()) for each in payloads]


def _meta(payload: Payload) -> str:
    return f"encryption-key-id={payload.metadata['encryption-key-id'].decode()}"


async def test_a_step_asked_for_by_hand_is_done_only_if_it_is_due(office: Office, temporal_cli: TemporalCli) -> None:
    """Plain arguments, none, wrong ones; and the very bytes by which our own process asked."""
    number = await office.released()
    before = office.tags(number)
    forms = {
        "plain": ("--input", f'"{number}"', "--input", '"certify/1"'),
        "another signer's": ("--input", f'"{number}"', "--input", '"sign/1/000000000000"'),
        "nothing at all": (),
        "one thing": ("--input", f'"{number}"'),
    }
    for form, arguments in forms.items():
        told = ("--type", STEP, "--task-queue", queue(office), "--start-to-close-timeout", "30s", *arguments)
        code, said = await temporal_cli("activity", "start", "--activity-id", form.replace(" ", "-"), *told)
        assert code == 0, (form, said)
    first, second = (await sealed_arguments(office, number))[:2]
    sealed = ("--input-meta", "encoding=binary/kessai-sealed", "--input-meta", first[0], "--input-base64")
    told = ("--type", STEP, "--task-queue", queue(office), "--start-to-close-timeout", "30s")
    code, said = await temporal_cli(
        "activity", "start", "--activity-id", "again", *told, *sealed, "--input", first[1], "--input", second[1]
    )
    assert code == 0, said

    async def ended() -> bool:
        _, told = await temporal_cli("activity", "describe", "--activity-id", "again")
        return "Completed" in told

    await eventually(ended, "the repeated step is not answered", 60)
    assert office.tags(number) == before
    await office.concluded(number)
    assert office.tags(number).count("certified") == 1


async def test_runs_started_by_hand_renew_nothing(office: Office, temporal_cli: TemporalCli) -> None:
    """Neither a round nor a renewal, whatever it is told."""
    number = await office.released()
    await office.concluded(number)
    before = office.prefecture.position()
    for name, arguments in (
        (RENEWAL, ("--input", f'"{number}"', "--input", "1")),
        (RENEWAL, ()),
        (ROUND, ("--input", '"R8-000000"')),
        (ROUND, ()),
        ("nonsense", ("--input", "1")),
    ):
        told = ("--type", name, "--task-queue", queue(office), "--workflow-id", f"renewal-{number}-1", *arguments)
        code, said = await temporal_cli("workflow", "execute", *told)
        assert code == 0, (name, arguments, said)
    assert office.prefecture.position() == before


async def test_a_step_ended_by_hand_is_not_believed(office: Office, temporal_cli: TemporalCli) -> None:
    """Completed or failed from outside while it waits: the ledger is looked at, and the step is done all the same."""
    number = await office.released()
    await office.agrees(number)
    await office.comes(number, "signed")
    before = office.tags(number)
    for command, more in (("complete", ("--result", '"済み"')), ("fail", ("--reason", "試験"))):
        for serial in range(1, 6):
            ids = ("--workflow-id", f"contract-{number}", "--activity-id", f"{serial}")
            await temporal_cli("activity", command, *ids, *more)
    assert office.tags(number) == before
    await office.send(SIGNING_POST, "sign", number)
    await office.comes(number, "concluded")
    assert office.tags(number).count("signed") == 2


async def test_buttons_of_the_temporal_ui_sign_nothing_twice(office: Office, temporal_cli: TemporalCli) -> None:
    """Cancel, terminate and reset around a signature."""
    number = await office.released()
    await office.agrees(number)
    workflow = ("--workflow-id", f"contract-{number}")
    assert (await temporal_cli("workflow", "cancel", *workflow))[0] == 0
    assert (await temporal_cli("workflow", "terminate", *workflow, "--reason", "試験"))[0] == 0
    await office.prefecture.reconciler.sweep()
    await office.comes(number, "signed")
    assert (await temporal_cli("workflow", "reset", "--event-id", "4", "--reason", "試験", *workflow))[0] == 0
    await office.send(SIGNING_POST, "sign", number)
    await office.comes(number, "copies-delivered")
    assert office.tags(number).count("signed") == 2
