"""テレワークデイズの動詞: each verb with its Japanese name, its body, and the function that does it."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.campaign import commands, holding, joining, timing
from domain.campaign.story import Story
from domain.story import Deed, acts_of

VERBS: Mapping[str, Deed[Story]] = MappingProxyType(
    {
        "open": Deed(label="集中実施期間の設定", command=commands.Open, act=holding.open_, creates=True),
        "join": Deed(label="参加と実施日の選択", command=commands.Join, act=joining.join),
        "leave": Deed(label="不参加", command=commands.Leave, act=joining.leave),
        "close": Deed(label="集中実施期間の終了", command=commands.Close, act=holding.close),
        "cancel": Deed(label="中止", command=commands.Cancel, act=holding.cancel),
        "remind": Deed(label="実施日の催促", command=commands.Remind, act=timing.remind, system=True),
        "remind-organiser": Deed(
            label="終了の催促", command=commands.RemindOrganiser, act=timing.remind_organiser, system=True
        ),
        "fix-result": Deed(label="実施結果の確定", command=commands.FixResult, act=holding.fix_result, system=True),
    }
)
ACTS = acts_of(VERBS.values())
