"""電子決裁の操作: every act of the approval chain as its pages offer it, one row an act, in the order of the page."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from api.pages import approval_forms as forms
from api.pages.act_fields import COMMENT, ActForm, Field, reason
from api.pages.acts import Act
from api.pages.approval_desk import Look
from api.pages.consequence import consequence
from domain.approval import commands
from domain.approval.state import Approval
from domain.clock import civil_date
from domain.record import Command, Given

ANY = "-"  # a text or a post that only stands for one
_UNTIL = Field(name="until", label="いつまで（任意）", kind="date", help="その日の朝に自動で再開します。空欄は期限なし")


def _amendment(state: Approval, given: Given) -> Command:
    return commands.Amend(reason=ANY, title="件名" if state.content.title != "件名" else "件名の修正")


def _reservation(state: Approval, given: Given) -> Command:
    flags = given.rules.authority(civil_date(given.now)).reservation.flags
    return commands.Reserve(flag=next((flag for flag in flags if flag not in state.flags), ANY), reason=ANY)


_MAIN = (
    Act(
        verb="decide",
        tone="go",
        probe=commands.Decide(),
        when="決裁すると",
        covers="approve",  # the decider's 承認 is the decision: it is offered once
        form=ActForm(heading="決裁する", short="決裁する", button="決裁する", fields=(COMMENT,)),
    ),
    Act(
        verb="approve",
        tone="go",
        probe=commands.Approve(),
        when="承認すると",
        form=ActForm(heading="承認する", short="承認する", button="承認する", fields=(COMMENT,)),
    ),
    Act(
        verb="concur",
        tone="go",
        probe=commands.Concur(outcome="agree"),
        when="同意すると",
        form=forms.concur,
    ),
    Act(
        verb="examine",
        tone="go",
        probe=commands.Examine(outcome="pass"),
        when="審査に合格とすると",
        form=ActForm(
            heading="審査する", short="審査に合格とする", button="審査に合格とする", fixed={"outcome": "pass"}
        ),
    ),
    Act(
        verb="proxy-decide",
        tone="go",
        probe=commands.ProxyDecide(urgency=ANY, prior_instruction=ANY),
        when="代決すると",
        form=forms.proxy_decide,
    ),
    Act(
        verb="post-review",
        tone="go",
        probe=commands.PostReview(outcome="seen"),
        said="後閲すると、代決された決裁を見たことが記録されます。決裁はそのまま有効です。",
        form=forms.post_review,
    ),
    Act(
        verb="confirm",
        tone="go",
        probe=commands.Confirm(),
        said="確認すると、供覧を見たことが記録されます。",
        form=ActForm(heading="供覧を確認する", short="供覧を確認する", button="見ました（確認）"),
    ),
    Act(
        verb="resume",
        tone="go",
        probe=commands.Resume(),
        when="保留を解くと",
        form=ActForm(heading="保留を解く", short="保留を解く", button="保留を解く"),
    ),
    Act(
        verb="submit",
        tone="go",
        probe=commands.Submit(),
        when="提出すると",
        form=ActForm(heading="提出する", short="提出する", button="提出する"),
    ),
    Act(
        verb="enforce",
        tone="go",
        probe=commands.Enforce(method=ANY, seal_mode="none"),
        said="施行を記録すると、案件は「施行済み」になります。廃案はできなくなります。",
        form=forms.enforce,
    ),
    Act(
        verb="complete",
        tone="go",
        probe=commands.Complete(),
        said="完結すると案件は閉じ、保存期間の計算が始まります。",
        form=ActForm(heading="完結する", short="完結する", button="完結する"),
    ),
)
_OTHER = (
    Act(verb="amend", tone="plain", probe=_amendment, form=None),
    Act(
        verb="circulate",
        tone="plain",
        probe=commands.Circulate(posts=("x",)),
        form=ActForm(
            heading="供覧する",
            short="供覧: ほかの職に見せる",
            button="供覧する",
            lead="選んだ職の受信箱に届きます。決裁の経路は変わりません。",
            fields=(Field(name="posts", label="供覧先", kind="posts", required=True),),
        ),
    ),
    Act(verb="reserve", tone="plain", probe=_reservation, form=forms.reserve),
    Act(
        verb="add-reviewer",
        tone="plain",
        probe=commands.AddReviewer(post="x", position="before"),
        form=forms.add_reviewer,
    ),
    Act(
        verb="hold",
        tone="plain",
        probe=commands.Hold(reason=ANY),
        form=ActForm(
            heading="保留する",
            short="保留: いったん止める",
            button="保留する",
            lead="案件を止めます。止まっている間は期限も進みません。",
            fields=(reason(), _UNTIL),
        ),
    ),
    Act(
        verb="pull-up",
        tone="plain",
        probe=commands.PullUp(reason=ANY),
        form=ActForm(
            heading="引き上げる",
            short="引上げ: 不在の職を越えて進める",
            button="引き上げる",
            lead="不在の職の処理を省いて進めます。省いた職には知らせが届きます。",
            fields=(reason(),),
        ),
    ),
    Act(
        verb="transfer",
        tone="plain",
        probe=commands.Transfer(to_post="x", reason=ANY),
        form=ActForm(
            heading="起案者を引き継ぐ",
            short="引継ぎ: 起案者を替える",
            button="引き継ぐ",
            lead="起案者としての権限が新しい職員に移ります。",
            fields=(Field(name="to_post", label="引き継ぐ職", kind="post", required=True), reason()),
        ),
    ),
)
_BACK = (Act(verb="return", tone="back", probe=commands.Return(reason=ANY), form=forms.return_),)
_END = (
    Act(
        verb="reject",
        tone="end",
        probe=commands.Reject(reason=ANY),
        form=ActForm(
            heading="否決する",
            short="否決: この案件は終わる",
            button="否決する（案件は終わります）",
            lead="この案件はここで終わります。修正して続けることはできず、改めるには新しい起案が必要です。"
            "修正して続けてほしいときは「差戻し」を使ってください。",
            fields=(reason("起案者と、承認した全員に表示されます。"),),
            confirm="この案件が終わり、元に戻せないことを確認しました",
        ),
    ),
    Act(
        verb="withdraw",
        tone="end",
        probe=commands.Withdraw(reason=ANY),
        form=ActForm(
            heading="取り下げる",
            short="取下げ: 決裁を受けずに終える",
            button="取り下げる（案件は終わります）",
            lead="決裁を受けずに、この案件を終えます。ここまでの経過は残り、承認した人に知らせが届きます。",
            fields=(reason(),),
            confirm="この案件が終わることを確認しました",
        ),
    ),
    Act(
        verb="abandon",
        tone="end",
        probe=commands.Abandon(reason=ANY),
        form=ActForm(
            heading="廃案にする",
            short="廃案: 施行せずに取りやめる",
            button="廃案にする（案件は終わります）",
            lead="案件を取りやめます。決裁済みでも、施行の前ならできます。文書番号が付いていれば、そのまま残ります。",
            fields=(reason(),),
            confirm="この案件が終わることを確認しました",
        ),
    ),
)
ACTS: Mapping[str, Act] = MappingProxyType({act.verb: act for act in (*_MAIN, *_OTHER, *_BACK, *_END)})


def act_form(verb: str, look: Look) -> ActForm | None:
    """Give the form of an act for this case and reader, led by what follows from it; None for what has no form."""
    act = ACTS.get(verb)
    if act is None or act.form is None:
        return None
    form = act.form if isinstance(act.form, ActForm) else act.form(look)
    lead = consequence(act, look.state, look.given) + form.lead
    return replace(form, verb=verb, tone=act.tone, lead=lead)
