"""Stories of contracts whose histories are kept (tests/histories), each on a PKI and with a signer role of its own."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from domain.contract import commands
from tests.flows.contract_world import OFFICER, Office

Story = Callable[[Office], Awaitable[str]]
BREATH = timedelta(minutes=1)


async def contract_kept(office: Office) -> str:
    """Signed by both, delivered, archived: to its end."""
    number = await office.released()
    await office.concluded(number)
    await office.archived(number)
    await office.contracts.handle(number).result()
    return f"contract-{number}"


async def contract_withdrawn(office: Office) -> str:
    """The officer withdraws it while a signature is awaited."""
    number = await office.released()
    await office.proves(number)
    await office.send(OFFICER, "withdraw", number, commands.Withdraw(reason="仕様の見直しのため"))
    await office.contracts.handle(number).result()
    return f"contract-{number}"


async def contract_expired(office: Office) -> str:
    """Nobody signs in time; it goes out once more, and then is withdrawn."""
    number = await office.released()
    expires_at = office.state(number).expires_at
    assert expires_at is not None
    await office.prefecture.pass_time(expires_at + BREATH)
    await office.comes(number, "expired")
    await office.send(OFFICER, "release", number)
    await office.comes(number, "certified", 2)
    await office.send(OFFICER, "withdraw", number, commands.Withdraw(reason="仕様の見直しのため"))
    await office.contracts.handle(number).result()
    return f"contract-{number}"


STORIES: Mapping[str, Story] = {
    "contract-kept": contract_kept,
    "contract-withdrawn": contract_withdrawn,
    "contract-expired": contract_expired,
}
RENEWALS = ("custody-round", "contract-renewal")  # recorded by the test of custody
