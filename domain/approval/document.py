"""決裁案件の文書: the public document of a case as api.md names it, from the state alone: any version can be shown."""

from datetime import datetime
from typing import Any

import msgspec

from domain.approval.facts import Draft, Party
from domain.approval.state import Approval, Step
from domain.clock import utc_text


def document(state: Approval, version: int, number: str) -> dict[str, Any]:
    """Give the document of the case; a preview has neither number nor version (pass "" and 0 and blank them)."""
    draft, route = state.content, state.route
    return {
        "number": number,
        **_content(draft),
        "state": state.status,
        "version": version,
        "drafter": _party(state.owner),
        "route": [_step(step) for step in state.steps],
        "decider": _decider(state),
        "rule": _rule(state),
        "concurrence": [each.post for each in route.concurrence] if route else [],
        "concurrence_reasons": [each.reason for each in route.concurrence] if route else [],
        "gate": route.gate if route else None,
        "waiting_on": [step.plan.post for step in state.active] if state.status != "held" else [],
        "due_at": utc_text(_due_at(state)),
        "document_number": state.document_number,
        "warnings": [{"code": each.code, "message": each.text} for each in route.warnings] if route else [],
        "notes": [{"code": each.code, "message": each.text} for each in route.notes] if route else [],
        "round": state.round,
        "fiscal_year": state.fiscal_year,
        "held_until": utc_text(state.held_until),
        "reason": state.end_reason,
        "decided_at": utc_text(state.decided_at),
        "decided_by_proxy": state.decided_by_proxy,
        "post_review": _post_review(state),
        "post_review_due_at": utc_text(state.post_review.due_at) if state.post_review else None,
        "circulation": [{**_party(each), "confirmed": each.post in state.confirmed} for each in state.circulation],
        "enforced_on": state.enforced_on.isoformat() if state.enforced_on else None,
        "seal_mode": state.seal_mode,
        "retained_until": state.retained_until.isoformat() if state.retained_until else None,
    }


def _due_at(state: Approval) -> datetime | None:
    if state.status == "held":  # the times stand still
        return None
    return min((step.due_at for step in state.active if step.due_at), default=None)


def _content(draft: Draft) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(draft)
    content["flags"] = list(draft.flags)
    return content


def _party(party: Party) -> dict[str, Any]:
    return {
        "post": party.post,
        "title": party.title,
        "person": party.person,
        "name": party.name,
        "unit": party.unit,
        "unit_name": party.unit_name,
    }


def _decider(state: Approval) -> dict[str, Any] | None:
    decided = next(
        (step for step in reversed(state.steps) if step.action == "decide" and step.state != "skipped"), None
    )
    if decided is not None:
        return {
            "post": decided.plan.post,
            "title": decided.title,
            "person": decided.person,
            "name": decided.name,
            "rank": decided.plan.rank,
        }
    if state.route is None:
        return None
    decider = state.route.decider
    return {
        "post": decider.post,
        "title": decider.title,
        "person": decider.person,
        "name": decider.name,
        "rank": decider.rank,
    }


def _rule(state: Approval) -> dict[str, Any] | None:
    rule = state.rule
    if rule is None:
        return None
    return {
        "edition": rule.edition,
        "kind": rule.kind,
        "rank": rule.rank,
        "limit_yen": rule.limit_yen,
        "amount_yen": rule.amount_yen,
        "reason": rule.reason,
    }


def _step(step: Step) -> dict[str, Any]:
    acted = step.acted
    return {
        "step": step.number,
        "group": step.plan.group,
        "action": step.action,
        "post": step.plan.post,
        "posts": list(step.plan.posts),
        "title": step.title,
        "rank": step.plan.rank,
        "person": step.person,
        "name": step.name,
        "state": step.state,
        "reason": step.reason,
        "outcome": step.outcome,
        "comment": step.comment,
        "acted_by": {"person": acted.person, "name": acted.name, "post": acted.post, "title": acted.title}
        if acted
        else None,
        "acted_at": utc_text(step.acted_at),
        "due_at": utc_text(step.due_at) if step.state == "active" else None,
        "escalated_to": step.escalated_to,
    }


def _post_review(state: Approval) -> str:
    if state.post_review is None:
        return "none"
    return {None: "due", "seen": "done", "objected": "objected"}[state.post_review.outcome]
