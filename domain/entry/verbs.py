"""管理簿の動詞: what every register can do. What an entry's own register lets be done is a transition of its definition
(data), sent as `move`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.entry import commands, entering, moving, timing
from domain.entry.story import Story
from domain.story import Deed, acts_of

VERBS: Mapping[str, Deed[Story]] = MappingProxyType(
    {
        "enter": Deed(label="記入", command=commands.Enter, act=entering.enter, creates=True),
        "move": Deed(label="処理", command=commands.Move, act=moving.move),
        "remind": Deed(label="催促", command=commands.Remind, act=timing.remind, system=True),
        "report-overdue": Deed(
            label="期限超過の報告", command=commands.ReportOverdue, act=timing.report_overdue, system=True
        ),
    }
)
ACTS = acts_of(VERBS.values())
