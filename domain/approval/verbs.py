"""決裁案件の動詞: each verb of api.md with its Japanese name, its body, and the function that does it.

A new verb is a body in `commands`, a row here, its function beside its like, the fact it tells in `facts` with its case
in `evolution`; outside the domain a row in `api/pages/approval_acts.py`, the fact's name in `api/event_labels.py`, new
refusals in `api/problems.py`, an example in `api/routes/approval_examples.py`. The guards name what is missing.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.approval import commands, deciding, drafting, following, reviewing, standing_in, timing
from domain.approval.story import Story
from domain.story import Deed, acts_of

VERBS: Mapping[str, Deed[Story]] = MappingProxyType(
    {
        "draft": Deed(label="起案", command=commands.Draft, act=drafting.draft, creates=True),
        "submit": Deed(label="提出", command=commands.Submit, act=drafting.submit),
        "amend": Deed(label="修正", command=commands.Amend, act=drafting.amend),
        "approve": Deed(label="承認", command=commands.Approve, act=deciding.approve_or_decide),
        "concur": Deed(label="合議", command=commands.Concur, act=reviewing.concur),
        "decide": Deed(label="決裁", command=commands.Decide, act=deciding.decide_case),
        "reject": Deed(label="否決", command=commands.Reject, act=deciding.reject),
        "examine": Deed(label="審査", command=commands.Examine, act=deciding.examine),
        "return": Deed(label="差戻し", command=commands.Return, act=reviewing.return_),
        "withdraw": Deed(label="取下げ", command=commands.Withdraw, act=drafting.withdraw),
        "abandon": Deed(label="廃案", command=commands.Abandon, act=drafting.abandon),
        "hold": Deed(label="保留", command=commands.Hold, act=reviewing.hold),
        "resume": Deed(label="保留解除", command=commands.Resume, act=reviewing.resume),
        "reserve": Deed(label="専決留保", command=commands.Reserve, act=reviewing.reserve),
        "add-reviewer": Deed(label="回議者追加", command=commands.AddReviewer, act=reviewing.add_reviewer),
        "proxy-decide": Deed(label="代決", command=commands.ProxyDecide, act=standing_in.proxy_decide),
        "post-review": Deed(label="後閲", command=commands.PostReview, act=deciding.post_review, after_end=True),
        "pull-up": Deed(label="引上げ", command=commands.PullUp, act=standing_in.pull_up),
        "circulate": Deed(label="供覧", command=commands.Circulate, act=following.circulate, after_end=True),
        "confirm": Deed(label="供覧確認", command=commands.Confirm, act=following.confirm, after_end=True),
        "enforce": Deed(label="施行", command=commands.Enforce, act=following.enforce),
        "complete": Deed(label="完結", command=commands.Complete, act=following.complete),
        "transfer": Deed(label="引継ぎ", command=commands.Transfer, act=drafting.transfer),
        "remind": Deed(label="催促", command=commands.Remind, act=timing.remind, system=True),
        "escalate": Deed(label="期限超過", command=commands.Escalate, act=timing.escalate, system=True),
        "release": Deed(label="保留期限", command=commands.Release, act=timing.release, system=True),
        "reassign": Deed(label="異動による変更", command=commands.Reassign, act=timing.reassign, system=True),
        "inherit": Deed(label="異動による引継ぎ", command=commands.Inherit, act=drafting.inherit_draft, system=True),
    }
)
ACTS = acts_of(VERBS.values())
