"""所属長: who approves and orders somebody's telework, and who stands in while that person is away."""

from datetime import datetime

from domain.clock import civil_date
from domain.directory import Directory, Holder, Rank, rank_order
from domain.policies.line import Seat, line_above, next_held, seat_at

SUPERVISOR_RANKS: tuple[Rank, ...] = ("chief", "lead_assistant_director")  # GL・係長, 総括補佐


def head_for(directory: Directory, *, post: str, person: str, at: datetime) -> Seat | None:
    """Who approves the telework of `person` in `post` at the instant `at`; None where nobody stands above.

    The head of the post's unit; for whoever is the head, the next rank of the line: for a division director the deputy
    director, else the department director; for a department director the vice-governor. A vacant post, and one that
    the person fills as well, is passed over upward. Source: rules.yaml `approver`.
    """
    on = civil_date(at)
    described = directory.post(post, on)
    if described is None:
        return None
    head = directory.head(described.unit, on)
    if head is not None and rank_order(head.rank) > rank_order(described.rank):
        seat = seat_at(directory, head, at)
        if seat is not None and seat.person != person:
            return seat
        described = head
    return next_held(directory, described, at, excluded=frozenset({person}))


def stand_ins(directory: Directory, head: Seat, *, person: str, at: datetime) -> tuple[Holder, ...]:
    """代決: who may act for the head while they are away, in order; only the first may. Never the applicant `person`.

    Where the proxy order names nobody who is present and free, the next of the line who is. Empty while the head is
    there. Source: demo organisation `proxy_order`, reference/domain.md §2.6.
    """
    if directory.absence(head.person, at) is None:
        return ()
    unit = head.post.unit
    found = tuple(one for one in directory.proxies(head.post.code, at, line_of=unit) if one.person != person)
    if found:
        return found
    above = (
        seat.holder
        for seat in line_above(directory, unit, head.rank, at).seats
        if seat.person not in (person, head.person) and directory.absence(seat.person, at) is None
    )
    first = next(above, None)
    return (first,) if first else ()


def supervises(directory: Directory, supervisor: str, *, post: str, person: str, at: datetime) -> bool:
    """所属長等: whether `supervisor` is 総括補佐 or GL (係長) over `post`, in its unit. The head is asked apart.

    Nobody supervises themselves. Source: reference/domain.md TW-04, TW-05.
    """
    described = directory.post(post, civil_date(at))
    if described is None or supervisor == person:
        return False
    return any(
        mine.unit == described.unit
        and mine.rank in SUPERVISOR_RANKS
        and rank_order(mine.rank) > rank_order(described.rank)
        for mine in directory.posts_of(supervisor, at)
    )
