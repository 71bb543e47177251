"""回議: who reviews below the decider, and in which order all the steps become active."""

from collections.abc import Mapping, Sequence

from domain.directory import Post, Rank, rank_order
from domain.policies.acts import Act, Passed, Wanted
from domain.policies.line import Line, Seat

CONCURRENCE_AFTER: Rank = "division_director"


def reviewing(line: Line, decider: Seat, ranks: Sequence[Rank]) -> tuple[Post, ...]:
    """Rule `review`: every post of the line, held or vacant, of one of `ranks` and below the decider's.

    Left open by the table: another post of the decider's own rank is not below the decider and is not asked.
    """
    top = rank_order(decider.rank)
    return tuple(post for post in line.posts if post.rank in ranks and rank_order(post.rank) < top)


def reviews(posts: Sequence[Post], line: Line, decider: Seat, *, drafters: frozenset[str]) -> list[Wanted]:
    """The review wanted of each held post; never of a drafter."""
    below = f"決裁者の{decider.post.title}より下位の職のため、回議します。"
    seats = (line.seat_of(post) for post in posts)
    return [
        Wanted("review", seat, f"{seat.post.title}は起案者より上位で{below}")
        for seat in seats
        if seat is not None and seat.person not in drafters
    ]


def activation(
    posts: Sequence[Post], line: Line, decider: Seat, acts: Mapping[str, Act]
) -> list[Sequence[Act | Passed]]:
    """The acts up to the decision: the line one by one, concurrence in parallel between, the decider last.

    Rule `concurrence`: after the division director's step, first if there is none, always before the decider. Left
    open by the table: a division director who decides, or acts in the decider's step, lets concurrence come just
    before that step; the place of a vacant one counts as their step.
    """
    directors = {post.code for post in line.posts if post.rank == CONCURRENCE_AFTER}
    groups: list[Sequence[Act | Passed]] = []
    after = 0
    for post in posts:
        seat = line.seat_of(post)
        act = Passed(post) if seat is None else acts.get(seat.person)
        if act is not None and act.post.code == post.code and act.action == "review":
            groups.append([act])
            after = after if directors.isdisjoint(act.posts) else len(groups)
    deciding = acts[decider.person]
    if not directors.isdisjoint(deciding.posts):
        after = len(groups)
    concurring = [act for act in acts.values() if act.action == "concur"]
    if concurring:
        groups.insert(after, concurring)
    groups.append([deciding])
    placed = {act.person for group in groups for act in group if isinstance(act, Act)}
    assert placed == acts.keys(), "every act that was asked for has its place in the route"
    return groups
