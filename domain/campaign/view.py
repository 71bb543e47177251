"""テレワークデイズの見え方: what the Temporal Web UI shows of a campaign, in Japanese, and when to look again."""

from domain.campaign.document import due_at, total_of, waiting_on
from domain.campaign.state import ENDED, Campaign, Participant
from domain.campaign.timing import wake_at
from domain.eras import moment, short_era_date, weekday_label
from domain.view import View

STATUS_LABELS: dict[str, str] = {
    "none": "未登録",
    "open": "受付・実施中",
    "closed": "結果集計中",
    "fixed": "結果確定",
    "cancelled": "中止",
}
ANSWER_LABELS: dict[str, str] = {"none": "未回答", "joined": "参加", "withdrawn": "不参加"}
POSTS_SHOWN_MAX = 30
UNITS_SHOWN_MAX = 60


def view(state: Campaign, version: int) -> View:
    """Give the view of the campaign at `version`: who is waited on and why, its units, the next time to wake."""
    if state.held_by is None:
        return View(version=version, because="集中実施期間がまだ設けられていません")
    return View(
        version=version,
        state=STATUS_LABELS[state.status],
        closed=state.status in ENDED,
        waiting_on=waiting_on(state)[:POSTS_SHOWN_MAX],
        because=because(state),
        details=details(state),
        unit=state.organiser.unit,
        fiscal_year=state.fiscal_year,
        due_at=due_at(state),
        wake_at=wake_at(state),
    )


def because(state: Campaign) -> str:
    """One Japanese sentence: what the campaign waits for, or that it does not."""
    match state.status:
        case "open" if state.unanswered:
            until = f"(期限 {moment(state.choose_by)})" if state.choose_by else ""
            return f"{len(state.unanswered)}所属の実施日の選択を待っています{until}"
        case "open":
            return f"期間の後の、{state.organiser.title}による終了を待っています(期限 {moment(state.close_due_at)})"
        case "closed":
            return "実施結果の集計を待っています"
    return f"終了しました({STATUS_LABELS[state.status]})"


def details(state: Campaign) -> str:
    """The campaign as Markdown: period, target, result, units and their days (encrypted on its way to the UI)."""
    lines = [
        f"**{state.name}**　{period(state)}　目標 {state.target_percent}%",
        "",
        f"状態 **{STATUS_LABELS[state.status]}**　{state.organiser.unit_name}",
        "",
        because(state),
        "",
    ]
    if state.status == "fixed":
        total = total_of(state.figures)
        lines += [f"予定 {percent(total['planned_ratio'])}　実績 {percent(total['actual_ratio'])}", ""]
    lines += ["| 所属 | 回答 | 実施日 |", "|---|---|---|"]
    lines += [_line(each) for each in state.units[:UNITS_SHOWN_MAX]]
    left = len(state.units) - UNITS_SHOWN_MAX
    if left > 0:
        lines.append(f"| ほか{left}所属 | | |")
    return "\n".join(lines)


def period(state: Campaign) -> str:
    """The period as an officer reads it."""
    first, last = state.first_day, state.last_day
    return f"{short_era_date(first)}{weekday_label(first)}～{short_era_date(last)}{weekday_label(last)}"


def percent(ratio: float | None) -> str:
    """33.3%, or a dash for a unit without staff."""
    return "―" if ratio is None else f"{ratio * 100:.1f}%"


def _line(each: Participant) -> str:
    days = "、".join(f"{day.month}/{day.day}" for day in each.days)
    return f"| {each.unit_name} | {ANSWER_LABELS[each.answer]} | {days} |"
