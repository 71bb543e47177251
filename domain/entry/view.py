"""管理簿の見え方: what the Temporal Web UI shows of an entry, in Japanese, and when to look again."""

from domain.entry.state import Entry
from domain.entry.timing import wake_at
from domain.eras import moment
from domain.view import View


def view(state: Entry, version: int) -> View:
    """Give the view of the entry at `version`: state, who is waited on and why, its timeline, the next time to wake."""
    if state.maker is None:
        return View(version=version, because="まだ記入されていません")
    standing = state.standing
    return View(
        version=version,
        state=standing.label,
        closed=state.closed,
        waiting_on=standing.posts,
        because=because(state),
        details=details(state),
        unit=state.maker.unit,
        fiscal_year=state.fiscal_year,
        due_at=standing.due_at,
        wake_at=wake_at(state),
    )


def because(state: Entry) -> str:
    """One Japanese sentence: what the entry waits for, or that it does not."""
    standing = state.standing
    if state.closed:
        return f"終了しました({standing.label})"
    if standing.awaits is None:
        return f"{standing.label}です{f'({moment(standing.due_at)}まで)' if standing.due_at else ''}"
    many = f"ほか{len(standing.titles) - 1}名" if len(standing.titles) > 1 else ""
    who = f"{standing.titles[0]}{many}" if standing.titles else "関係者"
    until = f"(期限 {moment(standing.due_at)})" if standing.due_at else ""
    return f"{who}が「{standing.task}」のを待っています{until}"


def details(state: Entry) -> str:
    """The entry as Markdown: what it says, who was told, its timeline (encrypted on its way to the UI)."""
    lines = [
        f"**{state.register_label}　{state.title}**",
        "",
        f"状態 **{state.standing.label}**　記入 {state.entrant.unit_name} {state.entrant.title}",
        "",
        because(state),
        "",
        *(f"- {each.label}: {each.shown}" for each in state.values),
    ]
    if state.told:
        lines += ["", f"知らせた職: {'、'.join(dict.fromkeys(each.title for each in state.told))}"]
    lines += ["", "| 日時 | 処理 | 職 |", "|---|---|---|"]
    lines += [f"| {moment(each.at)} | {each.label} | {each.by_title or each.by_name} |" for each in state.timeline]
    return "\n".join(lines)
