"""審査: who examines a decided case as the gate outside the line, independent of all who took part in it."""

from collections.abc import Iterator
from datetime import datetime

from domain.clock import civil_date
from domain.directory import Directory, Post
from domain.policies.acts import Wanted
from domain.policies.line import Seat, seat_at
from domain.policies.matter import Matter
from domain.refusals import Refused


def choose_examiner(
    matter: Matter, duty: str, directory: Directory, at: datetime, *, involved: frozenset[str]
) -> Wanted:
    """Choose the holder of `duty`, else the first of the proxy order, who is not `involved`.

    Involved is whoever drafted, reviewed, concurred or decided. Refuses with `no-eligible-examiner` when nobody is
    left (rule `gate`). Left open by the table: the holder's own absence changes nothing here, since it may be over
    when the step becomes active; a stand-in must be present when the route is planned.
    """
    label = matter.row.label
    for post in directory.with_duty(duty, at):
        holder = seat_at(directory, post, at)
        if holder is not None and holder.person not in involved:
            return Wanted(
                "examine", holder, f"{label}は決裁の後に審査を受けるため、{holder.holder.title}が審査します。"
            )
        for seat in _stand_ins(post, directory, at, unit=matter.drafter.unit):
            if seat.person not in involved:
                return Wanted("examine", seat, _stand_in_reason(label, post, holder, seat))
    raise Refused("no-eligible-examiner")


def _stand_ins(post: Post, directory: Directory, at: datetime, *, unit: str) -> Iterator[Seat]:
    for holder in directory.proxies(post.code, at, line_of=unit):
        own = directory.post(holder.post, civil_date(at))
        if own is not None:
            yield Seat(post=own, holder=holder)


def _stand_in_reason(label: str, post: Post, holder: Seat | None, seat: Seat) -> str:
    why = "欠員の" if holder is None else "起案、回議、合議又は決裁に加わった"
    return (
        f"{label}は決裁の後に審査を受けますが、{post.title}は{why}ため、代決順位により{seat.holder.title}が審査します。"
    )
