"""案件の一覧: one row per case, as lists show it, and in it who may read the case."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.approval.standing import FINANCE_KINDS
from domain.approval.state import RUNNING, Approval, PostReview, Step
from domain.clock import civil_date
from projections import terms
from projections.approval.fold import Case
from projections.folding import Change, Place, Row
from projections.projection import Table

CASES = """
    number             text        PRIMARY KEY,
    opened             bigint      NOT NULL,  -- position of the first event: the order of lists, which never changes
    position           bigint      NOT NULL,  -- of the last event this row knows
    version            int         NOT NULL,
    updated_at         timestamptz NOT NULL,  -- recorded time of that event
    state              text        NOT NULL,
    kind               text        NOT NULL,
    title              text        NOT NULL,
    amount_yen         bigint,
    counterparty       text,
    flags              text[]      NOT NULL,
    urgent             boolean     NOT NULL,
    needed_by          date,
    fiscal_year        int         NOT NULL,
    unit               text        NOT NULL,  -- the drafter's, as drafted or handed over
    unit_name          text        NOT NULL,
    drafter_post       text        NOT NULL,
    drafter_title      text        NOT NULL,
    drafter_person     text        NOT NULL,
    drafter_name       text        NOT NULL,
    decider_post       text,
    decider_title      text,
    rule_rank          text,
    rule_edition       text,
    waiting_on         text[]      NOT NULL,  -- as in the document: nobody while held
    active_posts       text[]      NOT NULL,  -- every post of the active steps, also while held: on whose desks it lies
    active_titles      text[]      NOT NULL,
    active_persons     text[]      NOT NULL,
    due_at             timestamptz,
    held_until         timestamptz,
    drafted_on         date        NOT NULL,
    submitted_on       date,
    decided_at         timestamptz,
    decided_on         date,
    decided_by_proxy   boolean     NOT NULL,
    document_number    text,
    enforced_on        date,
    post_review        text        NOT NULL,  -- none | due | done | objected
    post_review_post   text,
    post_review_person text,
    post_review_from   timestamptz,
    post_review_due_at timestamptz,
    unread_posts       text[]      NOT NULL,  -- 供覧 not yet confirmed
    amends             text,
    readers            text[]      NOT NULL   -- person:…, post:… of its route, unit:…, kind:… (see readers.py)"""
CASE_INDEXES = (
    "UNIQUE (opened)",
    "(state, opened)",
    "(unit, opened)",
    "(kind, opened)",
    "(fiscal_year, opened)",
    "(drafter_person, opened)",
    "(counterparty, opened) WHERE counterparty IS NOT NULL",
    "(amends) WHERE amends IS NOT NULL",
    "(amount_yen)",
    "(drafted_on)",
    "(submitted_on)",
    "(decided_on)",
    "(due_at) WHERE due_at IS NOT NULL",
    "(post_review, opened) WHERE post_review <> 'none'",
    "(post_review_post) WHERE post_review = 'due'",
    "(drafter_post) WHERE state IN ('draft', 'returned', 'decided', 'enforced')",
    "USING gin (readers)",
    "USING gin (active_posts) WHERE active_posts <> '{{}}'",
    "USING gin (unread_posts) WHERE unread_posts <> '{{}}'",
)
CASE_ALTERATIONS = ("ALTER COLUMN readers SET STATISTICS 500",)  # so that persons with few cases are known to have few


class CaseRow(NamedTuple):
    """One case as lists and inboxes show it. Times are aware; days are civil days in Japan; `readers` is for the
    database only.
    """

    number: str
    opened: int
    position: int
    version: int
    updated_at: datetime
    state: str
    kind: str
    title: str
    amount_yen: int | None
    counterparty: str | None
    flags: list[str]
    urgent: bool
    needed_by: date | None
    fiscal_year: int
    unit: str
    unit_name: str
    drafter_post: str
    drafter_title: str
    drafter_person: str
    drafter_name: str
    decider_post: str | None
    decider_title: str | None
    rule_rank: str | None
    rule_edition: str | None
    waiting_on: list[str]
    active_posts: list[str]
    active_titles: list[str]
    active_persons: list[str]
    due_at: datetime | None
    held_until: datetime | None
    drafted_on: date
    submitted_on: date | None
    decided_at: datetime | None
    decided_on: date | None
    decided_by_proxy: bool
    document_number: str | None
    enforced_on: date | None
    post_review: str
    post_review_post: str | None
    post_review_person: str | None
    post_review_from: datetime | None
    post_review_due_at: datetime | None
    unread_posts: list[str]
    amends: str | None
    readers: list[str]


def case_rows(change: Change[Case]) -> Sequence[Row]:
    """Give the one row of the case, however much of it is new."""
    case, state = change.after, change.after.state
    draft, owner, decider = state.content, state.owner, _decider(state)
    row = CaseRow(
        **Place.of(change, number=case.number, opened=case.opened)._asdict(),
        state=state.status,
        kind=draft.kind,
        title=draft.title,
        amount_yen=draft.amount_yen,
        counterparty=draft.counterparty.name if draft.counterparty else None,
        flags=list(state.flags),
        urgent=draft.urgent,
        needed_by=draft.needed_by,
        fiscal_year=state.fiscal_year,
        unit=owner.unit,
        unit_name=owner.unit_name,
        drafter_post=owner.post,
        drafter_title=owner.title,
        drafter_person=owner.person,
        drafter_name=owner.name,
        decider_post=decider[0],
        decider_title=decider[1],
        rule_rank=state.rule.rank if state.rule else None,
        rule_edition=state.rule.edition if state.rule else None,
        **_waits(state),
        held_until=state.held_until,
        drafted_on=case.drafted_on,
        submitted_on=case.submitted_on,
        decided_at=state.decided_at,
        decided_on=civil_date(state.decided_at) if state.decided_at else None,
        decided_by_proxy=state.decided_by_proxy,
        document_number=state.document_number,
        enforced_on=state.enforced_on,
        **_reviewed(state.post_review),
        unread_posts=[party.post for party in state.circulation if party.post not in state.confirmed],
        amends=draft.amends,
        readers=readers(case),
    )
    return (row,)


def _waits(state: Approval) -> dict[str, Any]:
    """For whom the case waits, and until when."""
    active = state.active
    return {
        "waiting_on": [step.plan.post for step in active] if state.status != "held" else [],
        "active_posts": sorted({post for step in active for post in (step.plan.post, *step.plan.posts)}),
        "active_titles": [step.title for step in active],
        "active_persons": [step.person for step in active if step.person],
        "due_at": min((step.due_at for step in active if step.due_at), default=None),
    }


def _reviewed(review: PostReview | None) -> dict[str, Any]:
    """How far the post-review is."""
    return {
        "post_review": {None: "due", "seen": "done", "objected": "objected"}[review.outcome] if review else "none",
        "post_review_post": review.post if review else None,
        "post_review_person": review.person if review else None,
        "post_review_from": review.from_ if review else None,
        "post_review_due_at": review.due_at if review else None,
    }


def readers(case: Case) -> list[str]:
    """Give whom `domain.approval.standing.may_read` lets read, in the terms that hold whatever the directory says on
    the day of reading.
    """
    state, origin = case.state, case.origin
    found = {terms.person(person) for person in state.participants}
    found.update(terms.post(party.post) for party in state.circulation)
    for step in state.steps:
        found.add(terms.post(step.plan.post))
        if step.escalated_to:
            found.add(terms.post(step.escalated_to))
        if step.state == "active" and state.status in RUNNING:
            found.update(terms.stand_ins(step.plan.post, origin))
    if state.post_review:
        found.add(terms.post(state.post_review.post))
    if state.decided_at is not None:
        found.update(terms.colleagues(origin))
    if state.content.kind in FINANCE_KINDS:
        found.add(terms.role("finance"))
    found.update(terms.above(origin))
    found.add(terms.heir(state.owner.person, origin.post))
    return sorted(found)


def _decider(state: Approval) -> tuple[str | None, str | None]:
    step: Step | None = next((s for s in reversed(state.steps) if s.action == "decide" and s.state != "skipped"), None)
    if step is not None:
        return step.plan.post, step.title
    return (state.route.decider.post, state.route.decider.title) if state.route else (None, None)


CASE_TABLE = Table(
    name="rm_approval",
    columns=CASES,
    alterations=CASE_ALTERATIONS,
    indexes=CASE_INDEXES,
    row=CaseRow,
    key=("number",),
)
