"""What one person may do on one day, by office: so that a change can be asked whether its author gains from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.clock import civil_date
from domain.directory.day import Day
from domain.directory.facts import AbsenceRecorded
from domain.directory.organisation import RANKS, Post, ProxyRule, rank_order
from domain.directory.state import Directory


@dataclass(frozen=True, kw_only=True)
class Powers:
    """Posts, ranks, roles and duties; units stood over; for whom the person may stand in, behind whom.

    A key of `stands_in` is the absent post and, where the rule goes by rank, the unit whose case it is.
    """

    grants: frozenset[tuple[str, ...]]
    units: frozenset[str]
    stands_in: Mapping[tuple[str, str], frozenset[str]]

    def exceed(self, before: "Powers") -> bool:
        """Whether anything is here that was not there, or somebody is nearer to standing in."""
        if not (self.grants <= before.grants and self.units <= before.units):
            return True
        return any(
            key not in before.stands_in or len(ahead) < len(before.stands_in[key])
            for key, ahead in self.stands_in.items()
        )


def powers(day: Day, person: str) -> Powers:
    """Everything the directory lets the person do on that day, absences aside."""
    mine = day.posts_of(person)
    grants: set[tuple[str, ...]] = set()
    for post in mine:
        grants.add(("post", post.code))
        grants |= {("rank", post.code, rank) for rank in RANKS[: rank_order(post.rank) + 1]}
        grants |= {("duty", duty) for duty in post.duties}
    grants |= {("role", role) for post in day.posts_held(person) for role in post.roles}
    codes = {post.code for post in mine}
    grants |= {("acts for", post.code) for post in day.posts.values() if post.acting in codes}  # also while it is held
    units = frozenset(unit for unit in day.units if any(post.code in codes for post in day.above(unit)))
    return Powers(grants=frozenset(grants), units=units, stands_in=_stands_in(day, mine, person))


def _stands_in(day: Day, mine: tuple[Post, ...], person: str) -> dict[tuple[str, str], frozenset[str]]:
    codes = {post.code for post in mine}
    found: dict[tuple[str, str], frozenset[str]] = {}
    for unit in day.units:
        for absent in day.line(unit):
            rule = day.rule_for(absent)
            if absent.code in codes or rule is None or not _may_name(rule, mine):
                continue
            order = [post.code for post in day.proxy_posts(absent, line_of=unit)]
            place = next((place for place, code in enumerate(order) if code in codes), None)
            if place is not None:
                by_rank = all(target.by == "rank" for target in rule.proxies)
                ahead = {holder.person for code in order[:place] if (holder := day.holder(code)) is not None}
                found[absent.code, unit if by_rank else ""] = frozenset(ahead - {person})
    return found


def _may_name(rule: ProxyRule, mine: tuple[Post, ...]) -> bool:
    """Cheap first look: whether the rule speaks of any of these posts at all."""
    by = {target.by: {other.code for other in rule.proxies if other.by == target.by} for target in rule.proxies}
    return any(
        post.code in by.get("post", ())
        or post.rank in by.get("rank", ())
        or not by.get("duty", set()).isdisjoint(post.duties)
        for post in mine
    )


def gains(person: str, *, before: Directory, after: Directory, since: date) -> bool:
    """Whether the person may do more after the change than before it, on any day from `since` on."""
    days = {*before.structure.change_days(since), *after.structure.change_days(since)}
    return any(
        powers(after.structure.day(day), person).exceed(powers(before.structure.day(day), person))
        for day in sorted(days)
    )


def gains_by_absence(person: str, directory: Directory, fact: AbsenceRecorded) -> bool:
    """Whether the person could stand in for the absent one, or moves up where the absent one is ahead."""
    if person == fact.person:
        return False
    last = civil_date(fact.ends_at - timedelta(microseconds=1))
    for day in directory.structure.change_days(civil_date(fact.begins_at)):
        if day > last:
            break
        on = directory.structure.day(day)
        absent = {post.code for post in on.posts_of(fact.person)}
        stands_in = powers(on, person).stands_in
        if any(key[0] in absent or fact.person in ahead for key, ahead in stands_in.items()):
            return True
    return False
