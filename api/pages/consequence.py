"""「はいを押すと何が起きるか」: what follows from an act, read from the case as the rules would leave it."""

from collections.abc import Sequence

from api.pages.acts import Act
from api.pages.labels import ACTIONS
from api.rehearsal import rehearse
from domain.approval import RECORD, facts
from domain.approval.state import RUNNING, Approval, Step
from domain.events import Event
from domain.record import Given
from domain.refusals import Refused

DECIDING = ("decide", "proxy-decide")


def consequence(act: Act, state: Approval, given: Given) -> str:
    """Give one or two sentences on what happens to the case if the reader says yes; empty where the act's form says
    enough, or the act is not open.
    """
    if not act.when:
        return act.said
    try:
        after, events = rehearse(RECORD, state, act.command(state, given), given)
    except Refused:
        return ""
    return f"{act.when}、{_what(act.verb, state, after, events)}"


def _what(verb: str, before: Approval, after: Approval, events: Sequence[Event]) -> str:
    deciding = next((step for step in before.active if step.action == "decide"), None)
    acts = facts.Decided | facts.ConcurrenceGiven | facts.Examined
    if verb in DECIDING and deciding is not None and not any(isinstance(event, acts) for event in events):
        return _undecided(deciding, after, by_proxy=verb == "proxy-decide")
    review = (
        "後日、本来の決裁者が後閲します。"
        if any(isinstance(event, facts.PostReviewRequested) for event in events)
        else ""
    )
    if after.status == "decided":
        number = "文書番号が付き、" if after.document_number != before.document_number else ""
        return f"この案件は「決裁済み」になります。{number}{after.owner.unit_name}が施行します。{review}"
    left = [step for step in after.active if step.number in {each.number for each in before.active}]
    if left and before.status in RUNNING:
        return f"残る{_titles(left)}の{ACTIONS[left[0].action]}を待ちます。{review}"
    return f"{_next(after)}。{review}"


def _undecided(deciding: Step, after: Approval, *, by_proxy: bool) -> str:
    """What a decision comes to that is none: the authority lies higher by now, or an act is asked for first."""
    later = next(step for step in after.steps if step.action == "decide" and step.is_open)
    if later.plan.post == deciding.plan.post:
        again = "その後、あらためて決裁を待ちます。" if by_proxy else "その後、決裁のためにあなたへ戻ります。"
        return f"今の規程と組織では先に必要な処理があるため、まだ決裁にはならず、{_next(after)}。{again}"
    instead = "代決にはならず、" if by_proxy else "決裁ではなく承認として記録され、"
    then = "" if later.state == "active" else f"その後、{_titles([later])}が決裁します。"
    return f"決裁の権限が上位の職に移っているため、{instead}{_next(after)}。{then}"


def _next(after: Approval) -> str:
    active = after.active
    return f"{_titles(active)}の{ACTIONS[active[0].action]}に進みます" if active else "次の段階に進みます"


def _titles(steps: Sequence[Step]) -> str:
    return "、".join(f"{step.title}（{step.name}）" if step.name else step.title for step in steps)
