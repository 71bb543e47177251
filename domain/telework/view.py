"""テレワークの見え方: what is read of a request in the Temporal Web UI, in Japanese, and when to look again.

What is not encrypted there (state, posts, unit, times) says nothing personal; slots of leave and reasons are left out
of the details as well: whoever watches processes has no need of them.
"""

from datetime import datetime

from domain.clock import JST
from domain.eras import moment, short_era_date, weekday_label
from domain.telework.document import due_at, waiting_on
from domain.telework.state import CLOSED, Clocked, Telework
from domain.telework.timing import wake_at
from domain.view import View

STATUS_LABELS: dict[str, str] = {
    "none": "未登録",
    "submitted": "承認待ち",
    "ordered": "承認・命令済み",
    "working": "勤務中",
    "ended": "勤務終了",
    "reported": "報告済み",
    "acknowledged": "確認済み",
    "returned": "差戻し",
    "rejected": "不承認",
    "withdrawn": "取下げ",
    "revoked": "命令取消し",
}
KIND_LABELS: dict[str, str] = {
    "home": "在宅勤務",
    "satellite_office": "サテライトオフィス勤務",
    "visiting": "外勤先・出張先での勤務",
}
OVERDUE_LABELS: dict[str, str] = {
    "approval": "承認・命令",
    "start": "開始報告",
    "end": "終了報告",
    "report": "勤務内容報告",
}


def view(state: Telework, version: int) -> View:
    """Give the view at `version`: state, who is waited on and why, the course of the day, the next time to wake."""
    if state.request is None:
        return View(version=version, closed=False, because="申請がまだ登録されていません")
    return View(
        version=version,
        state=STATUS_LABELS[state.status],
        closed=state.status in CLOSED,
        waiting_on=waiting_on(state),
        because=because(state),
        details=details(state),
        unit=state.person.unit,
        fiscal_year=state.fiscal_year,
        due_at=due_at(state),
        wake_at=wake_at(state),
    )


def because(state: Telework) -> str:
    """One Japanese sentence: why the request waits, or that it does not."""
    head, person = state.superior.title, state.person.title
    text = {
        "submitted": f"{head}の承認・命令を待っています",
        "ordered": f"{person}の開始報告を待っています",
        "working": f"{person}の終了報告を待っています",
        "ended": f"{person}の勤務内容報告を待っています",
        "reported": f"{head}等の確認を待っています",
        "returned": f"{person}の修正と再提出を待っています",
    }.get(state.status)
    if text is None:
        return f"終了しました({STATUS_LABELS[state.status]})"
    if state.pending_overtime and state.status in ("ordered", "working"):
        text = f"{head}の超勤の命令と、{text}"
    watch = state.watch
    if watch is None:
        return f"{text}(期限 {moment(state.lapses_at)})" if state.lapses_at else text
    if watch.told:
        return f"{text}({OVERDUE_LABELS[watch.overdue]}がないことを所属長に知らせました)"
    if watch.reminded:
        return f"{text}({OVERDUE_LABELS[watch.overdue]}の催促をしました)"
    return f"{text}(期限 {moment(watch.remind_at)})"


def details(state: Telework) -> str:
    """The request as Markdown: what is ordered and the course of the day (encrypted on its way to the UI)."""
    request, plan = state.content, state.content.plan
    place = f"({request.place_name})" if request.place_name else ""
    day = f"{short_era_date(request.day)}{weekday_label(request.day)}"
    lines = [
        f"**{KIND_LABELS[request.kind]}{place}** {day}",
        "",
        f"状態 **{STATUS_LABELS[state.status]}**　{state.person.unit_name} {state.person.title} {state.person.name}",
        "",
        because(state),
        "",
        f"業務内容 {request.tasks}",
        "",
        _cells("段階", "予定", "実績", "記録"),
        "|---|---|---|---|",
        _cells("申請", _until(state), moment(state.submitted_at), _marks(state)),
        _cells("承認・命令", "", moment(state.ordered.at if state.ordered else None), _by(state)),
        _cells("開始", _clock(plan.starts_at), *_how(state.started)),
        _cells("終了", _clock(plan.ends_at), *_how(state.ended)),
        _cells("超勤", f"命令 {state.ordered_minutes}分" if state.ordered_minutes else "", *_overtime(state)),
        _cells("勤務内容報告", "", moment(state.reported_at), ""),
        _cells("確認", "", moment(state.acknowledged.at if state.acknowledged else None), ""),
    ]
    return "\n".join(lines)


def _until(state: Telework) -> str:
    return f"{moment(state.judged.apply_until)}まで" if state.judged.apply_until else ""


def _marks(state: Telework) -> str:
    marks = ["期限後の申請"] if state.judged.late else []
    marks += ["申請によらない命令"] if state.by_command else []
    return "、".join(marks)


def _by(state: Telework) -> str:
    if state.ordered is None:
        return ""
    title = state.ordered.by.title or state.ordered.by.name
    behalf = state.ordered.on_behalf_of
    return f"{title}(代決 {behalf.title})" if behalf else title


def _how(clocked: Clocked | None) -> tuple[str, str]:
    if clocked is None:
        return "―", ""
    by = clocked.recorder
    return _clock(clocked.at), f"電話による報告({by.title or ''} {by.name}が記録)" if by else ""


def _overtime(state: Telework) -> tuple[str, str]:
    if state.ended is None:
        return "", "命令待ち" if state.pending_overtime else ""
    beyond = f"命令外 {state.beyond_minutes}分" if state.beyond_minutes else ""
    return f"{state.overtime_minutes}分", beyond


def _cells(*texts: str) -> str:
    """A row of the table, its cells parted by blanks that stay: the Web UI draws no lines and leaves no room."""
    return f"| {' | '.join(f'　{text}' for text in texts)} |"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(JST):%H:%M}"
