"""Temporal's own command line, as somebody with access to the server would use it: without our codec and our keys."""

import asyncio
from dataclasses import dataclass

from kessai.embedded.temporal import program
from kessai.settings import Settings

WITHIN_SECONDS = 20.0


@dataclass(frozen=True)
class TemporalCli:
    """Runs `temporal …` against a prefecture's namespace."""

    settings: Settings

    async def __call__(self, *arguments: str) -> tuple[int, str]:
        """Run it; give the exit code and everything it said."""
        process = await asyncio.create_subprocess_exec(
            str(program()),
            *arguments,
            "--address",
            self.settings.temporal_address,
            "--namespace",
            self.settings.temporal_namespace,
            "--disable-config-file",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(process.communicate(), WITHIN_SECONDS)
        return process.returncode or 0, said.decode()
