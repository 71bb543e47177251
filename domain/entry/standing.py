"""管理簿を読む者: who may see an entry at all."""

from datetime import datetime

from domain.clock import civil_date
from domain.directory import Directory
from domain.entry.people import HEAD, heir
from domain.entry.state import Entry
from domain.parties import called, unit_of


def may_read(state: Entry, person: str, directory: Directory, at: datetime) -> bool:
    """Whether the person may see the entry: the entrant and whoever took over, everybody who acted or was told, whoever
    holds a post that has to do with it, the line above the entrant, auditors; the entrant's unit, unless it is
    confidential; and, while it waits for a head who is not there, whoever may stand in.
    """
    if state.maker is None or person in state.participants:
        return True
    unit = unit_of(state.maker, directory, at)
    if directory.in_line_above(person, unit, at) or "auditor" in directory.roles(person, at):
        return True
    if not state.confidential and any(post.unit == unit for post in directory.posts_of(person, at)):
        return True
    holders = (directory.holder(called(directory, post, at), at) for post in state.posts)
    if any(holder and holder.person == person for holder in holders):
        return True
    after = heir(state.maker, directory, at)
    return (after is not None and after.person == person) or _may_stand_in(state, person, unit, directory, at)


def _may_stand_in(state: Entry, person: str, unit: str, directory: Directory, at: datetime) -> bool:
    if state.closed or state.where is None or not (state.where.awaits or "").startswith(HEAD):
        return False
    for code in state.where.posts:
        post = called(directory, code, at)
        holder = directory.holder(post, at)
        if holder is not None and directory.absence(holder.person, at) is None:
            continue
        described = directory.post(post, civil_date(at))
        above = described is not None and directory.in_line_above(person, described.unit, at)
        if above or any(proxy.person == person for proxy in directory.proxies(post, at, line_of=unit)):
            return True
    return False
