"""The organisation on one civil day: who holds what, the line above a unit, and who may stand in for whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.directory.organisation import Appointment, Holder, Post, ProxyRule, Target, Unit, rank_order


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day's units and posts with indexes worked out once. Absences may be shorter than days: not here."""

    units: Mapping[str, Unit]
    posts: Mapping[str, Post]
    held: Mapping[str, Appointment]  # by post, only appointments in force
    names: Mapping[str, str]
    rules: tuple[ProxyRule, ...]
    _lines: dict[str, tuple[Post, ...]] = field(default_factory=dict, compare=False, repr=False)
    _by_unit: dict[str, list[Post]] = field(default_factory=dict, compare=False, repr=False)
    _by_person: dict[str, list[Post]] = field(default_factory=dict, compare=False, repr=False)
    _by_duty: dict[str, list[Post]] = field(default_factory=dict, compare=False, repr=False)
    _overseers: dict[str, list[Post]] = field(default_factory=dict, compare=False, repr=False)
    _rules: dict[Target, ProxyRule] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for post in self.posts.values():
            self._by_unit.setdefault(post.unit, []).append(post)
            for duty in post.duties:
                self._by_duty.setdefault(duty, []).append(post)
            for unit in post.oversees:
                self._overseers.setdefault(unit, []).append(post)
            holder = self.holder(post.code)
            if holder is not None:
                self._by_person.setdefault(holder.person, []).append(post)
        for rule in self.rules:
            self._rules.setdefault(rule.absent, rule)

    def holder(self, post: str) -> Holder | None:
        """The appointed person, else the person of the acting post, else None (欠員)."""
        described = self.posts.get(post)
        if described is None:
            return None
        appointed = self.held.get(post)
        if appointed is not None:
            name = self.names[appointed.person]
            return Holder(person=appointed.person, name=name, post=post, title=described.title, acting=False)
        acting = self.posts.get(described.acting) if described.acting else None
        appointed = self.held.get(acting.code) if acting else None
        if acting is None or appointed is None:
            return None
        title = f"{described.title}事務取扱 {acting.title}"
        return Holder(person=appointed.person, name=self.names[appointed.person], post=post, title=title, acting=True)

    def posts_of(self, person: str) -> tuple[Post, ...]:
        """The posts a person holds or acts for: highest rank first, held before acted for."""
        mine = self._by_person.get(person, ())
        return tuple(sorted(mine, key=lambda post: (-rank_order(post.rank), post.code not in self.held)))

    def posts_held(self, person: str) -> tuple[Post, ...]:
        """Only the posts the person is appointed to, highest rank first."""
        return tuple(post for post in self.posts_of(person) if post.code in self.held)

    def with_duty(self, duty: str) -> tuple[Post, ...]:
        """The posts that carry the duty."""
        return tuple(self._by_duty.get(duty, ()))

    def posts_in(self, unit: str) -> tuple[Post, ...]:
        """The unit's own posts, low → high."""
        return tuple(sorted(self._by_unit.get(unit, ()), key=lambda post: rank_order(post.rank)))

    def head(self, unit: str) -> Post | None:
        """所属長: the highest post of the unit itself."""
        return max(self._by_unit.get(unit, ()), key=lambda post: rank_order(post.rank), default=None)

    def unit_path(self, unit: str) -> tuple[str, ...]:
        """The unit, its parent and so on up to the prefecture; empty if there is no such unit."""
        path: list[str] = []
        at: str | None = unit
        while at is not None and at in self.units and at not in path:
            path.append(at)
            at = self.units[at].parent
        return tuple(path)

    def line(self, unit: str) -> tuple[Post, ...]:
        """The unit's posts, higher ones of the units around it, the overseeing vice-governor, the governor."""
        known = self._lines.get(unit)
        if known is None:
            known = self._lines[unit] = self._line(unit)
        return known

    def _line(self, unit: str) -> tuple[Post, ...]:
        path = self.unit_path(unit)
        if not path:
            return ()
        line = list(self.posts_in(unit))
        for above in path[1:]:
            head = rank_order(line[-1].rank) if line else -1
            if self.units[above].kind == "prefecture":
                line += [post for post in self.posts_in(above) if post.rank == "governor"]
            else:
                line += [post for post in self.posts_in(above) if rank_order(post.rank) > head]
        overseers = [post for part in path for post in self._overseers.get(part, ()) if post not in line]
        return tuple(sorted([*line, *overseers], key=lambda post: rank_order(post.rank)))

    def above(self, unit: str) -> tuple[Post, ...]:
        """The unit's head and every post of its line that stands over the unit."""
        head = self.head(unit)
        return tuple(post for post in self.line(unit) if post.unit != unit or post == head)

    def rule_for(self, post: Post) -> ProxyRule | None:
        """The first proxy rule that matches: by duty, then by post, then by rank."""
        targets = [Target("duty", duty) for duty in post.duties] + [
            Target("post", post.code),
            Target("rank", post.rank),
        ]
        return next((self._rules[target] for target in targets if target in self._rules), None)

    def proxy_posts(self, post: Post, *, line_of: str) -> tuple[Post, ...]:
        """The posts that may stand in for `post` in a case of the unit `line_of`, in order.

        A rank is looked up in the case's line where the absent post stands in it, else in the absent post's own line.
        """
        rule = self.rule_for(post)
        if rule is None:
            return ()
        line = self.line(line_of)
        if post not in line:
            line = self.line(post.unit)
        found = [candidate for target in rule.proxies for candidate in self._matching(target, line)]
        return tuple(dict.fromkeys(candidate for candidate in found if candidate.code != post.code))

    def _matching(self, target: Target, line: tuple[Post, ...]) -> tuple[Post, ...]:
        match target.by:
            case "post":
                return (self.posts[target.code],) if target.code in self.posts else ()
            case "duty":
                return self.with_duty(target.code)
            case "rank":
                return tuple(post for post in line if post.rank == target.code)
