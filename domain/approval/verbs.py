"""決裁案件の動詞: each verb of api.md with its Japanese name, its body, and the function that does it.

A new verb is a body in `commands`, a row here, its function beside its like, the fact it tells in `facts` with its case
in `evolution`; outside the domain a row in `api/pages/approval_acts.py`, the fact's name in `api/event_labels.py`, new
refusals in `api/problems.py`, an example in `api/routes/approval_examples.py`. The guards name what is missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from domain.approval import commands, deciding, drafting, following, reviewing, standing_in, timing
from domain.approval.story import Story
from domain.record import Command, Verb


@dataclass(frozen=True, kw_only=True)
class _Verb(Verb):
    """A verb of the approval chain, and what it does."""

    act: Callable[[Story, Any], None]


VERBS: Mapping[str, _Verb] = MappingProxyType(
    {
        "draft": _Verb(label="起案", command=commands.Draft, act=drafting.draft, creates=True),
        "submit": _Verb(label="提出", command=commands.Submit, act=drafting.submit),
        "amend": _Verb(label="修正", command=commands.Amend, act=drafting.amend),
        "approve": _Verb(label="承認", command=commands.Approve, act=deciding.approve_or_decide),
        "concur": _Verb(label="合議", command=commands.Concur, act=reviewing.concur),
        "decide": _Verb(label="決裁", command=commands.Decide, act=deciding.decide_case),
        "reject": _Verb(label="否決", command=commands.Reject, act=deciding.reject),
        "examine": _Verb(label="審査", command=commands.Examine, act=deciding.examine),
        "return": _Verb(label="差戻し", command=commands.Return, act=reviewing.return_),
        "withdraw": _Verb(label="取下げ", command=commands.Withdraw, act=drafting.withdraw),
        "abandon": _Verb(label="廃案", command=commands.Abandon, act=drafting.abandon),
        "hold": _Verb(label="保留", command=commands.Hold, act=reviewing.hold),
        "resume": _Verb(label="保留解除", command=commands.Resume, act=reviewing.resume),
        "reserve": _Verb(label="専決留保", command=commands.Reserve, act=reviewing.reserve),
        "add-reviewer": _Verb(label="回議者追加", command=commands.AddReviewer, act=reviewing.add_reviewer),
        "proxy-decide": _Verb(label="代決", command=commands.ProxyDecide, act=standing_in.proxy_decide),
        "post-review": _Verb(label="後閲", command=commands.PostReview, act=deciding.post_review, after_end=True),
        "pull-up": _Verb(label="引上げ", command=commands.PullUp, act=standing_in.pull_up),
        "circulate": _Verb(label="供覧", command=commands.Circulate, act=following.circulate, after_end=True),
        "confirm": _Verb(label="供覧確認", command=commands.Confirm, act=following.confirm, after_end=True),
        "enforce": _Verb(label="施行", command=commands.Enforce, act=following.enforce),
        "complete": _Verb(label="完結", command=commands.Complete, act=following.complete),
        "transfer": _Verb(label="引継ぎ", command=commands.Transfer, act=drafting.transfer),
        "remind": _Verb(label="催促", command=commands.Remind, act=timing.remind, system=True),
        "escalate": _Verb(label="期限超過", command=commands.Escalate, act=timing.escalate, system=True),
        "release": _Verb(label="保留期限", command=commands.Release, act=timing.release, system=True),
        "reassign": _Verb(label="異動による変更", command=commands.Reassign, act=timing.reassign, system=True),
        "inherit": _Verb(label="異動による引継ぎ", command=commands.Inherit, act=drafting.inherit_draft, system=True),
    }
)
ACTS: Mapping[type[Command], Callable[[Story, Any], None]] = {verb.command: verb.act for verb in VERBS.values()}
