"""A world for the measures from end to end: a whole instance, with tokens for its posts and the parts' process ids."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kessai.bench.meters import Part, parts_of_instance
from kessai.cli.options import settings_for
from kessai.cli.token import token_for
from kessai.cli.wiring import instance_of
from kessai.composition import Composition
from kessai.supervisor.addresses import Addresses
from kessai.supervisor.instance import running


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

    def processes(self) -> Mapping[str, Part]:
        """The running parts by name, as of now: a part that was started anew has another process id."""
        return parts_of_instance(self.data)


@contextmanager
def instance_world(root: Path) -> Iterator[InstanceWorld]:
    """Run an instance in a new folder below `root`; stop it at the end."""
    data = root / "instance"
    with running(data, environment={"KESSAI_LOG_LEVEL": "warning"}) as (addresses, _):
        parts = Composition(settings_for(data, {}))
        try:
            yield InstanceWorld(data, addresses, parts)
        finally:
            parts.close()
