"""テレワークデイズの文書: the public document of a campaign, from the state alone: any version can be shown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from domain.campaign.facts import Figure
from domain.campaign.state import Campaign
from domain.clock import utc_text


def document(state: Campaign, version: int, number: str) -> dict[str, Any]:
    """Give the document of the campaign; `result` is None until it is fixed."""
    return {
        "number": number,
        "name": state.name,
        "state": state.status,
        "version": version,
        "first_day": state.first_day.isoformat(),
        "last_day": state.last_day.isoformat(),
        "target_percent": state.target_percent,
        "note": state.note,
        "edition": state.edition,
        "fiscal_year": state.fiscal_year,
        "organiser": msgspec.to_builtins(state.organiser),
        "units": [msgspec.to_builtins(each) for each in state.units],
        "waiting_on": list(waiting_on(state)),
        "choose_by": utc_text(state.choose_by),
        "due_at": utc_text(due_at(state)),
        "opened_at": utc_text(state.opened_at),
        "closed_at": utc_text(state.closed_at),
        "comment": state.comment,
        "result": _result(state) if state.status == "fixed" else None,
    }


def waiting_on(state: Campaign) -> tuple[str, ...]:
    """The posts whose answer is awaited; where every unit has answered, the organiser's, to close."""
    if state.status != "open":
        return ()
    heads = tuple(dict.fromkeys(each.head_post for each in state.unanswered))
    return heads or (state.organiser.post,)


def due_at(state: Campaign) -> datetime | None:
    """Until when what is awaited is to be done."""
    if state.status != "open":
        return None
    return (state.choose_by if state.unanswered else None) or state.close_due_at


def figure_document(figure: Figure) -> dict[str, Any]:
    """Give one unit's day with its ratios."""
    return {
        "unit": figure.unit,
        "day": figure.day.isoformat(),
        **counts(figure.staff, figure.planned, figure.actual),
    }


def total_of(figures: Iterable[Figure]) -> dict[str, Any]:
    """Give days of units taken together: staff and people of each day, added up."""
    known = tuple(figures)
    return counts(
        sum(each.staff for each in known), sum(each.planned for each in known), sum(each.actual for each in known)
    )


def counts(staff: int, planned: int, actual: int) -> dict[str, Any]:
    """Give counts with their ratios."""
    return {
        "staff": staff,
        "planned": planned,
        "actual": actual,
        "planned_ratio": share(planned, staff),
        "actual_ratio": share(actual, staff),
    }


def share(part: int, staff: int) -> float | None:
    """Give `part` of the staff, to a tenth of a per mille; None without staff."""
    return round(part / staff, 4) if staff else None


def _result(state: Campaign) -> dict[str, Any]:
    return {
        "position": state.position,
        "fixed_at": utc_text(state.fixed_at),
        "total": total_of(state.figures),
        "figures": [figure_document(each) for each in state.figures],
    }
