"""決裁者: who decides a case by its row of the authority table, and the one sentence that says why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from typing import Literal

from domain.directory import RANKS, Rank, rank_order
from domain.policies.line import RANK_LABELS, Line, Seat
from domain.policies.matter import Matter
from domain.refusals import Refused

FLAG_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "important": "重要",
        "unprecedented": "異例",
        "precedent_setting": "先例",
        "disputed": "紛議",
        "assembly_related": "議会関係",
    }
)

WHY_NOBODY: Mapping[str, tuple[str, str]] = MappingProxyType(  # as a clause goes on, and as it ends
    {
        "drafted-above": ("起案者の職より上位でなく", "起案者の職より上位でない"),
        "vacant": ("欠員で事務取扱も置かれておらず", "欠員で事務取扱も置かれていない"),
        "missing": ("この系統に置かれておらず", "この系統に置かれていない"),
    }
)


@dataclass(frozen=True, slots=True)
class Decider:
    """The chosen decider; `limit_yen` is the row's limit for that rank (None: any amount, or above the row)."""

    seat: Seat
    limit_yen: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One rank that may decide: of the row with its limit, or of the line above the row (`in_row` False)."""

    rank: Rank
    limit_yen: int | None
    in_row: bool

    @property
    def authority(self) -> str:
        """How a person calls it: 「次長の専決(20,000,000円未満)」."""
        label = RANK_LABELS[self.rank]
        if not self.in_row:
            return label
        if self.rank == "governor":
            return "知事の決裁"
        return f"{label}の専決" if self.limit_yen is None else f"{label}の専決({self.limit_yen:,}円未満)"


@dataclass
class Climb:
    """The way up the held rungs: where it stands, and what turned it upward."""

    held: tuple[tuple[Rung, Seat], ...]
    at: int = 0
    turns: list[str] = field(default_factory=list)

    @property
    def seat(self) -> Seat:
        return self.held[self.at][1]

    def up_past(self, blocked: Callable[[Seat], bool]) -> bool:
        """Stand on the next rung, this one included, that is not `blocked`; False without a move if none is left."""
        found = next((i for i in range(self.at, len(self.held)) if not blocked(self.held[i][1])), None)
        self.at = self.at if found is None else found
        return found is not None


def choose_decider(matter: Matter, line: Line) -> Decider:
    """Choose by the table's rules in their order: decider, raise, drafter, and never below a rank that has acted.

    Refuses with `no-decider-above` when nobody above the drafter remains (rule `drafter`).
    Left open by the table: of several posts of one rank the first held one, nearest to the drafter's unit, decides;
    a raise at the top of the line stays there; where a raise finds only the same person, the highest of that
    person's posts decides; where nobody is left as high as the rank that has acted, the highest one left decides.
    """
    rungs = _rungs(matter, line)
    climb = Climb(tuple((rung, seat) for rung in rungs if (seat := line.seat(rung.rank)) is not None))
    if not climb.held:
        raise Refused("no-decider-above")
    _tell_skipped(climb, rungs, matter, line)
    _raise_once(climb, matter)
    _leave_drafter(climb, matter)
    _keep_floor(climb, matter)
    rung, seat = climb.held[climb.at]
    return Decider(seat, rung.limit_yen, _sentence(matter, rungs[0], climb))


def _rungs(matter: Matter, line: Line) -> tuple[Rung, ...]:
    """The row's ranks whose limit exceeds the amount, then the line's ranks above the row's last one; low to high."""
    amount = matter.amount_yen or 0
    within = (Rung(rank, limit, True) for rank, limit in matter.limits if limit is None or amount < limit)
    last = rank_order(matter.limits[-1][0])
    return (*within, *(Rung(rank, None, False) for rank in RANKS[last + 1 :] if line.has(rank)))


def _tell_skipped(climb: Climb, rungs: tuple[Rung, ...], matter: Matter, line: Line) -> None:
    """Rule `decider`: a rank that is not in the line, or vacant, is skipped upward with the reason shown."""
    reached = climb.held[0][0]
    skipped = rungs[: rungs.index(reached)]
    if skipped:
        whys = groupby(skipped, key=lambda rung: _why_nobody(rung.rank, matter, line))
        told = [("・".join(RANK_LABELS[rung.rank] for rung in ranks), why) for why, ranks in whys]
        before = "".join(f"{ranks}は{WHY_NOBODY[why][0]}、" for ranks, why in told[:-1])
        ranks, why = told[-1]
        climb.turns.append(f"{before}{ranks}は{WHY_NOBODY[why][1]}ため{reached.authority}とし")


def _why_nobody(rank: Rank, matter: Matter, line: Line) -> Literal["drafted-above", "vacant", "missing"]:
    if rank_order(rank) <= rank_order(matter.drafter.rank):
        return "drafted-above"
    return "vacant" if line.has(rank) else "missing"


def _raise_once(climb: Climb, matter: Matter) -> None:
    """Rule `raise` (専決の留保): any number of flags raises one step, and on until the person changes."""
    if not matter.flags:
        return
    flags = "・".join(FLAG_LABELS.get(flag, flag) for flag in matter.flags)
    start, person = climb.at, climb.seat.person
    if not climb.up_past(lambda seat: seat.person == person):
        climb.at = len(climb.held) - 1
    label = RANK_LABELS[climb.seat.rank]
    if climb.at == start:
        climb.turns.append(f"専決の留保({flags})がありますが{label}より上位の職がないため据え置き")
    else:
        climb.turns.append(f"専決の留保({flags})により{label}に引き上げ")


def _leave_drafter(climb: Climb, matter: Matter) -> None:
    """Rule `drafter`: a decider who drafted is replaced by the next step up."""
    if climb.seat.person not in matter.drafters:
        return
    title = climb.seat.holder.title
    if not climb.up_past(lambda seat: seat.person in matter.drafters):
        raise Refused("no-decider-above")
    climb.turns.append(f"{title}は起案者本人のため{RANK_LABELS[climb.seat.rank]}とし")


def _keep_floor(climb: Climb, matter: Matter) -> None:
    """Rule `amount`: an amendment in the route never brings the decider below a rank that has already acted."""
    if matter.acted_floor is None:
        return
    floor, start = rank_order(matter.acted_floor), climb.at
    if not climb.up_past(lambda seat: rank_order(seat.rank) < floor or seat.person in matter.drafters):
        climb.at = max(i for i, (_, seat) in enumerate(climb.held) if seat.person not in matter.drafters)
    if climb.at != start:
        label = RANK_LABELS[climb.seat.rank]
        climb.turns.append(f"既に{RANK_LABELS[matter.acted_floor]}まで処理が済んでいるため{label}とし")


def _sentence(matter: Matter, first: Rung, climb: Climb) -> str:
    basis = f"{first.authority}に当たる" if first.in_row else "専決の表の限度を超え、系統の上位の職の決裁に当たる"
    head = f"{matter.subject}は、{matter.circumstance}{_exceeded(matter)}{basis}"
    way = "ところ、" + "、".join(climb.turns) if climb.turns else "ため"
    return f"{head}{way}、{climb.seat.holder.title}が決裁します。"


def _exceeded(matter: Matter) -> str:
    """The highest limit that the amount does not stay below."""
    amount = matter.amount_yen or 0
    passed = [(rank, limit) for rank, limit in matter.limits if limit is not None and limit <= amount]
    if not passed:
        return ""
    rank, limit = passed[-1]
    return f"{RANK_LABELS[rank]}の専決限度額({limit:,}円未満)に収まらず、"
