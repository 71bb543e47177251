"""Rows: one line of the table each, from the rounds of both sides to met or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a figure has to reach. `unit` is × for ratios, or the unit of an absolute figure."""

    limit: float
    sense: Literal["at least", "at most"]
    unit: str = "×"

    def __str__(self) -> str:
        return f"{'≥' if self.sense == 'at least' else '≤'} {self.limit:g} {self.unit}"

    def met(self, figure: float) -> bool:
        """Whether `figure` reaches it."""
        return figure >= self.limit if self.sense == "at least" else figure <= self.limit


def at_least(limit: float, unit: str = "×") -> Goal:
    """A goal from below."""
    return Goal(limit=limit, sense="at least", unit=unit)


def at_most(limit: float, unit: str = "×") -> Goal:
    """A goal from above."""
    return Goal(limit=limit, sense="at most", unit=unit)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure beside its baseline. `judged` is what the goal is about: the ratio, or an absolute figure; per round.

    No baseline: the goal is absolute, or there is none and the row only says what was seen.
    """

    measure: str
    name: str
    unit: str
    ours: tuple[float, ...]
    baseline: tuple[float, ...] = ()
    against: str = ""
    goal: Goal | None = None
    judged: tuple[float, ...] = ()
    note: str = ""

    @property
    def figure(self) -> float | None:
        """The median of what is judged."""
        return median(self.judged) if self.judged else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None: there is none."""
        return None if self.goal is None or self.figure is None else self.goal.met(self.figure)

    def document(self) -> dict[str, Any]:
        """The row as JSON holds it."""
        return {
            "measure": self.measure,
            "name": self.name,
            "unit": self.unit,
            "ours": summary(self.ours),
            "baseline": {"name": self.against, **summary(self.baseline)} if self.baseline else None,
            "judged": summary(self.judged) if self.judged else None,
            "goal": str(self.goal) if self.goal else None,
            "met": self.met,
            "note": self.note,
        }


def compared(
    measure: str,
    name: str,
    ours: Sequence[float],
    baseline: Sequence[float],
    *,
    unit: str,
    against: str,
    goal: Goal | None = None,
    note: str = "",
) -> Row:
    """Give the row of a ratio: ours by the baseline, round by round."""
    return Row(
        measure=measure,
        name=name,
        unit=unit,
        ours=tuple(ours),
        baseline=tuple(baseline),
        against=against,
        goal=goal,
        judged=tuple(mine / theirs for mine, theirs in zip(ours, baseline, strict=True)),
        note=note,
    )


def absolute(
    measure: str, name: str, ours: Sequence[float], *, unit: str, goal: Goal | None = None, note: str = ""
) -> Row:
    """Give the row of a figure that is judged by itself, or only shown."""
    seen = tuple(ours)
    return Row(measure=measure, name=name, unit=unit, ours=seen, goal=goal, judged=seen if goal else (), note=note)


def summary(values: Sequence[float]) -> dict[str, Any]:
    """Median, both ends, and every round."""
    return {"median": median(values), "low": min(values), "high": max(values), "rounds": list(values)}


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of `values` do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, ceil(len(ranked) * percent / 100) - 1)]
