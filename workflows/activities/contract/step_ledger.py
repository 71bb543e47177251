"""The ledger as a step sees it: is it due, has it been begun, what did it come to. Everything here blocks."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from temporalio.exceptions import ApplicationError

from domain.clock import Clock
from domain.contract import commands
from domain.contract.facts import StepBegun
from domain.contract.state import Contract
from domain.contract.work import work
from domain.envelope import Outcome, system_command_id
from domain.ledger.writing import LedgerWriter
from domain.record import Command, Record
from domain.streams import stream_of
from workflows.activities.contract.task import Entry, StepImpossible, StepWaits, Task

NAME = "電子契約の処理"
DONE, NOT_DUE = "済み", "今は不要"


class StepLedger:
    """Reads one contract and tells the ledger of its steps, by system verbs whose ids follow from what they say."""

    def __init__(self, *, writer: LedgerWriter, record: Record[Any], clock: Clock) -> None:
        self._writer = writer
        self._record = record
        self._clock = clock

    def due(self, number: str, step: str) -> Task | None:
        """Give the step as work, if it is what the record asks for now. Renewals fall due when they are looked for."""
        state, version = self._fold(number)
        generation = _generation(step)
        if generation is not None and version and work(state) is None and self._falls_due(number, version, generation):
            state, version = self._fold(number)
        found = work(state)
        if found is None or found.name != step:
            return None
        return Task(number=number, version=version, state=state, work=found, now=self._clock.now())

    def name_of(self, task: Task) -> UUID:
        """What a step on its file is called: the same for every attempt at it."""
        stream = stream_of(self._record.noun, task.number)
        return system_command_id(stream=stream, rule="step", occasion=f"{task.step}|{task.base}")

    def begin(self, task: Task, lease: timedelta) -> int:
        """Record that calls may be made from now on; give the attempt's number. Raises StepWaits if it is begun."""
        attempt, lease_until = task.work.attempts + 1, task.now + lease
        command = commands.BeginStep(step=task.step, attempt=attempt, base=task.base, lease_until=lease_until)
        outcome = self._tell(task, "begin-step", command, f"{attempt}|{lease_until.isoformat()}")
        if outcome.result != "accepted" or outcome.replayed:
            raise StepWaits("別の処理が始めています。その結果を待ちます。")
        return attempt

    def settle(self, task: Task, entry: Entry) -> str:
        """Record what the step came to. Raises where the ledger does not take it although the step is still due."""
        command = self._record.commands[entry.verb].model_validate_json(bytes(entry.command))
        outcome = self._tell(task, entry.verb, command, sha256(bytes(entry.command)).hexdigest())
        if outcome.result != "accepted" and self.due(task.number, task.step) is not None:
            raise ApplicationError(
                f"処理の結果を台帳が受け付けません({outcome.code or outcome.result})。運用担当者の確認が必要です。",
                type="NotTaken",
            )
        return DONE if outcome.result == "accepted" else NOT_DUE

    def refuse(self, task: Task, why: StepImpossible) -> str:
        """Record that the step cannot be done; the officer has to look. A renewal that fails has a fact of its own."""
        if task.work.generation is not None:
            failed = commands.FailRenewal(generation=task.work.generation, code=why.code, detail=why.detail)
            outcome = self._tell(task, "fail-renewal", failed, f"{task.version}|{why.code}")
        else:
            refused = commands.RefuseStep(step=task.step, code=why.code, detail=why.detail)
            outcome = self._tell(task, "refuse-step", refused, f"{task.version}|{why.code}")
        return why.code if outcome.result == "accepted" else NOT_DUE

    def review(self, number: str) -> None:
        """Let the end of a contract's retention be told where its record says that it is time: by the same rule and
        under the same occasion as an open contract's own process does it.
        """
        state, _ = self._fold(number)
        directory, _ = self._writer.reader.references()
        for each in self._record.due(state, self._clock.now(), directory):
            if each.verb == "retention-due":
                self._apply(number, each.verb, each.command, each.occasion, name=each.rule)

    def _fold(self, number: str) -> tuple[Contract, int]:
        found: tuple[Contract, int] = self._writer.reader.fold(self._record, number)
        return found

    def _falls_due(self, number: str, version: int, generation: int) -> bool:
        """Ask whether the archive step's time has come. The record decides, by its clock and the rules of the day."""
        command = commands.ArchivingDueNow(generation=generation)
        return self._apply(number, "archiving-due", command, f"{generation}|{version}").result == "accepted"

    def _tell(self, task: Task, verb: str, command: Command, said: str) -> Outcome:
        return self._apply(task.number, verb, command, f"{task.step}|{task.base}|{said}")

    def _apply(self, number: str, verb: str, command: Command, occasion: str, *, name: str = NAME) -> Outcome:
        return self._writer.apply_rule(
            self._record,
            number=number,
            verb=verb,
            rule=f"system:{verb}",
            name=name,
            occasion=occasion,
            command=command,
        )


def running_lease(task: Task) -> StepBegun | None:
    """The attempt last begun at this step, whose outcome is not known."""
    last = task.state.step
    return last if last is not None and last.step == task.step else None


def _generation(step: str) -> int | None:
    kind, _, nth = step.partition("/")
    return int(nth) if kind == "archive" and nth.isdecimal() else None
