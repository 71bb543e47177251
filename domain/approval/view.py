"""決裁案件の見え方: what the finance division reads of a case in the Temporal Web UI, in Japanese, and when to look
again.
"""

from domain.approval.state import ENDED, RUNNING, Approval, Step
from domain.approval.timing import wake_at
from domain.eras import moment
from domain.policies.actions import TRAITS
from domain.view import View

STATUS_LABELS: dict[str, str] = {
    "none": "未登録",
    "draft": "起案中",
    **{traits.state: traits.state_label for traits in TRAITS.values()},
    "decided": "決裁済み",
    "enforced": "施行済み",
    "completed": "完結",
    "returned": "差戻し",
    "withdrawn": "取下げ",
    "rejected": "否決",
    "held": "保留中",
    "abandoned": "廃案",
}
ACTION_LABELS = {action: traits.label for action, traits in TRAITS.items()}
OUTCOME_LABELS = {
    "approved": "承認",
    "agree": "同意",
    "agree_with_opinion": "意見付き同意",
    "dissent": "不同意",
    "request_change": "修正要求",
    "decided": "決裁",
    "passed": "合格",
    "rejected": "否決",
    "skipped_absent": "不在により引上げ",
}
STEP_LABELS = {"waiting": "これから", "active": "**処理待ち**", "done": "済", "skipped": "省略"}


def view(state: Approval, version: int) -> View:
    """Give the view of the case at `version`: state, who is waited on and why, a step table, the next time to wake."""
    if state.draft is None:
        return View(version=version, closed=False, because="案件がまだ登録されていません")
    active = state.active if state.status in RUNNING else ()
    review_open = state.post_review is not None and state.post_review.outcome is None
    return View(
        version=version,
        state=STATUS_LABELS[state.status],
        closed=state.status in ENDED and not review_open,
        waiting_on=tuple(step.plan.post for step in active) or _beside(state),
        because=because(state),
        details=details(state),
        unit=state.owner.unit,
        amount_yen=state.content.amount_yen,
        fiscal_year=state.fiscal_year,
        due_at=min((step.due_at for step in active if step.due_at), default=None),
        wake_at=wake_at(state),
    )


def _beside(state: Approval) -> tuple[str, ...]:
    if state.post_review is not None and state.post_review.outcome is None:
        return (state.post_review.post,)
    return (state.owner.post,) if state.status in ("draft", "returned", "decided", "enforced") else ()


def because(state: Approval) -> str:
    """One Japanese sentence: why the case waits, or that it does not."""
    if state.status in RUNNING and state.active:
        who = "、".join(step.title for step in state.active)
        what = state.active[0].traits.label
        due = min((step.due_at for step in state.active if step.due_at), default=None)
        return f"{who}の{what}を待っています(期限 {moment(due)})" if due else f"{who}の{what}を待っています"
    if state.status == "held":
        return f"保留中です({moment(state.held_until)}まで)" if state.held_until else "保留中です(期限なし)"
    text = {
        "draft": "起案者の提出を待っています",
        "returned": "起案者の修正と再提出を待っています",
        "decided": "主務課の施行を待っています",
        "enforced": "主務課の完結の処理を待っています",
    }.get(state.status, f"終了しました({STATUS_LABELS[state.status]})")
    if state.post_review is not None and state.post_review.outcome is None:
        return f"{text}。代決の後閲を待っています"
    return text


def details(state: Approval) -> str:
    """The case as Markdown: content, authority and the table of steps (encrypted on its way to the UI)."""
    draft = state.content
    amount = f"{draft.amount_yen:,}円" if draft.amount_yen is not None else "―"
    lines = [
        f"**{draft.title}**",
        "",
        f"状態 **{STATUS_LABELS[state.status]}**　金額 **{amount}**　起案 {state.owner.unit_name} {state.owner.title}",
        "",
        because(state),
        "",
    ]
    if state.rule:
        lines += [state.rule.reason, ""]
    lines += [_cells("順", "区分", "職", "状態", "結果", "処理日時・期限"), "|---|---|---|---|---|---|"]
    lines += [_row(step) for step in state.steps]
    if state.document_number:
        lines += ["", f"文書番号 {state.document_number}"]
    return "\n".join(lines)


def _row(step: Step) -> str:
    outcome = OUTCOME_LABELS.get(step.outcome or "", step.outcome or "")
    if step.acted is not None and step.acted.title not in (None, step.title):
        outcome += f"({step.acted.title})"  # a stand-in's act
    when = moment(step.acted_at) if step.acted_at else ""
    if step.state == "active" and step.due_at:
        when = f"{moment(step.due_at)}まで"
    return _cells(str(step.number), step.traits.label, step.title, STEP_LABELS[step.state], outcome, when)


def _cells(*texts: str) -> str:
    """A row of the table, its cells parted by blanks that stay: the Web UI draws no lines and leaves no room."""
    return f"| {' | '.join(f'　{text}' for text in texts)} |"
