"""At the door: whether a link is the current one, a session the bound one, a code the right one, a proof still counts.

Everything is asked of the ledger itself, never of a read model: a link that was voided a moment ago opens nothing.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from api.errors import Problem
from api.signing.links import LinkKeys
from api.signing.passkeys import About, Passkeys, Registered
from api.signing.rates import CODE, CODE_ASKED, LINK, OPENING, REISSUE, Limit, Rates
from api.signing.sessions import NUMBER, Session
from domain.clock import Clock
from domain.contract.state import CONCLUDED, OUT, Contract, Party
from domain.ledger.reading import LedgerReader, fold
from domain.policies.contract_rules import ContractRules, Spoken
from domain.record import Record
from domain.rulebook import Rulebook, parsed
from domain.streams import stream_of
from signing.detached import Signer
from signing.sealed_instructions import sealed

NOBODYS_COMMAND = UUID(int=0)  # a contract with the rules of the same moment, and no receipt
PER_VERB: dict[str, Limit] = {"request-code": CODE_ASKED, "enter-code": CODE, "prove-passkey": CODE}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A contract and one of its signers as the ledger has them at this moment."""

    number: str
    version: int
    contract: Contract
    party: Party
    rules: Rulebook
    now: datetime

    @property
    def signer(self) -> int:
        return self.party.number

    @property
    def expired(self) -> bool:
        """Whether the time for signing is over, noted yet or not."""
        return self.contract.expires_at is not None and self.contract.expires_at <= self.now

    def proven(self, session: Session) -> bool:
        """Whether this session has shown a second factor for the decided document, and it still counts."""
        proof = self.party.authenticated
        return (
            proof is not None
            and session.is_bound(proof.session)
            and proof.document == self.contract.decided_document
            and proof.valid_until > self.now
        )

    def about(self, session: Session) -> About:
        """What a passkey is asked about here and now."""
        return About(
            number=self.number, signer=self.signer, document=self.contract.decided_document, session=session.hash,
            version=self.version,
        )  # fmt: skip

    @property
    def statement(self) -> Spoken:
        """What a signer agrees to, by the rules the contract was prepared under."""
        edition = parsed(self.rules.named("contract", self.contract.content.edition))
        assert isinstance(edition, ContractRules), edition
        return edition.statement

    @property
    def passkeys(self) -> tuple[Registered, ...]:
        """The signer's registered passkeys."""
        return tuple(
            Registered(credential=each.credential, public_key=each.public_key, sign_count=each.sign_count)
            for each in self.party.passkeys
        )


class Doors:
    """Lets signers in, and nobody else. `record` is the contract's; `sealer` the API's envelope key."""

    def __init__(
        self,
        *,
        keys: LinkKeys,
        reader: LedgerReader,
        record: Record[Contract],
        clock: Clock,
        public_url: str,
        sealer: Signer,
        rates: Rates | None = None,
    ) -> None:
        self.keys = keys
        self._sealer = sealer
        self.passkeys = Passkeys(keys, public_url=public_url)
        self.rates = rates or Rates()
        self.https = public_url.startswith("https://")
        self.origin = public_url.rstrip("/").lower()
        self._reader = reader
        self._record = record
        self._clock = clock

    async def by_link(self, number: str, signer: int, token: str, *, address: str) -> Standing:
        """Give where the holder of a link stands. Refuses `link-not-valid`, whatever is wrong with it, and
        `too-many-requests` to whoever tries many.
        """
        standing = await self._standing(number, signer)
        generation = standing.party.generation if standing else 0
        opens = self.keys.opens(token, number=number, signer=signer, generation=generation)
        if standing is None or generation == 0 or not opens or not _is_open(standing):
            self.rates.require(LINK, address)
            raise Problem("link-not-valid")
        return standing

    async def by_session(self, session: Session) -> Standing:
        """Give where the holder of a session stands. Refuses `signing-session-over`, also for one that was not made
        here, whatever the record says.
        """
        made = self.keys.made(session.secret, number=session.number, signer=session.signer)
        standing = await self._standing(session.number, session.signer) if made else None
        if standing is None or not session.is_bound(standing.party.session):
            raise Problem("signing-session-over")
        return standing

    async def after_act(self, session: Session) -> Standing:
        """Give where a session stands after an act of its own, which may have ended it."""
        standing = await self._standing(session.number, session.signer)
        assert standing is not None, "an act was done to it"
        return standing

    async def proven(self, session: Session) -> Standing:
        """Give where a signer stands who has shown a second factor. Refuses `second-factor-required` too."""
        standing = await self.by_session(session)
        if not standing.proven(session):
            raise Problem("second-factor-required")
        return standing

    def allow(self, verb: str, number: str, signer: int) -> None:
        """Refuse `too-many-requests` where a verb is sent too often."""
        limit = {"open": OPENING, "reissue": REISSUE, **PER_VERB}.get(verb)
        if limit is not None:
            self.rates.require(limit, number, signer)

    def matches(self, standing: Standing, given: str) -> bool:
        """Whether the digits are the signer's last code. Whether that still opens anything, the record decides."""
        code = standing.party.code
        nth, document = (0, "") if code is None else (code.nth, code.document)
        proves = self.keys.proves(given, number=standing.number, document=document, signer=standing.signer, nth=nth)
        return proves and code is not None

    def seal(self, standing: Standing, session: Session, *, document: str, statement: str) -> str:
        """Seal an instruction of this session: the role that holds the signing keys believes no other (ADR 0026)."""
        return sealed(
            self._sealer, number=standing.number, party=standing.signer, document=document, session=session.hash,
            statement=statement,
        )  # fmt: skip

    async def _standing(self, number: str, signer: int) -> Standing | None:
        if re.fullmatch(NUMBER, number) is None or not 1 <= signer <= 99:
            return None
        stream = stream_of(self._record.noun, number)
        loaded = await run_in_threadpool(self._reader.load, stream, NOBODYS_COMMAND)
        contract, version = fold(self._record, loaded.facts)
        party = contract.party(signer)
        if party is None:
            return None
        return Standing(
            number=number, version=version, contract=contract, party=party, rules=loaded.rulebook,
            now=self._clock.now(),
        )  # fmt: skip


def _is_open(standing: Standing) -> bool:
    """Whether a link has anything to open: the contract is out with its signers, or there is something to take away."""
    status = standing.contract.status
    signed = standing.party.signed is not None
    return (status in OUT and (signed or not standing.expired)) or (status in CONCLUDED and signed)
