"""案件: what is known of a case when its route is asked for, and what of it is judged."""

from dataclasses import dataclass
from datetime import datetime

from domain.clock import civil_date
from domain.directory import Directory, Post, Rank
from domain.policies.authority import AuthorityTable, Kind
from domain.policies.split_order import Counterparty, RecentCase
from domain.refusals import Refused, require

DIVIDED: Rank = "division_director"  # the rank whose limits a bureau divides


@dataclass(frozen=True, kw_only=True)
class RouteQuestion:
    """What is known of a case when its route is asked for.

    `amount_yen` is the current amount (tax included; of a change case the new total), `amends_total_yen` the total
    decided earlier. `drafter_post` is the post the case is drafted as; `excluded` are further persons who count as
    drafters (a former owner after a transfer). `acted_floor` is the highest rank among the line's steps that have
    already acted, when an amendment in the route asks again. `recent` are other cases to compare with for a split
    order.
    """

    kind: str
    amount_yen: int | None
    drafter_person: str
    drafter_post: str
    flags: tuple[str, ...] = ()
    information_system: bool = False
    multi_year: bool = False
    counterparty: Counterparty | None = None
    amends_total_yen: int | None = None
    acted_floor: Rank | None = None
    excluded: frozenset[str] = frozenset()
    recent: tuple[RecentCase, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What is judged: the kind's row, the amount that counts, the drafting post and everyone who drafted.

    `limits` run from low to high rank (exclusive yen, divided for a bureau). `subject` is kind and amount as a
    person reads them.
    """

    row: Kind
    drafter: Post
    drafters: frozenset[str]
    amount_yen: int | None
    limits: tuple[tuple[Rank, int | None], ...]
    flags: tuple[str, ...]
    acted_floor: Rank | None
    subject: str
    circumstance: str


def judged_amount(amount_yen: int | None, amends_total_yen: int | None) -> int | None:
    """The amount that counts (rule `amount`): of a change case the new total, for a reduction the old one."""
    if amount_yen is None or amends_total_yen is None:
        return amount_yen
    return max(amount_yen, amends_total_yen)


def understood(question: RouteQuestion, *, directory: Directory, authority: AuthorityTable, at: datetime) -> Matter:
    """The question judged by its row of the table.

    Refuses with `unknown-kind`, `amount-required`, `amount-negative`, `unknown-flag`, `unknown-post`,
    `drafter-not-in-line`.
    """
    row = _row(question, authority)
    drafter = _drafter(question, directory, at)
    amount = judged_amount(question.amount_yen, question.amends_total_yen)
    divisor = authority.regional.division_director_limit_divided_by if _is_regional(drafter, directory, at) else 1
    full = next((limit.limit_yen for limit in row.limits if limit.rank == DIVIDED), None)
    matters = divisor > 1 and full is not None and (amount or 0) < full
    return Matter(
        row=row,
        drafter=drafter,
        drafters=question.excluded | {question.drafter_person},
        amount_yen=amount,
        limits=tuple((limit.rank, _divided(limit.rank, limit.limit_yen, divisor)) for limit in row.limits),
        flags=tuple(dict.fromkeys(question.flags)),
        acted_floor=question.acted_floor,
        subject=_subject(row.label, question, amount),
        circumstance=f"総合振興局の案件として課長の限度額が{divisor}分の1となり、" if matters else "",
    )


def _row(question: RouteQuestion, authority: AuthorityTable) -> Kind:
    row = authority.kind(question.kind)
    if row is None:
        raise Refused("unknown-kind", "kind")
    require(question.amount_yen is not None or not row.needs_amount, "amount-required", "amount_yen")
    require(question.amount_yen is None or question.amount_yen >= 0, "amount-negative", "amount_yen")
    require(all(flag in authority.reservation.flags for flag in question.flags), "unknown-flag", "flags")
    return row


def _drafter(question: RouteQuestion, directory: Directory, at: datetime) -> Post:
    """The post drafted as. Whether the person may draft as it is asked where the command is decided, not here."""
    on = civil_date(at)
    drafter = directory.post(question.drafter_post, on)
    if drafter is None:
        raise Refused("unknown-post", "drafter_post")
    require(drafter in directory.line(drafter.unit, on), "drafter-not-in-line", "drafter_post")
    return drafter


def _is_regional(drafter: Post, directory: Directory, at: datetime) -> bool:
    """Rule `regional`: whether the case is drafted in a bureau (総合振興局) or a unit of one."""
    on = civil_date(at)
    units = (directory.unit(code, on) for code in directory.unit_path(drafter.unit, on))
    return any(unit is not None and unit.kind == "bureau" for unit in units)


def _divided(rank: Rank, limit_yen: int | None, divisor: int) -> int | None:
    """The limit as it counts: an uneven quotient is rounded up, so that exactly the whole yen below it stay below."""
    return limit_yen if limit_yen is None or rank != DIVIDED else -(-limit_yen // divisor)


def _subject(label: str, question: RouteQuestion, amount_yen: int | None) -> str:
    if amount_yen is None or question.amount_yen is None:
        return label
    if question.amends_total_yen is None:
        return f"{label} {amount_yen:,}円"
    total = "変更前の総額" if question.amount_yen < question.amends_total_yen else "変更後の総額"
    return f"{label} {amount_yen:,}円({total})"
