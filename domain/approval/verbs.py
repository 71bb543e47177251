"""決裁案件の動詞: each verb of api.md with its body and its Japanese name."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.approval import commands
from domain.record import Command

COMMANDS: Mapping[str, type[Command]] = MappingProxyType(
    {
        "draft": commands.Draft,
        "submit": commands.Submit,
        "amend": commands.Amend,
        "approve": commands.Approve,
        "concur": commands.Concur,
        "decide": commands.Decide,
        "reject": commands.Reject,
        "examine": commands.Examine,
        "return": commands.Return,
        "withdraw": commands.Withdraw,
        "abandon": commands.Abandon,
        "hold": commands.Hold,
        "resume": commands.Resume,
        "reserve": commands.Reserve,
        "add-reviewer": commands.AddReviewer,
        "proxy-decide": commands.ProxyDecide,
        "post-review": commands.PostReview,
        "pull-up": commands.PullUp,
        "circulate": commands.Circulate,
        "confirm": commands.Confirm,
        "enforce": commands.Enforce,
        "complete": commands.Complete,
        "transfer": commands.Transfer,
        "remind": commands.Remind,
        "escalate": commands.Escalate,
        "release": commands.Release,
        "reassign": commands.Reassign,
        "inherit": commands.Inherit,
    }
)
AFTER_END = frozenset({"circulate", "confirm", "post-review"})
SYSTEM = frozenset({"remind", "escalate", "release", "reassign", "inherit"})

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "draft": "起案",
        "submit": "提出",
        "amend": "修正",
        "approve": "承認",
        "concur": "合議",
        "decide": "決裁",
        "reject": "否決",
        "examine": "審査",
        "return": "差戻し",
        "withdraw": "取下げ",
        "abandon": "廃案",
        "hold": "保留",
        "resume": "保留解除",
        "reserve": "専決留保",
        "add-reviewer": "回議者追加",
        "proxy-decide": "代決",
        "post-review": "後閲",
        "pull-up": "引上げ",
        "circulate": "供覧",
        "confirm": "供覧確認",
        "enforce": "施行",
        "complete": "完結",
        "transfer": "引継ぎ",
        "remind": "催促",
        "escalate": "期限超過",
        "release": "保留期限",
        "reassign": "異動による変更",
        "inherit": "異動による引継ぎ",
    }
)
