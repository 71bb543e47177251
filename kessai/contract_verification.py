"""Verification as the API is given it: whom to trust, what time it is, and the way to ask about revocation."""

import asyncio
from dataclasses import dataclass

from kessai.composition import Composition
from kessai.trusting import network_of, trust_of
from signing.network import RevocationFetcher
from signing.trust import Trust, TrustRefused
from signing.verification import Report, verify


@dataclass(frozen=True)
class Verification:
    """Gives the verdict over a file."""

    parts: Composition

    async def __call__(self, pdf: bytes, *, offline: bool) -> Report:
        clock, trust = self.parts.clock, await asyncio.to_thread(self._trust)
        if offline:
            return await verify(pdf, trust=trust, clock=clock)
        async with network_of(self.parts.settings) as network:
            return await verify(pdf, trust=trust, clock=clock, network=RevocationFetcher(network, clock))

    def _trust(self) -> Trust:
        """The installation's anchors; one that has none yet trusts nobody."""
        try:
            return trust_of(self.parts.settings, self.parts.reader, self.parts.clock)()
        except TrustRefused as refused:
            if refused.code != "no-anchor":
                raise
            return Trust(signers=(), tsas=())
