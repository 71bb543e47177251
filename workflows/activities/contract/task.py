"""A step as it is worked on: what it is about, what it may come to, and the two ways in which it comes to nothing."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from domain.contract.state import Contract, Party, Request
from domain.contract.work import Work
from domain.record import Command
from signing.network import NetworkRefused


@dataclass(frozen=True, kw_only=True)
class Task:
    """One step of one contract, as the record asked for it at `version`; `now` is the injected clock's time."""

    number: str
    version: int
    state: Contract
    work: Work
    now: datetime

    @property
    def step(self) -> str:
        """The step's name."""
        return self.work.name

    @property
    def base(self) -> str:
        """The hash of the file it works on."""
        return self.work.base

    @property
    def request(self) -> Request:
        """The signature that was asked for; only for steps about one."""
        assert self.work.request is not None, self.step
        return self.work.request

    @property
    def party(self) -> Party:
        """Whose signature it is."""
        found = self.state.party(self.request.signer)
        assert found is not None, self.step
        return found


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a step came to: the system command by which the ledger is told. What does not last (a postponement) is no
    result of the step: it is told at once and not remembered.
    """

    verb: str
    command: Command
    lasting: bool = True

    def entry(self) -> bytes:
        """The journal's entry: the verb and the command's JSON."""
        written = Entry(verb=self.verb, command=msgspec.Raw(self.command.model_dump_json(by_alias=True).encode()))
        return msgspec.json.encode(written)


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A result as the journal keeps it between the last call outside and the ledger."""

    verb: str
    command: msgspec.Raw

    @classmethod
    def of(cls, text: bytes) -> "Entry":
        """Read a journal's entry."""
        return msgspec.json.decode(text, type=cls)


class StepImpossible(Exception):
    """What no retry mends. Becomes an event; `code` is kebab-case, the text an English diagnostic."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class StepWaits(Exception):
    """Not now: the sentence says why, in Japanese, where the Web UI shows the pending activity."""


def waits_for(refused: NetworkRefused, what: str) -> StepWaits:
    """Why a step waits when `what` cannot be had from outside."""
    why = refused.reason.rstrip("。")
    return StepWaits(
        f"{what}のため認証局・時刻認証局を待っています({why})。自動で繰り返し、通じたら続きます。 [{refused}]"
    )
