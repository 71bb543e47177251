"""A world for the measures from end to end: a whole instance, with tokens for its posts and the parts' process ids."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from kessai.bench.meters import Part, parts_of_instance
from kessai.cli.options import settings_for
from kessai.cli.token import token_for
from kessai.cli.wiring import instance_of
from kessai.clocks import VirtualClock
from kessai.composition import Composition
from kessai.supervisor.addresses import Addresses
from kessai.supervisor.instance import running
from projections.position import ReadPosition

CAUGHT_UP_WITHIN_S = 900.0


@dataclass
class InstanceWorld:
    """`kessai up --no-demo` as a child, and what is needed to talk to it as its people do."""

    data: Path
    addresses: Addresses
    parts: Composition
    _tokens: dict[str, str] = field(default_factory=dict)

    def headers(self, post: str) -> dict[str, str]:
        """What the holder of `post` sends with every request."""
        if post not in self._tokens:
            self._tokens[post] = token_for(instance_of(self.parts), post)
        return {"Authorization": f"Bearer {self._tokens[post]}", "Kessai-Post": post}

    def set_clock(self, at: datetime) -> None:
        """Make it `at` for everybody (an instance on a virtual clock only). Tokens of another day are of no use."""
        VirtualClock(self.parts.settings.clock_file).set(at)
        self._tokens.clear()

    def wait_until_caught_up(self) -> None:
        """Wait until the read models have taken in what the ledger holds now. Raises projections.position.Behind."""
        head = self.parts.reader.head()
        ReadPosition(self.parts.read_store).wait_for(head, timeout_seconds=CAUGHT_UP_WITHIN_S)

    def processes(self) -> Mapping[str, Part]:
        """The running parts by name, as of now: a part that was started anew has another process id."""
        return parts_of_instance(self.data)


@contextmanager
def instance_world(root: Path, *, begins: datetime | None = None) -> Iterator[InstanceWorld]:
    """Run an instance in a new folder below `root`; stop it at the end. `begins`: on a virtual clock, from then on."""
    data = root / "instance"
    environment = {"KESSAI_LOG_LEVEL": "warning"}
    if begins is not None:
        data.mkdir(mode=0o700)
        VirtualClock(data / "clock").set(begins)
        environment["KESSAI_CLOCK"] = "virtual"
    with running(data, environment=environment) as (addresses, _):
        settings = settings_for(data, {})
        parts = Composition(settings if begins is None else replace(settings, clock="virtual"))
        try:
            yield InstanceWorld(data, addresses, parts)
        finally:
            parts.close()
