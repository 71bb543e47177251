"""テレワークの操作: every act on a telework request as its pages offer it, one row an act, in the order of the page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from api.pages import telework_forms as forms
from api.pages.act_fields import COMMENT, ActForm, Field, reason
from api.pages.acts import Act
from api.pages.reading_forms import Typed, act_values
from api.pages.telework_desk import Case
from api.rehearsal import rehearse
from domain.calendars import ONE_DAY
from domain.clock import JST
from domain.policies.telework import instant
from domain.record import Command, Given
from domain.refusals import Refused
from domain.telework import RECORD, commands
from domain.telework.commands import ByTelephone
from domain.telework.facts import Ended
from domain.telework.state import Telework

ANY = "-"  # a text that only stands for one
BY_TELEPHONE = ("start", "end")


def _start(state: Telework, given: Given) -> Command:
    if given.by.person == state.person.person:
        return commands.Start()
    return commands.Start(by_telephone=ByTelephone(reported_at=min(state.content.plan.starts_at, given.now)))


def _end(state: Telework, given: Given) -> Command:
    if given.by.person == state.person.person or state.started is None:
        return commands.End()
    said = max(state.content.plan.ends_at, state.started.at)
    return commands.End(by_telephone=ByTelephone(reported_at=min(said, given.now)))


def _change(state: Telework, given: Given) -> Command:
    return commands.Change(tasks=f"{state.content.tasks[:1900]}{ANY}", late_reason=ANY)


def _overtime_request(state: Telework, given: Given) -> Command:
    rules = given.rules.telework(state.content.day)
    category = next(iter(rules.overtime_categories), "none")
    return commands.RequestOvertime(minutes=1, category=category, reason=ANY)


_MAIN = (
    Act(
        verb="start",
        tone="go",
        probe=_start,
        form=forms.start,
    ),
    Act(
        verb="end",
        tone="go",
        probe=_end,
        form=forms.end,
    ),
    Act(
        verb="report",
        tone="go",
        probe=commands.Report(content=ANY),
        said="勤務内容を所属長等に報告します。",
        form=ActForm(
            heading="勤務内容を報告する",
            short="報告",
            button="報告する",
            fields=(Field(name="content", label="勤務内容", kind="text", required=True, help="行った業務と成果"),),
        ),
    ),
    Act(
        verb="order-overtime",
        tone="go",
        probe=commands.OrderOvertime(minutes=1),
        form=forms.order_overtime,
    ),
    Act(
        verb="approve",
        tone="go",
        probe=commands.Approve(),
        said="承認すると、そのままテレワークの命令になります（承認と命令は一つの操作です）。",
        form=ActForm(heading="承認・命令する", short="承認・命令", button="承認して命令する", fields=(COMMENT,)),
    ),
    Act(
        verb="acknowledge",
        tone="go",
        probe=commands.Acknowledge(),
        said="確認すると、この日のテレワークの記録が完結します。",
        form=ActForm(heading="勤務内容報告を確認する", short="確認", button="報告を確認した", fields=(COMMENT,)),
    ),
)
_OTHER = (
    Act(verb="request-overtime", tone="plain", probe=_overtime_request, form=forms.request_overtime),
    Act(verb="change", tone="plain", probe=_change, form=None),
    Act(
        verb="refuse-overtime",
        tone="plain",
        probe=commands.RefuseOvertime(),
        said="終了の時刻は、命令したままです。",
        form=ActForm(
            heading="超勤を認めない",
            short="超勤を認めない",
            button="超勤を認めない",
            fields=(Field(name="reason", label="理由（任意）", kind="text"),),
        ),
    ),
)
_BACK = (
    Act(
        verb="return",
        tone="back",
        probe=commands.Return(reason=ANY),
        said="申請者が直して、もう一度申請できます。実施日と席は、それまで空きます。",
        form=ActForm(
            heading="差し戻す",
            short="差戻し: 直してもらう",
            button="差し戻す",
            fields=(reason("何をどう直してほしいかを書いてください。"),),
        ),
    ),
)
_END = (
    Act(
        verb="withdraw",
        tone="end",
        probe=commands.Withdraw(),
        said="申請を取り下げ、実施日と席を空けます。",
        form=ActForm(
            heading="申請を取り下げる",
            short="取下げ",
            button="取り下げる",
            fields=(Field(name="reason", label="理由（任意）", kind="text"),),
            confirm="この申請を取り下げます",
        ),
    ),
    Act(
        verb="reject",
        tone="end",
        probe=commands.Reject(reason=ANY),
        said="この申請はここで終わります。直せば認められるときは「差戻し」を使ってください。",
        form=ActForm(
            heading="承認しない",
            short="不承認",
            button="承認しない（申請は終わります）",
            fields=(reason("申請者に表示されます。"),),
            confirm="この申請を承認しないことを確認しました",
        ),
    ),
    Act(
        verb="revoke",
        tone="end",
        probe=commands.Revoke(reason=ANY),
        said="テレワークの命令を取り消し、実施日と席を空けます。",
        form=ActForm(
            heading="命令を取り消す",
            short="命令の取消し",
            button="命令を取り消す",
            fields=(reason("本人に表示されます。"),),
            confirm="この命令を取り消すことを確認しました",
        ),
    ),
)
ACTS: Mapping[str, Act] = MappingProxyType({act.verb: act for act in (*_MAIN, *_OTHER, *_BACK, *_END)})
AT_ONCE = ("start", "end")  # the person's own need nothing to be filled in: one press, also in a list


def act_form(verb: str, case: Case) -> ActForm | None:
    """Give the form of an act for this request and reader, led by what follows from it; None for what has no form."""
    act = ACTS.get(verb)
    if act is None or act.form is None:
        return None
    form = act.form if isinstance(act.form, ActForm) else act.form(case)
    return replace(form, verb=verb, tone=act.tone, lead=act.said + form.lead + _beyond(act, case))


def act_body(form: ActForm, typed: Typed, case: Case) -> dict[str, Any]:
    """Give the body of the act's command as typed; a time told by telephone with the day it belongs to. Refuses
    `invalid` by field.
    """
    values = act_values(form, typed)
    told = values.pop("reported_at", None)
    if told is None:
        return values
    at, started = instant(case.state.content.day, told), case.state.started
    if form.verb == "end" and started is not None and at < started.at and started.at - at > timedelta(hours=6):
        at = instant(case.state.content.day + ONE_DAY, told)  # overtime that ran past midnight
    return values | {"by_telephone": {"reported_at": at.astimezone(JST).isoformat()}}


def _beyond(act: Act, case: Case) -> str:
    """What ending the day now would record as overtime."""
    if act.verb != "end" or not case.is_own:
        return ""
    try:
        _, events = rehearse(RECORD, case.state, act.command(case.state, case.given), case.given)
    except Refused:
        return ""
    ended = next(event for event in events if isinstance(event, Ended))
    within = f"超勤{ended.overtime_minutes}分が記録されます。" if ended.overtime_minutes else ""
    beyond = f"命令された時刻を{ended.beyond_minutes}分過ぎています。命令外の時間として記録されます。"
    return within + (beyond if ended.beyond_minutes else "")
