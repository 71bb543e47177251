"""テレワークの動詞: each verb of api.md with its Japanese name, its body, and the function that does it.

A new verb is a body in `commands`, a row here, its function beside its like, the fact it tells in `facts` with its case
in `evolution`; outside the domain the fact's name in `api/event_labels.py` and new refusals in `api/problems.py`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.story import Deed, acts_of
from domain.telework import commands, ordering, overtime, requesting, timing, working
from domain.telework.story import Story

VERBS: Mapping[str, Deed[Story]] = MappingProxyType(
    {
        "submit": Deed(label="申請", command=commands.Submit, act=requesting.submit, creates=True),
        "order": Deed(label="申請によらない命令", command=commands.Order, act=ordering.order, creates=True),
        "approve": Deed(label="承認・命令", command=commands.Approve, act=ordering.approve),
        "return": Deed(label="差戻し", command=commands.Return, act=ordering.return_),
        "reject": Deed(label="不承認", command=commands.Reject, act=ordering.reject),
        "withdraw": Deed(label="取下げ", command=commands.Withdraw, act=requesting.withdraw),
        "change": Deed(label="変更", command=commands.Change, act=requesting.change),
        "revoke": Deed(label="命令の取消し", command=commands.Revoke, act=ordering.revoke),
        "start": Deed(label="開始報告", command=commands.Start, act=working.start),
        "end": Deed(label="終了報告", command=commands.End, act=working.end),
        "report": Deed(label="勤務内容報告", command=commands.Report, act=working.report),
        "acknowledge": Deed(label="確認", command=commands.Acknowledge, act=working.acknowledge),
        "request-overtime": Deed(label="超勤の申請", command=commands.RequestOvertime, act=overtime.request),
        "order-overtime": Deed(label="超勤の命令", command=commands.OrderOvertime, act=overtime.order),
        "refuse-overtime": Deed(label="超勤の不承認", command=commands.RefuseOvertime, act=overtime.refuse),
        "remind": Deed(label="催促", command=commands.Remind, act=timing.remind, system=True),
        "tell-head": Deed(label="所属長への通知", command=commands.TellHead, act=timing.tell_head, system=True),
        "lapse": Deed(label="差戻し後の期限切れ", command=commands.Lapse, act=timing.lapse, system=True),
        "reassign": Deed(label="異動による変更", command=commands.Reassign, act=timing.reassign, system=True),
    }
)
ACTS = acts_of(VERBS.values())
