"""Who may see which rows: the reading rule of a record (`may_read`) in terms that one index of a list can answer."""

from dataclasses import dataclass
from datetime import datetime

from domain.approval.standing import FINANCE_KINDS
from domain.clock import civil_date
from domain.directory import Directory


@dataclass(frozen=True, kw_only=True)
class ReaderScope:
    """What one person may read at one instant: rows that carry any of `terms`, or everything (auditors)."""

    terms: tuple[str, ...] = ()
    everything: bool = False


def reader_scope(directory: Directory, person: str, at: datetime) -> ReaderScope:
    """Give the scope of `person`: own cases, those of posts held or acted for, of units stood over, decided ones of
    own units, finance's kinds
    (design.md §7). Who stands in for an absent holder finds those cases in the inbox, and may open them there.
    """
    roles = directory.roles(person, at)
    if "auditor" in roles:
        return ReaderScope(everything=True)
    held = directory.posts_of(person, at)
    posts = [f"post:{post.code}" for post in held]
    colleagues = [f"colleague:{unit}" for unit in dict.fromkeys(post.unit for post in held)]
    units = [
        f"unit:{unit.code}"
        for unit in directory.units(civil_date(at))
        if directory.in_line_above(person, unit.code, at)
    ]
    kinds = [f"kind:{kind}" for kind in sorted(FINANCE_KINDS)] if "finance" in roles else []
    return ReaderScope(terms=(f"person:{person}", *posts, *units, *colleagues, *kinds))
