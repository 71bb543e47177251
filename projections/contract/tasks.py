"""電子契約の仕事: what a contract asks of whom in the prefecture at the moment."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from domain.contract.state import OUT, STOPPED
from projections import terms
from projections.contract.fold import Case
from projections.tasks import TaskRow

Task = Literal["consent", "release", "attend", "sign", "file_paper", "vote", "review"]


def tasks(case: Case) -> list[TaskRow]:
    """Give everything that waits: on the officer or whoever took over, and on the post that signs for the prefecture.
    What waits for a counterparty is on nobody's desk here.
    """
    return [*_of_the_officer(case), *_of_the_signer(case)]


def _of_the_officer(case: Case) -> Iterator[TaskRow]:
    state, custody = case.state, case.state.content.custody
    officer = (terms.person(custody.person), terms.heir(custody.person, custody.post))
    proposed = state.status in OUT and any(each.proposal for each in state.parties)
    stuck = state.refused is not None or state.failure is not None or state.status in STOPPED
    if stuck or proposed:
        yield from _each(case, "attend", officer)
    elif state.status == "consent_missing":
        yield from _each(case, "consent", officer)
    elif state.status == "ready":
        yield from _each(case, "release", officer)
    elif state.status == "switched_to_paper" and state.paper is None:
        yield from _each(case, "file_paper", officer)
    elif state.status == "provisional":
        yield from _each(case, "vote", officer)
    if state.review_due is not None:
        yield from _each(case, "review", officer)


def _of_the_signer(case: Case) -> Iterator[TaskRow]:
    for each in case.state.awaited:
        if each.is_prefecture and each.signer.post and case.state.refused is None:
            yield from _each(case, "sign", (terms.post(each.signer.post),), due_at=case.state.expires_at)


def _each(case: Case, task: Task, recipients: Iterable[str], *, due_at: datetime | None = None) -> Iterator[TaskRow]:
    made = case.state.content
    for recipient in recipients:
        yield TaskRow(
            number=case.number,
            task=task,
            recipient=recipient,
            opened=case.opened,
            title=made.title,
            unit=made.custody.unit,
            urgent=False,
            since=case.since,
            from_=None,
            due_at=due_at,
        )
