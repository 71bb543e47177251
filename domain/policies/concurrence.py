"""合議: which posts outside the line the authority table asks for their agreement, and who answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.clock import civil_date
from domain.directory import Directory, Post
from domain.policies.acts import Act, Wanted
from domain.policies.authority import Concurrence
from domain.policies.line import Seat, next_held, seat_at
from domain.policies.matter import Matter, RouteQuestion
from domain.policies.route import PlannedConcurrence
from domain.refusals import Refused


@dataclass(frozen=True, slots=True)
class Demand:
    """One concurrence that the table asks for; `because` opens its sentence: 「委託料 12,000,000円は…のため」."""

    post: str
    because: str


@dataclass(frozen=True, slots=True)
class Called:
    """A demand and the seat that answers it: the post itself or, `detour` saying why, the next one above it."""

    demand: Demand
    post: Post
    seat: Seat
    detour: str | None

    def wanted(self) -> Wanted:
        return Wanted("concur", self.seat, self._asked())

    def planned(self, acts: Mapping[str, Act]) -> PlannedConcurrence:
        """How it is obtained, once it is known what each person does in the route."""
        act = acts[self.seat.person]
        asked = act.action == "concur" and act.post.code == self.seat.post.code
        return PlannedConcurrence(
            post=self.post.code,
            title=self.post.title,
            through=act.post.code,
            asked=asked,
            reason=self._asked() if asked else self._already(act),
        )

    def _asked(self) -> str:
        because, title, above = self.demand.because, self.post.title, self.seat.post.title
        if self.detour is None:
            return f"{because}、{title}に合議します。"
        return f"{because}{title}の合議が必要ですが、{title}は{self.detour}ため、その上位の{above}に合議します。"

    def _already(self, act: Act) -> str:
        because, title, above = self.demand.because, self.post.title, self.seat.post.title
        whom = f"{title}は{self.detour}ためその上位の{above}に求めるところ、{above}は" if self.detour else f"{title}は"
        here = "" if self.seat.post.code == act.post.code else f"同じ職員が{act.post.title}として"
        return f"{because}{title}の合議が必要ですが、{whom}{here}既に経路にあるため、重ねて合議しません。"


def demands(question: RouteQuestion, matter: Matter) -> list[Demand]:
    """What the row asks for at the judged amount, and for an information system or several years if so marked."""
    row = matter.row
    asked: list[tuple[str, Sequence[Concurrence]]] = [(matter.subject, row.concurrence)]
    if question.information_system:
        asked.append((f"情報システムに係る{matter.subject}", row.system_concurrence))
    if question.multi_year:
        asked.append((f"複数年度にわたる{matter.subject}", row.multi_year_concurrence))
    due = ((what, each) for what, rows in asked for each in rows if each.applies(matter.amount_yen))
    return [Demand(each.post, f"{what}は{_from(each.from_yen)}ため") for what, each in due]


def _from(yen: int) -> str:
    return f"{yen:,}円以上の" if yen else "合議を要する"


def call(
    wanted: Iterable[Demand], directory: Directory, at: datetime, *, drafters: frozenset[str]
) -> tuple[Called, ...]:
    """Find who answers each demand; a post named twice is asked once, for the first reason.

    Left open by the table: a required concurrence never vanishes. Where the named post is vacant without an acting
    holder, or its holder drafted the case, the next held post above it in its own line answers. Refuses with
    `concurrence-vacant` when there is none, or when the table names a post that does not exist on that day.
    """
    once = {demand.post: demand for demand in reversed(tuple(wanted))}
    return tuple(_call(demand, directory, at, drafters=drafters) for demand in reversed(once.values()))


def _call(demand: Demand, directory: Directory, at: datetime, *, drafters: frozenset[str]) -> Called:
    post = directory.post(demand.post, civil_date(at))
    if post is None:
        raise Refused(
            "concurrence-vacant", detail=f"the authority table names {demand.post}, which does not exist on that day"
        )
    seat = seat_at(directory, post, at)
    if seat is not None and seat.person not in drafters:
        return Called(demand, post, seat, None)
    above = next_held(directory, post, at, excluded=drafters)
    if above is None:
        raise Refused("concurrence-vacant", detail=f"nobody can concur for {demand.post} or above it")
    return Called(demand, post, above, "欠員で事務取扱も置かれていない" if seat is None else "起案者本人の職である")
