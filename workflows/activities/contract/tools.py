"""What steps work with: the store, keys, time stamps, revocation data, trust, and the ledger's reading half. Handed in
by `kessai/`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from domain.clock import Clock
from domain.ledger.reading import LedgerReader
from signing.detached import Verifier
from signing.documents import DocumentStore
from signing.keys import SigningKey
from signing.network import RevocationFetcher, TimeStamps
from signing.trust import Trust
from workflows.activities.contract.journal import Journal


class Keys(Protocol):
    """Every key of the installation. Only the signer role has one of these."""

    async def platform(self) -> SigningKey:
        """The platform's: it certifies, and signs on instruction where no certificate is issued for a signer."""
        ...

    async def prefecture(self) -> SigningKey | None:
        """The prefecture's own (職責証明書); None where it has none."""
        ...

    async def witness(self, *, name: str, organisation: str, lives: timedelta) -> SigningKey | None:
        """A new key with a short-lived certificate in a signer's name; None where no authority issues them."""
        ...


@dataclass(frozen=True, kw_only=True)
class Tools:
    """The parts of one signer role."""

    reader: LedgerReader
    documents: DocumentStore
    journal: Journal
    keys: Keys
    stamps: TimeStamps
    revocation: RevocationFetcher
    trust: Callable[[], Trust]  # of the moment: anchors and editions of the rules are added while we run
    verifier: Verifier  # believes the seals of those who let signers in
    lease: Callable[[], timedelta]  # for how long a prepared signature keeps others waiting, by the rules of the day
    clock: Clock
    self_hosted: bool = True  # the prefecture runs the platform itself: said so in the evidence
    development: bool = False  # certificates that mean something to nobody else: said so too
