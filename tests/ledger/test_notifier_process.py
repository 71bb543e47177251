"""The notifier as the process it is: killed between sending and recording it sends again under the same id, a second
one stands by, and both end when told to.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kessai.clocks import VirtualClock
from kessai.embedded.environment import surroundings
from kessai.keys import create_keys, key_path, webhook_secrets
from kessai.settings import variable
from tests.ledger.notifying_world import Notifying, PostBox, notifying, receiver, smtp_server
from tests.ledger.projection_world import World, eventually

HANDED_ON = ("data", "database_url", "database_schema", "keys_dir", "clock", "clock_file")


@pytest.fixture
def placed(world: World, tmp_path: Path) -> World:
    """A world whose keys and (virtual) clock a process can read."""
    world.seeded()
    world.settings = replace(world.settings, keys_dir=tmp_path / "keys", clock="virtual", clock_file=tmp_path / "clock")
    create_keys(world.settings.keys_dir, development=True)
    VirtualClock(world.settings.clock_file).set(world.clock.at)
    return world


@contextmanager
def process(world: World, folder: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `kessai notifier`; killed at the end, if it still lives."""
    environment = surroundings(os.environ) | {variable(each): str(getattr(world.settings, each)) for each in HANDED_ON}
    environment |= {variable(name): value for name, value in more.items()}
    with (folder / "notifier.log").open("ab") as log:
        running = subprocess.Popen(
            (sys.executable, "-P", "-m", "kessai", "notifier"), env=environment, stdout=log, stderr=log
        )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def states(sending: Notifying) -> list[str]:
    return [row["state"] for row in sending.deliveries()]


def test_killed_between_sending_and_recording_it_sends_again_under_the_same_id(placed: World, tmp_path: Path) -> None:
    allowed = {"webhook_private_targets": "127.0.0.1"}
    with receiver() as there, notifying(placed) as looking, ExitStack() as stack:
        number = looking.register(there.url, "approval.drafted")
        victim = stack.enter_context(process(placed, tmp_path, **allowed))

        def kill_the_first_time(got):
            if len(there.received) == 1:
                os.kill(victim.pid, signal.SIGKILL)
                victim.wait()
            return 200, {}, b""

        there.answer = kill_the_first_time
        placed.drafted()
        eventually(lambda: victim.poll() is not None)
        assert states(looking) == ["planned"]
        assert [row["outcome"] for row in looking.attempts()] == [None]
        with process(placed, tmp_path, **allowed) as heir:
            eventually(lambda: states(looking) == ["delivered"])
            heir.send_signal(signal.SIGTERM)
            assert heir.wait(20) == 0
        assert len(there.received) == 2
        assert len(set(there.ids)) == 1
        assert [row["outcome"] for row in looking.attempts()] == [None, "delivered"]
        of_file = webhook_secrets(key_path(placed.settings.keys_dir, "webhook"), production=False)
        assert there.received[1].signed_with(of_file(number, 1)[0])


def test_two_of_them_send_everything_once_and_the_second_takes_over(placed: World, tmp_path: Path) -> None:
    box = PostBox()
    with smtp_server(box) as url, notifying(placed) as looking:
        mail = {"smtp_url": url, "mail_from": "k@pref.example.jp", "mail_address_template": "p{person}@pref.example.jp"}
        with process(placed, tmp_path, **mail) as first, process(placed, tmp_path, **mail):
            eventually(lambda: "mail" in looking.outbox.places())
            placed.drafted(urgent=True)
            eventually(lambda: states(looking) == ["delivered"])
            first.kill()
            placed.drafted(urgent=True)
            eventually(lambda: states(looking) == ["delivered"] * 2)
        assert len(box.letters) == 2
        assert len({letter["Message-ID"] for letter in box.letters}) == 2
