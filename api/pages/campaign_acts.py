"""テレワークデイズの操作の表: what its organiser does on pages; choosing days has a page of its own."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from api.pages.act_fields import ActForm, Field, reason
from api.pages.acts import Act
from domain.campaign import commands

CLOSE = ActForm(
    heading="集中実施期間を終了する",
    short="終了する",
    button="終了して実施結果を確定する",
    lead="今の予定と実績で実施結果が確定します。確定した後に報告された分は含まれません。",
    fields=(Field(name="comment", label="コメント（任意）", kind="text"),),
)
CANCEL = ActForm(
    heading="集中実施期間を中止する",
    short="中止する",
    button="中止する",
    lead="参加している所属の長に知らせます。実施結果は確定されません。元に戻せません。",
    fields=(reason(),),
)
OPEN = ActForm(
    heading="集中実施期間を設ける",
    short="設ける",
    button="設けて参加を呼びかける",
    verb="open",
    tone="go",
    lead="すべての課の長の受信箱に、実施日を選ぶ仕事が入ります。選んでいない所属には催促します。",
    fields=(
        Field(name="name", label="名称", kind="line", required=True, help="例 テレワークデイズ 集中実施期間"),
        Field(name="first_day", label="最初の日", kind="date", required=True),
        Field(name="last_day", label="最後の日", kind="date", required=True),
        Field(
            name="target_percent",
            label="目標（所属の職員の%）",
            kind="number",
            help="空のままなら規程の割合(おおむね3分の1)",
        ),
        Field(name="note", label="呼びかけ（任意）", kind="text"),
    ),
)
LEAVE = ActForm(
    heading="参加しないことにする",
    short="参加しない",
    button="参加しない",
    verb="leave",
    tone="back",
    lead="選んだ実施日は取り消されます。期間の間は、いつでも改めて参加できます。",
    fields=(Field(name="reason", label="理由（任意）", kind="text"),),
)
_ACTS = (
    Act(verb="close", tone="go", probe=commands.Close(), form=CLOSE),
    Act(verb="cancel", tone="end", probe=commands.Cancel(reason="理由"), form=CANCEL),
)
ACTS: Mapping[str, Act] = MappingProxyType({act.verb: act for act in _ACTS})


def act_form(verb: str) -> ActForm | None:
    """Give the form of an act of the organiser; None where there is no such act."""
    act = ACTS.get(verb)
    if act is None or not isinstance(act.form, ActForm):
        return None
    return replace(act.form, verb=act.verb, tone=act.tone)
