"""電子契約の机: one contract as it lies in front of a reader. Nothing here changes a contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api.cases import open_case
from api.contract_files import ContractFiles, files_of
from api.pages.desk import Reader, who
from api.parts import ApiParts
from domain.contract import RECORD
from domain.contract.basis import approval_stream
from domain.contract.state import NOUN, Contract, Party
from domain.events import Fact
from domain.policies.contract_rules import ContractRules
from domain.record import Given, Guard, GuardStream
from domain.refusals import Refused


@dataclass(frozen=True, kw_only=True)
class ContractLook:
    """One contract as a reader sees it: its facts, what they add up to, and the decision that it carries out."""

    number: str
    facts: Sequence[Fact]
    state: Contract
    version: int
    reader: Reader
    guards: Mapping[str, Guard]

    @property
    def href(self) -> str:
        return href(self.number)

    @cached_property
    def files(self) -> ContractFiles:
        """Its documents."""
        return files_of(self.facts)

    @property
    def own_signer(self) -> Party | None:
        """The prefecture's signer."""
        return next((each for each in self.state.parties if each.is_prefecture), None)

    @property
    def acting_post(self) -> str | None:
        """As which of their posts the reader acts here: the one that signs, the one in charge, or the one they go on
        as.
        """
        mine = set(self.reader.post_codes)
        signer = self.own_signer
        wanted = (
            signer.signer.post if signer is not None and signer in self.state.awaited else None,
            self.state.content.custody.post,
            signer.signer.post if signer is not None else None,
        )
        first = next((post for post in wanted if post in mine), None)
        return first or (self.reader.post.code if self.reader.post else None)

    @property
    def given(self) -> Given:
        """What a decision of the reader may look at."""
        return replace(self.reader.given(self.number, self.acting_post), guards=self.guards)


def href(number: str) -> str:
    """Give the address of a contract's page."""
    return f"/{RECORD.plural}/{number}"


async def lay(request: Request, parts: ApiParts, number: str) -> ContractLook:
    """Give the contract as the one logged in sees it; raises `LoginNeeded` and the problem `not-found`."""
    principal, reader = await who(request, parts)
    found = await open_case(parts, RECORD, number, principal)
    decision = GuardStream(name=approval_stream(found.state.content.basis.approval), whole=True)
    guard = await run_in_threadpool(parts.reader.guard, decision)
    return ContractLook(
        number=number, facts=found.facts, state=found.state, version=found.version, reader=reader,
        guards={decision.name: guard},
    )  # fmt: skip


def rules_of(reader: Reader) -> ContractRules | None:
    """Give the rules for contracts in force today; None where no edition is."""
    try:
        return cast(ContractRules, reader.rules.plain(NOUN, reader.today))
    except Refused:
        return None
