"""The forms that are the same for every case."""

from collections.abc import Mapping
from types import MappingProxyType

from api.pages.act_fields import COMMENT, ActForm, Field, reason

_HOLD = Field(name="until", label="いつまで（任意）", kind="date", help="その日の朝に自動で再開します。空欄は期限なし")
_PLAIN = (
    ActForm(verb="decide", heading="決裁する", short="決裁する", button="決裁する", tone="go", fields=(COMMENT,)),
    ActForm(verb="approve", heading="承認する", short="承認する", button="承認する", tone="go", fields=(COMMENT,)),
    ActForm(
        verb="examine",
        heading="審査する",
        short="審査に合格とする",
        button="審査に合格とする",
        tone="go",
        fixed={"outcome": "pass"},
    ),
    ActForm(verb="confirm", heading="供覧を確認する", short="供覧を確認する", button="見ました（確認）", tone="go"),
    ActForm(verb="resume", heading="保留を解く", short="保留を解く", button="保留を解く", tone="go"),
    ActForm(verb="submit", heading="提出する", short="提出する", button="提出する", tone="go"),
    ActForm(verb="complete", heading="完結する", short="完結する", button="完結する", tone="go"),
    ActForm(
        verb="hold",
        heading="保留する",
        short="保留: いったん止める",
        button="保留する",
        lead="案件を止めます。止まっている間は期限も進みません。",
        fields=(reason(), _HOLD),
    ),
    ActForm(
        verb="pull-up",
        heading="引き上げる",
        short="引上げ: 不在の職を越えて進める",
        button="引き上げる",
        lead="不在の職の処理を省いて進めます。省いた職には知らせが届きます。",
        fields=(reason(),),
    ),
    ActForm(
        verb="circulate",
        heading="供覧する",
        short="供覧: ほかの職に見せる",
        button="供覧する",
        lead="選んだ職の受信箱に届きます。決裁の経路は変わりません。",
        fields=(Field(name="posts", label="供覧先", kind="posts", required=True),),
    ),
    ActForm(
        verb="transfer",
        heading="起案者を引き継ぐ",
        short="引継ぎ: 起案者を替える",
        button="引き継ぐ",
        lead="起案者としての権限が新しい職員に移ります。",
        fields=(Field(name="to_post", label="引き継ぐ職", kind="post", required=True), reason()),
    ),
    ActForm(
        verb="reject",
        heading="否決する",
        short="否決: この案件は終わる",
        button="否決する（案件は終わります）",
        tone="end",
        lead="この案件はここで終わります。修正して続けることはできず、改めるには新しい起案が必要です。"
        "修正して続けてほしいときは「差戻し」を使ってください。",
        fields=(reason("起案者と、承認した全員に表示されます。"),),
        confirm="この案件が終わり、元に戻せないことを確認しました",
    ),
    ActForm(
        verb="withdraw",
        heading="取り下げる",
        short="取下げ: 決裁を受けずに終える",
        button="取り下げる（案件は終わります）",
        tone="end",
        lead="決裁を受けずに、この案件を終えます。ここまでの経過は残り、承認した人に知らせが届きます。",
        fields=(reason(),),
        confirm="この案件が終わることを確認しました",
    ),
    ActForm(
        verb="abandon",
        heading="廃案にする",
        short="廃案: 施行せずに取りやめる",
        button="廃案にする（案件は終わります）",
        tone="end",
        lead="案件を取りやめます。決裁済みでも、施行の前ならできます。文書番号が付いていれば、そのまま残ります。",
        fields=(reason(),),
        confirm="この案件が終わることを確認しました",
    ),
)
PLAIN: Mapping[str, ActForm] = MappingProxyType({form.verb: form for form in _PLAIN})
