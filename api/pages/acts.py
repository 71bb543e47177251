"""Acts: what a reader may do with a case now, found by trying each out, so that no page disagrees with the rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.pages.act_fields import ActForm, Tone
from api.rehearsal import rehearse
from domain.record import Command, Given, Record
from domain.refusals import Refused


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act as the pages of a process offer it, in the process's one table of acts (`approval_acts`).

    `probe` is the command by which it is tried whether the act is open; `form` is None for an act with a page of its
    own. `when` opens the sentence on what follows, which trying out finds; `said` is that sentence where it is always
    the same. `covers` is an act that need not be offered beside this one.
    """

    verb: str
    tone: Tone  # which also says where the page offers it
    probe: Command | Callable[[Any, Given], Command]
    form: ActForm | Callable[[Any], ActForm] | None
    when: str = ""
    said: str = ""
    covers: str = ""

    def command(self, state: Any, given: Given) -> Command:
        """Give the command to try the act out with."""
        return self.probe if isinstance(self.probe, Command) else self.probe(state, given)


@dataclass(frozen=True, kw_only=True)
class OpenActs:
    """The acts open to one reader, in the order in which a page offers them; `refusals` says of the others why not."""

    open: tuple[Act, ...] = ()
    refusals: Mapping[str, Refused] = field(default_factory=dict)

    @property
    def verbs(self) -> frozenset[str]:
        return frozenset(act.verb for act in self.open)

    @property
    def main(self) -> tuple[Act, ...]:
        return self._offered("go")

    @property
    def other(self) -> tuple[Act, ...]:
        return self._offered("plain")

    @property
    def back(self) -> tuple[Act, ...]:
        return self._offered("back")

    @property
    def end(self) -> tuple[Act, ...]:
        return self._offered("end")

    def _offered(self, tone: Tone) -> tuple[Act, ...]:
        covered = {act.covers for act in self.open}
        return tuple(act for act in self.open if act.tone == tone and act.verb not in covered)


def open_acts(acts: Sequence[Act], record: Record[Any], state: Any, given: Given) -> OpenActs:
    """Give every one of `acts` that the rules would take from `given.by` now.

    An act is tried with a sample of its content. Refused for a field of that content, it is the sample that is wrong
    and the act is open; refused for anything else, the act is not this person's, or not now.
    """
    refusals: dict[str, Refused] = {}
    for act in acts:
        command = act.command(state, given)
        try:
            rehearse(record, state, command, given)
        except Refused as refused:
            if refused.field not in type(command).model_fields:
                refusals[act.verb] = refused
    return OpenActs(open=tuple(act for act in acts if act.verb not in refusals), refusals=refusals)


def is_open(act: Act, record: Record[Any], state: Any, given: Given) -> bool:
    """Whether the rules would take `act` from `given.by` now."""
    return bool(open_acts((act,), record, state, given).open)
