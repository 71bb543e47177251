"""管理簿の関係者: whom a register means by `head`, `unit:ict` and so on, for one entry on one day."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from domain.clock import civil_date
from domain.directory import Directory, Holder, Post
from domain.entry.facts import Party, Told
from domain.events import Actor
from domain.parties import called, party_at, unit_of
from domain.policies.entry_soundness import NAMED
from domain.record import Given
from domain.refusals import Refused

ENTRANT, HEAD = "entrant", "head"


def party(given: Given) -> Party:
    """Give whoever asks, in the post they ask as; refuse `person-required` and `not-your-post`."""
    if given.by.kind != "person" or given.by.post is None:
        raise Refused("person-required")
    found = party_at(Party, given.directory, given.by.person, given.by.post, given.now)
    if found is None:
        raise Refused("not-your-post", "Kessai-Post")
    return found


def head_of(unit: str, entrant: Party, directory: Directory, at: datetime) -> Post | None:
    """情報セキュリティ管理者 (所属長): the head of the unit; where that is the entrant or nobody, the next above who is
    somebody else.
    """
    on = civil_date(at)
    head, line = directory.head(unit, on), directory.line(unit, on)
    start = next((place for place, post in enumerate(line) if head and post.code == head.code), 0)
    for post in line[start:]:
        holder = directory.holder(post.code, at)
        if holder is not None and holder.person != entrant.person:
            return post
    return None


def posts_for(who: str, entrant: Party, directory: Directory, at: datetime) -> tuple[str, ...]:
    """Give the posts that `who` means; those that nobody is behind are left out."""
    kind, _, code = who.partition(":")
    on = civil_date(at)
    match kind:
        case "entrant":
            return (called(directory, entrant.post, at),)
        case "head" | "head_of":
            head = head_of(code or unit_of(entrant, directory, at), entrant, directory, at)
            return (head.code,) if head else ()
        case "unit":
            units = set(directory.unit_successors(code, on))
            found = [post.code for post in directory.posts(on) if post.unit in units]
        case "duty":
            found = [post.code for post in directory.with_duty(code, at)]
        case "role":
            found = [post.code for post in directory.posts(on) if code in post.roles]
        case _:
            found = [called(directory, code, at)]
    return tuple(post for post in found if directory.holder(post, at) is not None)


def named(whom: Iterable[str], said: Mapping[str, str | bool]) -> tuple[str, ...]:
    """Give `whom` with the posts that the entry's own fields name in place of `field:…`."""
    return tuple(f"post:{said[who.removeprefix(NAMED)]}" if who.startswith(NAMED) else who for who in whom)


def told(whom: Iterable[str], entrant: Party, given: Given) -> tuple[Told, ...]:
    """Give everybody who is told, each once, apart from whoever does it; for a head who is away also the first who may
    stand in.
    """
    found: dict[str, Told] = {}
    for who in whom:
        for one in _recipients(who, entrant, given):
            if one.person != given.by.person:
                found.setdefault(one.person, one)
    return tuple(found.values())


def _recipients(who: str, entrant: Party, given: Given) -> Iterator[Told]:
    directory, now = given.directory, given.now
    if who == ENTRANT:
        yield _told(who, heir(entrant, directory, now) or _as_holder(entrant))
        return
    for post in posts_for(who, entrant, directory, now):
        holder = directory.holder(post, now)
        if holder is None:
            continue
        yield _told(who, holder)
        if who.startswith(HEAD) and directory.absence(holder.person, now) is not None:
            yield from (_told(who, proxy) for proxy in stand_ins(post, entrant, directory, now)[:1])


def heir(entrant: Party, directory: Directory, at: datetime) -> Holder | None:
    """Who took over what the entrant left; None while nobody did."""
    holder = directory.takes_over(entrant.person, entrant.post, at)
    return None if holder is None or holder.person == entrant.person else holder


def stand_ins(post: str, entrant: Party, directory: Directory, at: datetime) -> tuple[Holder, ...]:
    """Who may act for the post's absent holder in this entry, first the first; never the entrant."""
    proxies = directory.proxies(post, at, line_of=unit_of(entrant, directory, at))
    return tuple(proxy for proxy in proxies if proxy.person != entrant.person)


def acts_as(whom: Iterable[str], entrant: Party, given: Given) -> tuple[bool, Actor | None]:
    """Whether the asking person is one of `whom` now, and for which absent head, if for one."""
    person, directory, now = given.by.person, given.directory, given.now
    for who in whom:
        if who == ENTRANT:
            after = heir(entrant, directory, now)
            if person == entrant.person or (after is not None and after.person == person):
                return True, None
            continue
        for post in posts_for(who, entrant, directory, now):
            holder = directory.holder(post, now)
            if holder is not None and holder.person == person:
                return True, None
            if holder is not None and who.startswith(HEAD) and directory.absence(holder.person, now) is not None:
                first = next(iter(stand_ins(post, entrant, directory, now)), None)
                if first is not None and first.person == person:
                    return True, Actor(person=holder.person, name=holder.name, post=post, title=holder.title)
    return False, None


def _told(who: str, holder: Holder) -> Told:
    return Told(who=who, post=holder.post, title=holder.title, person=holder.person, name=holder.name)


def _as_holder(entrant: Party) -> Holder:
    return Holder(person=entrant.person, name=entrant.name, post=entrant.post, title=entrant.title, acting=False)
