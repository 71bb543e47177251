"""「はいを押すと何が起きるか」: what follows from an act, read from the case as the rules would leave it."""

from collections.abc import Sequence

from api.pages.labels import ACTIONS
from api.pages.rehearsal import rehearse
from domain.approval import commands, facts
from domain.approval.state import RUNNING, Approval, Step
from domain.events import Event
from domain.record import Command, Given
from domain.refusals import Refused

YES: dict[str, tuple[Command, str]] = {
    "decide": (commands.Decide(), "決裁すると"),
    "approve": (commands.Approve(), "承認すると"),
    "concur": (commands.Concur(outcome="agree"), "同意すると"),
    "examine": (commands.Examine(outcome="pass"), "審査に合格とすると"),
    "proxy-decide": (commands.ProxyDecide(urgency="-", prior_instruction="-"), "代決すると"),
    "submit": (commands.Submit(), "提出すると"),
    "resume": (commands.Resume(), "保留を解くと"),
}
SAID: dict[str, str] = {
    "post-review": "後閲すると、代決された決裁を見たことが記録されます。決裁はそのまま有効です。",
    "confirm": "確認すると、供覧を見たことが記録されます。",
    "enforce": "施行を記録すると、案件は「施行済み」になります。廃案はできなくなります。",
    "complete": "完結すると案件は閉じ、保存期間の計算が始まります。",
}


def consequence(verb: str, state: Approval, given: Given) -> str:
    """Give one or two sentences on what happens to the case if the reader says yes; empty for other acts."""
    if verb not in YES:
        return SAID.get(verb, "")
    command, when = YES[verb]
    try:
        after, events = rehearse(state, command, given)
    except Refused:
        return ""
    return f"{when}、{_what(verb, state, after, events)}"


def _what(verb: str, before: Approval, after: Approval, events: Sequence[Event]) -> str:
    revised = next((event for event in events if isinstance(event, facts.RouteRevised)), None)
    if verb in ("decide", "proxy-decide") and revised is not None and after.decided_at is None:
        return f"この金額と留保では決裁の権限が上位の職に移っているため、承認として{_next(after)}。"
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


def _next(after: Approval) -> str:
    active = after.active
    return f"{_titles(active)}の{ACTIONS[active[0].action]}に進みます" if active else "次の段階に進みます"


def _titles(steps: Sequence[Step]) -> str:
    return "、".join(f"{step.title}（{step.name}）" if step.name else step.title for step in steps)
