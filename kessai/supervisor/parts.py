"""What the supervisor is told to run: services that stay, and jobs that end."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kessai.embedded.account import Account


def at_once() -> bool:
    """The probe of a service that has no address: it is up as soon as it runs."""
    return True


def nothing() -> None:
    """Nothing to do before a service starts."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A command that runs to its end, begun when everything it `needs` (by name) is there. Where it is not `required`,
    its failure is told and nothing else happens.
    """

    name: str
    label: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    required: bool = True
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Service:
    """A command that is kept running, started when everything it `needs` (by name) is there.

    Before each start `before` is called; then the service counts as up when `answers` says so and the job `then` has
    ended well. It is stopped by `stop_signal`, killed if it takes longer than `stop_within_s`, and gets `death_signal`
    if the supervisor dies.
    """

    name: str
    label: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    answers: Callable[[], bool] = at_once
    before: Callable[[], object] = nothing
    then: Job | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_s: float = 15.0
    death_signal: signal.Signals = signal.SIGKILL
    account: Account | None = None
    folder: Path | None = None  # where it runs; None: where we do
    descriptors: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()
