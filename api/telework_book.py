"""承認・命令簿: the book's columns and what stands in them, with dates in 和暦 as on paper."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from domain.clock import JST, civil_date
from domain.entry.state import Entry
from domain.eras import short_era_date, weekday_label
from domain.events import Actor
from domain.telework import facts
from domain.telework.state import Clocked, Telework
from projections.queries.telework_register import BookLine

TITLE = "在宅勤務・サテライトオフィス勤務承認・命令簿"
KINDS: Mapping[str, str] = MappingProxyType(
    {"home": "在宅", "satellite_office": "サテライト", "visiting": "外勤先・出張先"}
)
SLOTS: Mapping[str, str] = MappingProxyType(
    {"telework": "テレワーク", "leave": "休暇", "office": "出勤", "travel": "移動"}
)
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "kind": "区分",
        "day": "実施日",
        "tasks": "業務内容",
        "reachable_by": "連絡先",
        "place": "場所",
        "work_pattern": "勤務時間",
        "slots": "勤務時間",
    }
)
VOID = frozenset({"rejected", "withdrawn", "revoked"})  # lines that are struck out on paper


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its name in machine-readable answers, its heading, how wide it is on paper, and what stands in it."""

    name: str
    label: str
    width_mm: int
    cell: Callable[[BookLine], str]


def is_void(line: BookLine) -> bool:
    """Whether the line stands in the book, but no longer holds."""
    return line.state.status in VOID


def _applied_on(line: BookLine) -> str:
    return _day(line.state.submitted_at)


def _post_and_name(line: BookLine) -> str:
    return f"{line.state.person.title}\n{line.state.person.name}"


def _on(line: BookLine) -> str:
    day = line.state.content.day
    return f"{short_era_date(day)}{weekday_label(day)}"


def _place(line: BookLine) -> str:
    request = line.state.content
    return request.place_name or ("自宅" if request.kind == "home" else "")


def _hours(line: BookLine) -> str:
    """The pattern's hours; where the day is divided, each stretch of it."""
    plan = line.state.content.plan
    hours = f"{_clock_text(plan.from_)}～{_clock_text(plan.to)}"
    if [each.kind for each in plan.slots] == ["telework"] and (plan.slots[0].from_, plan.slots[0].to) == (
        plan.from_,
        plan.to,
    ):
        return hours
    slots = [f"{SLOTS[each.kind]} {_clock_text(each.from_)}～{_clock_text(each.to)}" for each in plan.slots]
    return "\n".join((f"({hours})", *slots))


def _assets(line: BookLine) -> str:
    """What was taken out for the day, as the register of assets taken out has it, and where that stands."""
    return "\n".join(map(_asset, line.assets))


def _asset(entry: Entry) -> str:
    shown = {each.name: each.shown for each in entry.values}
    named = " ".join(filter(None, (shown.get("kind"), shown.get("identifier"))))
    return f"{named}({entry.standing.label})"


def _ordered(line: BookLine) -> str:
    act = line.state.ordered
    return f"{_actor(act.by, act.on_behalf_of)}\n{_moment(act.at)}" if act else ""


def _started(line: BookLine) -> str:
    return _reported(line.state, line.state.started)


def _ended(line: BookLine) -> str:
    return _reported(line.state, line.state.ended)


def _reported(state: Telework, clocked: Clocked | None) -> str:
    if clocked is None:
        return ""
    at = clocked.at.astimezone(JST)
    other = "" if at.date() == state.content.day else f"{short_era_date(at.date())} "
    return f"{other}{at.hour}:{at.minute:02}" + ("\n(電話)" if clocked.reported_at is not None else "")


def _overtime(line: BookLine) -> str:
    minutes = line.state.ordered_minutes
    return f"{minutes}分" if minutes else ""


def _acknowledged(line: BookLine) -> str:
    act = line.state.acknowledged
    return f"{_actor(act.by, act.on_behalf_of)}\n{_day(act.at)}" if act else ""


def _remarks(line: BookLine) -> str:
    return "\n".join(_each_remark(line))


def _each_remark(line: BookLine) -> Iterator[str]:
    state = line.state
    if state.judged.late:
        yield f"期限後の申請:{state.judged.late_reason}"
    if state.by_command:
        yield f"申請によらない命令:{state.command_reason}"
    for fact in line.facts:
        match fact.event:
            case facts.Changed(changes=changes, reason=reason):
                fields = "、".join(dict.fromkeys(FIELDS[each.field] for each in changes)) or "再提出"
                yield f"{_day(fact.meta.at)} 変更({fields}){_because(reason)}"
            case facts.Returned(reason=reason):
                yield f"{_day(fact.meta.at)} 差戻し{_because(reason)}"
            case facts.Rejected(reason=reason):
                yield f"{_day(fact.meta.at)} 不承認{_because(reason)}"
            case facts.Withdrawn(reason=reason):
                yield f"{_day(fact.meta.at)} 取下げ{_because(reason)}"
            case facts.Lapsed():
                yield f"{_day(fact.meta.at)} 再提出の期限切れ(取下げ)"
            case facts.Revoked(reason=reason):
                yield f"{_day(fact.meta.at)} 命令の取消し{_because(reason)}"
            case facts.Reassigned():
                yield f"{_day(fact.meta.at)} 人事異動"
    for label, clocked in (("開始", state.started), ("終了", state.ended)):
        if clocked is not None and clocked.recorder is not None:
            yield f"{label}は電話報告(記録 {clocked.recorder.name} {_moment(clocked.entered_at)})"
    if state.beyond_minutes:
        yield f"命令によらない時間外 {state.beyond_minutes}分"


def _because(reason: str | None) -> str:
    return f":{reason}" if reason else ""


def _actor(by: Actor, on_behalf_of: Actor | None) -> str:
    shown = "\n".join(filter(None, (by.title, by.name)))
    return f"{on_behalf_of.title or on_behalf_of.name} 代\n{shown}" if on_behalf_of else shown


def _day(at: datetime | date | None) -> str:
    if at is None:
        return ""
    return short_era_date(civil_date(at) if isinstance(at, datetime) else at)


def _moment(at: datetime) -> str:
    local = at.astimezone(JST)
    return f"{short_era_date(local.date())} {local.hour}:{local.minute:02}"


def _clock_text(clock: str) -> str:
    return clock.removeprefix("0")


# reference: domain.md §1.1, "Register columns"
COLUMNS: tuple[Column, ...] = (
    Column(name="applied_on", label="申請日", width_mm=12, cell=_applied_on),
    Column(name="unit", label="所属", width_mm=15, cell=lambda line: line.state.person.unit_name),
    Column(name="post_and_name", label="職・氏名", width_mm=18, cell=_post_and_name),
    Column(name="day", label="実施日", width_mm=13, cell=_on),
    Column(name="kind", label="区分", width_mm=14, cell=lambda line: KINDS[line.state.content.kind]),
    Column(name="place", label="場所", width_mm=14, cell=_place),
    Column(name="hours", label="勤務時間", width_mm=22, cell=_hours),
    Column(name="tasks", label="業務内容", width_mm=30, cell=lambda line: line.state.content.tasks),
    Column(name="reachable_by", label="連絡先", width_mm=14, cell=lambda line: line.state.content.reachable_by),
    Column(name="assets", label="持ち出し資産", width_mm=17, cell=_assets),
    Column(name="ordered", label="承認・命令(所属長, 日時)", width_mm=22, cell=_ordered),
    Column(name="started", label="開始報告時刻", width_mm=11, cell=_started),
    Column(name="ended", label="終了報告時刻", width_mm=11, cell=_ended),
    Column(name="overtime", label="超勤(命令時間)", width_mm=11, cell=_overtime),
    Column(name="reported_on", label="勤務内容報告日", width_mm=13, cell=lambda line: _day(line.state.reported_at)),
    Column(name="acknowledged", label="確認", width_mm=19, cell=_acknowledged),
    Column(name="remarks", label="備考", width_mm=27, cell=_remarks),
)
