"""テレワークの動詞: each verb of api.md with its Japanese name, its body, and the function that does it.

A new verb is a body in `commands`, a row here, its function beside its like, the fact it tells in `facts` with its case
in `evolution`; outside the domain the fact's name in `api/event_labels.py` and new refusals in `api/problems.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from domain.record import Command, Verb
from domain.telework import commands, ordering, overtime, requesting, timing, working
from domain.telework.story import Story


@dataclass(frozen=True, kw_only=True)
class _Verb(Verb):
    """A verb of telework, and what it does."""

    act: Callable[[Story, Any], None]


VERBS: Mapping[str, _Verb] = MappingProxyType(
    {
        "submit": _Verb(label="申請", command=commands.Submit, act=requesting.submit, creates=True),
        "order": _Verb(label="申請によらない命令", command=commands.Order, act=ordering.order, creates=True),
        "approve": _Verb(label="承認・命令", command=commands.Approve, act=ordering.approve),
        "return": _Verb(label="差戻し", command=commands.Return, act=ordering.return_),
        "reject": _Verb(label="不承認", command=commands.Reject, act=ordering.reject),
        "withdraw": _Verb(label="取下げ", command=commands.Withdraw, act=requesting.withdraw),
        "change": _Verb(label="変更", command=commands.Change, act=requesting.change),
        "revoke": _Verb(label="命令の取消し", command=commands.Revoke, act=ordering.revoke),
        "start": _Verb(label="開始報告", command=commands.Start, act=working.start),
        "end": _Verb(label="終了報告", command=commands.End, act=working.end),
        "report": _Verb(label="勤務内容報告", command=commands.Report, act=working.report),
        "acknowledge": _Verb(label="確認", command=commands.Acknowledge, act=working.acknowledge),
        "request-overtime": _Verb(label="超勤の申請", command=commands.RequestOvertime, act=overtime.request),
        "order-overtime": _Verb(label="超勤の命令", command=commands.OrderOvertime, act=overtime.order),
        "refuse-overtime": _Verb(label="超勤の不承認", command=commands.RefuseOvertime, act=overtime.refuse),
        "remind": _Verb(label="催促", command=commands.Remind, act=timing.remind, system=True),
        "tell-head": _Verb(label="所属長への通知", command=commands.TellHead, act=timing.tell_head, system=True),
        "lapse": _Verb(label="差戻し後の期限切れ", command=commands.Lapse, act=timing.lapse, system=True),
        "reassign": _Verb(label="異動による変更", command=commands.Reassign, act=timing.reassign, system=True),
    }
)
ACTS: Mapping[type[Command], Callable[[Story, Any], None]] = {verb.command: verb.act for verb in VERBS.values()}
