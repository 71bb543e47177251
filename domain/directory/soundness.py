"""Whether an organisation holds together on a day: a change that would break it is refused whole."""

from collections import Counter

from domain.directory.day import Day


def flaws(day: Day) -> frozenset[str]:
    """Everything that does not hold together on that day, as English phrases; empty for a sound organisation."""
    return _unit_flaws(day) | _post_flaws(day) | _proxy_flaws(day)


def _unit_flaws(day: Day) -> frozenset[str]:
    found = {f"unit {unit} has no way up to the prefecture" for unit in day.units if not _rooted(day, unit)}
    if Counter(unit.kind for unit in day.units.values())["prefecture"] > 1:
        found.add("there are two prefectures")
    return frozenset(found)


def _rooted(day: Day, unit: str) -> bool:
    top = day.units[day.unit_path(unit)[-1]]
    return top.kind == "prefecture" and top.parent is None


def _post_flaws(day: Day) -> frozenset[str]:
    found: set[str] = set()
    overseen: Counter[str] = Counter()
    for post in day.posts.values():
        overseen.update(post.oversees)
        missing = {post.unit, *post.oversees} - day.units.keys()
        found |= {f"post {post.code} refers to the unknown unit {unit}" for unit in missing}
        if post.acting is not None and post.acting not in day.posts:
            found.add(f"post {post.code} is acted for by the unknown post {post.acting}")
    found |= {f"two posts oversee {unit}" for unit, count in overseen.items() if count > 1}
    if Counter(post.rank for post in day.posts.values())["governor"] > 1:
        found.add("there are two posts of governor")
    unknown = day.held.keys() - day.posts.keys()
    return frozenset(found | {f"somebody is appointed to the unknown post {post}" for post in unknown})


def _proxy_flaws(day: Day) -> frozenset[str]:
    named = {target for rule in day.rules for target in (rule.absent, *rule.proxies) if target.by == "post"}
    unknown = {target.code for target in named} - day.posts.keys()
    return frozenset(f"the proxy order names the unknown post {post}" for post in unknown)
