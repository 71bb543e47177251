"""系統: the posts of a line, low to high, each with whoever sits on it at one instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.clock import civil_date
from domain.directory import Directory, Holder, Post, Rank, rank_order

RANK_LABELS: Mapping[Rank, str] = MappingProxyType(
    {
        "officer": "主事",
        "chief": "係長",
        "lead_assistant_director": "総括課長補佐",
        "division_director": "課長",
        "deputy_director": "次長",
        "department_director": "部長",
        "vice_governor": "副知事",
        "governor": "知事",
    }
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A post with a holder, regular or acting (事務取扱)."""

    post: Post
    holder: Holder

    @property
    def rank(self) -> Rank:
        return self.post.rank

    @property
    def person(self) -> str:
        return self.holder.person


def seat_at(directory: Directory, post: Post, at: datetime) -> Seat | None:
    """The post with its holder at the instant `at`, or None while it is vacant."""
    holder = directory.holder(post.code, at)
    return None if holder is None else Seat(post=post, holder=holder)


@dataclass(frozen=True, slots=True)
class Line:
    """The posts of a unit's line above one rank, low to high; `seats` are those that somebody holds or acts for."""

    posts: tuple[Post, ...]
    seats: tuple[Seat, ...]

    def has(self, rank: Rank) -> bool:
        return any(post.rank == rank for post in self.posts)

    def seat(self, rank: Rank) -> Seat | None:
        """The held post of that rank nearest to the unit."""
        return next((seat for seat in self.seats if seat.rank == rank), None)

    def seat_of(self, post: Post) -> Seat | None:
        """The post with its holder, or None while it is vacant."""
        return next((seat for seat in self.seats if seat.post.code == post.code), None)


def line_above(directory: Directory, unit: str, rank: Rank, at: datetime) -> Line:
    """The line of `unit` above `rank` at the instant `at` (rule `line`: only ranks above the drafter's own)."""
    floor = rank_order(rank)
    posts = tuple(post for post in directory.line(unit, civil_date(at)) if rank_order(post.rank) > floor)
    seats = (seat_at(directory, post, at) for post in posts)
    return Line(posts=posts, seats=tuple(seat for seat in seats if seat is not None))


def next_held(directory: Directory, post: Post, at: datetime, *, excluded: frozenset[str]) -> Seat | None:
    """The next held post above `post` in its own line whose person is not `excluded`, or None."""
    seats = line_above(directory, post.unit, post.rank, at).seats
    return next((seat for seat in seats if seat.person not in excluded), None)


def titles_of(seats: tuple[Seat, ...]) -> str:
    """The title of one person who acts for `seats`, highest first: 「建設部次長兼建設管理課長」."""
    if len(seats) == 1:
        return seats[0].holder.title
    return "兼".join(seat.post.title + ("事務取扱" if seat.holder.acting else "") for seat in seats)
