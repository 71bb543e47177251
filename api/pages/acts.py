"""What a reader may do with a case now: found by trying every act out, so that no page disagrees with the rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from api.pages.rehearsal import rehearse
from domain.approval import commands
from domain.approval.state import Approval
from domain.clock import civil_date
from domain.record import Command, Given
from domain.refusals import Refused

ANY = "-"  # a text or a post that only stands for one


def _amendment(state: Approval, given: Given) -> Command:
    return commands.Amend(reason=ANY, title="件名" if state.content.title != "件名" else "件名の修正")


def _reservation(state: Approval, given: Given) -> Command:
    flags = given.rules.authority(civil_date(given.now)).reservation.flags
    return commands.Reserve(flag=next((flag for flag in flags if flag not in state.flags), ANY), reason=ANY)


def _always(command: Command) -> Callable[[Approval, Given], Command]:
    return lambda state, given: command


# In the order in which a page offers them.
SAMPLES: Mapping[str, Callable[[Approval, Given], Command]] = MappingProxyType(
    {
        "decide": _always(commands.Decide()),
        "approve": _always(commands.Approve()),
        "concur": _always(commands.Concur(outcome="agree")),
        "examine": _always(commands.Examine(outcome="pass")),
        "proxy-decide": _always(commands.ProxyDecide(urgency=ANY)),
        "post-review": _always(commands.PostReview(outcome="seen")),
        "confirm": _always(commands.Confirm()),
        "resume": _always(commands.Resume()),
        "submit": _always(commands.Submit()),
        "amend": _amendment,
        "enforce": _always(commands.Enforce(method=ANY, seal_mode="none")),
        "complete": _always(commands.Complete()),
        "return": _always(commands.Return(reason=ANY)),
        "reserve": _reservation,
        "add-reviewer": _always(commands.AddReviewer(post="x", position="before")),
        "hold": _always(commands.Hold(reason=ANY)),
        "pull-up": _always(commands.PullUp(reason=ANY)),
        "circulate": _always(commands.Circulate(posts=("x",))),
        "transfer": _always(commands.Transfer(to_post="x", reason=ANY)),
        "reject": _always(commands.Reject(reason=ANY)),
        "withdraw": _always(commands.Withdraw(reason=ANY)),
        "abandon": _always(commands.Abandon(reason=ANY)),
    }
)
MAIN = (
    "decide",
    "approve",
    "concur",
    "examine",
    "proxy-decide",
    "post-review",
    "confirm",
    "resume",
    "submit",
    "enforce",
    "complete",
)
OTHER = ("amend", "circulate", "reserve", "add-reviewer", "hold", "pull-up", "transfer")
BACK = ("return",)
END = ("reject", "withdraw", "abandon")


@dataclass(frozen=True, kw_only=True)
class OpenActs:
    """The acts open to one reader. `hindrance` is why a draft of theirs cannot be submitted as it stands."""

    verbs: frozenset[str]
    hindrance: Refused | None = None

    def among(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Give the open ones of `wanted`, in its order. The decider's 承認 is the decision: it is offered once."""
        offered = self.verbs - ({"approve"} if "decide" in self.verbs else set())
        return tuple(verb for verb in wanted if verb in offered)

    @property
    def main(self) -> tuple[str, ...]:
        return self.among(MAIN)

    @property
    def other(self) -> tuple[str, ...]:
        return self.among(OTHER)

    @property
    def back(self) -> tuple[str, ...]:
        return self.among(BACK)

    @property
    def end(self) -> tuple[str, ...]:
        return self.among(END)

    def __bool__(self) -> bool:
        return bool(self.verbs)


def open_acts(state: Approval, given: Given) -> OpenActs:
    """Give every act that the rules would take from `given.by` now.

    An act is tried with a sample of its content. Refused for a field of that content, it is the sample that is wrong
    and the act is open; refused for anything else, the act is not this person's, or not now.
    """
    found: dict[str, Refused | None] = {}
    for verb, sample in SAMPLES.items():
        command = sample(state, given)
        refused = _refusal(state, command, given)
        found[verb] = None if refused and refused.field in type(command).model_fields else refused
    verbs = frozenset(verb for verb, refused in found.items() if refused is None)
    hindrance = found["submit"] if "amend" in verbs and state.status in ("draft", "returned") else None
    return OpenActs(verbs=verbs, hindrance=hindrance)


def _refusal(state: Approval, command: Command, given: Given) -> Refused | None:
    try:
        rehearse(state, command, given)
    except Refused as refused:
        return refused
    return None
