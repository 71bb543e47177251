"""専決: the authority table as data; who decides which kind of case up to which amount, and who must concur."""

from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from domain.directory import RANKS, Rank
from domain.policies.edition import Code, Label, RuleEdition, RuleModel

Yen = Annotated[int, Field(ge=0)]
UNRESOLVED_CONCURRENCE = "unresolved_concurrence"  # a condition of the case, not a flag set by a person


class Limit(RuleModel):
    """One column of a row: `rank` decides amounts below `limit_yen` (exclusive); None = any amount."""

    rank: Rank
    limit_yen: Annotated[int, Field(gt=0)] | None

    def covers(self, amount_yen: int | None) -> bool:
        """Whether the rank may decide the amount; a case without an amount is covered by every rank of the row."""
        return self.limit_yen is None or amount_yen is None or amount_yen < self.limit_yen


class Concurrence(RuleModel):
    """合議: the post that must be asked from the amount `from_yen` (inclusive) on."""

    from_yen: Yen = Field(alias="from")
    post: Code

    def applies(self, amount_yen: int | None) -> bool:
        """Whether the amount asks for it; without an amount only what is asked from 0 yen on."""
        return (amount_yen or 0) >= self.from_yen


def _by_rank(limits: Any) -> Any:
    """The mapping rank → limit of the file, as columns from low to high rank (however the file ordered them)."""
    if not isinstance(limits, dict):
        raise ValueError("職位ごとの限度額の表(職位: 金額)で書いてください")
    unknown = [rank for rank in limits if rank not in RANKS]
    if unknown:
        raise ValueError(f"職位「{unknown[0]}」はありません({'、'.join(RANKS)})")
    return tuple(Limit.model_validate({"rank": rank, "limit_yen": limits[rank]}) for rank in RANKS if rank in limits)


def _ascending_without_a_gap(limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    if limits and limits[-1].limit_yen is not None:
        raise ValueError("最上位の職位の限度額は null(全額)にしてください。決裁権者のいない金額が生じます")
    below = [limit.limit_yen for limit in limits[:-1]]
    yen = [amount for amount in below if amount is not None]
    if len(yen) != len(below):
        raise ValueError("限度額 null(全額)は最上位の職位だけに書けます")
    if any(low >= high for low, high in pairwise(yen)):
        raise ValueError("限度額は職位の順に大きくしてください")
    return limits


Limits = Annotated[
    tuple[Limit, ...], BeforeValidator(_by_rank), Field(min_length=1), AfterValidator(_ascending_without_a_gap)
]


class Kind(RuleModel):
    """One row of the table: a kind of case. `limits` run from low to high rank, the last covers any amount."""

    label: Label
    limits: Limits
    concurrence: tuple[Concurrence, ...] = ()
    system_concurrence: tuple[Concurrence, ...] = ()
    multi_year_concurrence: tuple[Concurrence, ...] = ()
    assembly_from_yen: Yen | None = Field(default=None, alias="assembly_from")
    gate: Code | None = None

    @cached_property
    def needs_amount(self) -> bool:
        """Whether a case of this kind must have an amount: some limit or some concurrence depends on it."""
        return any(limit.limit_yen is not None for limit in self.limits) or any(c.from_yen for c in self.concurrences)

    @property
    def concurrences(self) -> tuple[Concurrence, ...]:
        """Every concurrence the row names, whatever its condition."""
        return self.concurrence + self.system_concurrence + self.multi_year_concurrence


class Regional(RuleModel):
    """Cases drafted in a regional bureau: the division director's limit is divided."""

    division_director_limit_divided_by: Annotated[int, Field(ge=1)]


class Reservation(RuleModel):
    """専決の留保: the flags, any number of which raise the decider once."""

    flags: tuple[Code, ...]


class LineReview(RuleModel):
    """回議: the ranks that review below the decider."""

    ranks: tuple[Rank, ...]


class AuthorityTable(RuleEdition):
    """One edition of 事務決裁規程 別表. `rules` is the text that goes with it, kept for people to read."""

    kinds: dict[Code, Kind]
    regional: Regional
    reservation: Reservation
    line_review: LineReview
    rules: tuple[dict[str, str], ...] = ()
    proxy_forbidden: tuple[Code, ...] = ()

    def kind(self, code: str) -> Kind | None:
        """The row of a kind, or None if this edition does not know it."""
        return self.kinds.get(code)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for condition in self.proxy_forbidden:
            if condition not in (*self.reservation.flags, UNRESOLVED_CONCURRENCE):
                raise ValueError(f"代決を禁ずる条件「{condition}」は reservation.flags にありません")
        if list(self.line_review.ranks) != sorted(set(self.line_review.ranks), key=RANKS.index):
            raise ValueError("line_review.ranks は職位の低い順に、重複なく書いてください")
        for code, row in self.kinds.items():
            if not self._halved_limit_ascends(row):
                raise ValueError(f"kinds.{code}: 出先の課長の限度額が下位の職位の限度額以下になります")
        return self

    def _halved_limit_ascends(self, row: Kind) -> bool:
        yen = {limit.rank: limit.limit_yen for limit in row.limits}
        director = yen.get("division_director")
        if director is None:
            return True
        lower = [yen[rank] for rank in RANKS[: RANKS.index("division_director")] if rank in yen]
        regional = director // self.regional.division_director_limit_divided_by
        return all(limit is not None and limit < regional for limit in lower)
