"""電子決裁の仕事: what a case asks of whom at the moment."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from domain.approval.state import RUNNING
from projections import terms
from projections.approval.fold import Case
from projections.tasks import TaskRow

Task = Literal["act", "held", "proxy", "post_review", "circulation", "returned", "draft", "enforce", "complete"]
OF_THE_DRAFTER: Mapping[str, Task] = MappingProxyType(
    {"draft": "draft", "returned": "returned", "decided": "enforce", "enforced": "complete"}
)


def tasks(case: Case) -> list[TaskRow]:
    """Give everything that waits: on the posts asked, on those who may stand in for them, on readers, the proper
    decider after a decision by proxy, and the drafter or whoever took over.
    """
    once: dict[tuple[str, str], TaskRow] = {}
    for row in _tasks(case):
        once.setdefault((row.task, row.recipient), row)
    return list(once.values())


def _tasks(case: Case) -> Iterator[TaskRow]:
    state = case.state
    if state.status in RUNNING or state.status == "held":
        yield from _of_active_steps(case)
    review = state.post_review
    if review is not None and review.outcome is None:
        recipients = (terms.post(review.post),)
        yield from _each(case, "post_review", recipients, review.from_, from_=review.from_, due_at=review.due_at)
    if len(state.confirmed) < len(state.circulation):
        unread = (terms.post(reader.post) for reader in state.circulation if reader.post not in state.confirmed)
        yield from _each(case, "circulation", unread, case.shown_at)
    task = OF_THE_DRAFTER.get(state.status)
    if task is not None:
        owner = state.owner
        yield from _each(case, task, (terms.person(owner.person), terms.heir(owner.person, owner.post)), case.since)


def _of_active_steps(case: Case) -> Iterator[TaskRow]:
    state, active = case.state, case.state.active
    due_at = min((step.due_at for step in active if step.due_at), default=None)
    task: Task = "held" if state.status == "held" else "act"
    for step in active:
        since = step.activated_at or case.since
        posts = (step.plan.post, *step.plan.posts)
        yield from _each(case, task, map(terms.post, posts), since, due_at=due_at)
        if task == "act":
            yield from _each(case, "proxy", terms.stand_ins(step.plan.post, case.origin), since, due_at=due_at)


def _each(
    case: Case,
    task: Task,
    recipients: Iterable[str],
    since: datetime,
    *,
    from_: datetime | None = None,
    due_at: datetime | None = None,
) -> Iterator[TaskRow]:
    draft = case.state.content
    for recipient in recipients:
        yield TaskRow(
            case.number, task, recipient, case.opened, draft.title, case.state.owner.unit, draft.urgent, since, from_,
            due_at,
        )  # fmt: skip
