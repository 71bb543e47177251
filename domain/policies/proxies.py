"""代決と引上げ: who may act once for an absent holder, when nobody may, and to whom a late or stranded step goes up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.clock import civil_date
from domain.directory import Directory, Holder
from domain.policies.actions import TRAITS, Action
from domain.policies.authority import UNRESOLVED_CONCURRENCE
from domain.policies.line import line_above, seat_at
from domain.policies.route import PlannedStep
from domain.refusals import Refused

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class CaseActors:
    """Who has a part in a case, by person number. `took_part` is whoever acted on a step up to the decision, and the
    planned decider until somebody has decided.
    """

    drafted: frozenset[str]
    took_part: frozenset[str] = NONE

    def barred_from(self, action: Action) -> frozenset[str]:
        """Who may not take `action` for somebody else.

        The drafter never; for an act that wants somebody impartial, whoever took any part. A reviewer may decide by
        proxy: the proxy order names the posts just below the decider, which have reviewed the case by then.
        """
        return self.drafted if TRAITS[action].impartial == "nobody" else self.drafted | self.took_part


def eligible_proxies(
    step: PlannedStep, actors: CaseActors, *, unit: str, directory: Directory, at: datetime, gate: str | None = None
) -> tuple[Holder, ...]:
    """Who may act for the absent or missing holder of `step` at `at`, in order; only the first may (代決).

    `unit` is the drafter's unit, `gate` the plan's. Empty for an act without a proxy order (a review is pulled up
    over, never done by proxy), while the holder is present, and where the order names nobody who is present and free.
    A stand-in examiner is replaced by the next of the same order, the duty's. Source: demo organisation
    `proxy_order`, authority table.
    """
    order = step.traits.proxy_order
    if order is None or not is_unattended(step, directory, at):
        return ()
    posts = [step.post]
    if order == "duty" and gate is not None:
        posts = [post.code for post in directory.with_duty(gate, at)]
    barred = actors.barred_from(step.action)
    found = (holder for post in posts for holder in directory.proxies(post, at, line_of=unit))
    return tuple(dict.fromkeys(holder for holder in found if holder.person not in barred))


def is_unattended(step: PlannedStep, directory: Directory, at: datetime) -> bool:
    """Whether nobody is at the step's post at the instant `at`: vacant without acting holder, or its person is away."""
    holder = directory.holder(step.post, at)
    return holder is None or directory.absence(holder.person, at) is not None


def next_rank_up(
    post: str,
    *,
    unit: str,
    directory: Directory,
    at: datetime,
    excluded: Iterable[str] = (),
    present_only: bool = False,
) -> Holder | None:
    """The next held post above `post`.

    Looked up in the line of `unit` (the drafter's) where the post stands in it, else in its own line. Skips the
    post's own holder under another hat and the `excluded` persons; with `present_only` also those away at `at`,
    which is right for an act that goes up, and wrong for an escalation, which only informs. None at the top of the
    line.
    """
    on = civil_date(at)
    described = directory.post(post, on)
    if described is None:
        return None
    seat = seat_at(directory, described, at)
    skipped = {*excluded, *((seat.person,) if seat else ())}
    line_of = unit if described in directory.line(unit, on) else described.unit
    for above in line_above(directory, line_of, described.rank, at).seats:
        away = present_only and directory.absence(above.person, at) is not None
        if above.person not in skipped and not away:
            return above.holder
    return None


def require_proxy_allowed(
    *,
    forbidden: Iterable[str],
    flags: Iterable[str],
    unresolved_concurrence: bool,
    prior_instruction: str | None,
    special_urgency: str | None,
) -> None:
    """Refuse with `proxy-forbidden` a proxy decision in a class of the table's `proxy_forbidden` list.

    Lifted by a text of prior instruction or of special urgency; blank text is no text.
    """
    classes = {*flags, *((UNRESOLVED_CONCURRENCE,) if unresolved_concurrence else ())}
    hit = sorted(classes.intersection(forbidden))
    given = any(text is not None and text.strip() for text in (prior_instruction, special_urgency))
    if hit and not given:
        raise Refused("proxy-forbidden", "prior_instruction", f"forbidden without prior instruction: {', '.join(hit)}")
