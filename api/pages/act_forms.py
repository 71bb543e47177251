"""The forms of the acts: what each asks for, what it tells before it is pressed, and what is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from api.pages.consequence import consequence
from api.pages.desk import Look
from api.pages.labels import ACTIONS, FLAGS, OUTCOMES, SEALS
from domain.approval.state import Step

Tone = Literal["go", "back", "end", "plain"]
Kind = Literal["text", "line", "choice", "check", "date", "post", "posts"]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One thing to choose. `chosen` is preset."""

    value: str
    label: str
    help: str = ""
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Field:
    """One input. `proposals` are texts offered for a line; `preset` is what stands there at first."""

    name: str
    label: str
    kind: Kind
    required: bool = False
    help: str = ""
    options: tuple[Option, ...] = ()
    proposals: tuple[str, ...] = ()
    preset: str = ""


@dataclass(frozen=True, kw_only=True)
class ActForm:
    """One act as a person sees it. `lead` says what happens; `confirm`, if any, has to be ticked; `fixed` goes unseen."""

    verb: str
    heading: str
    short: str
    button: str
    tone: Tone = "plain"
    lead: str = ""
    fields: tuple[Field, ...] = ()
    confirm: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)


COMMENT = Field(name="comment", label="コメント（任意）", kind="text")


def _reason(help: str = "") -> Field:
    return Field(name="reason", label="理由", kind="text", required=True, help=help)


def _concur(look: Look) -> ActForm:
    choices = (
        Option(value="agree", label=OUTCOMES["agree"], chosen=True),
        Option(value="agree_with_opinion", label=OUTCOMES["agree_with_opinion"], help="意見を添えて次へ進みます"),
        Option(value="dissent", label=OUTCOMES["dissent"], help="案件は止まらず、不同意のまま上に上がります"),
        Option(value="request_change", label=OUTCOMES["request_change"], help="起案者に差し戻します"),
    )
    return ActForm(
        verb="concur",
        heading="合議に回答する",
        short="合議に回答する",
        button="回答する",
        tone="go",
        fields=(
            Field(name="outcome", label="回答", kind="choice", required=True, options=choices),
            Field(name="opinion", label="意見（同意のほかは必須）", kind="text"),
        ),
    )


def _post_review(look: Look) -> ActForm:
    choices = (
        Option(value="seen", label="見ました（異議なし）", chosen=True),
        Option(value="objected", label="異議あり", help="決裁は取り消されません。改めるには変更・取消の起案が要ります"),
    )
    return ActForm(
        verb="post-review",
        heading="代決を後閲する",
        short="後閲する",
        button="後閲を記録する",
        tone="go",
        fields=(
            Field(name="outcome", label="後閲の結果", kind="choice", required=True, options=choices),
            Field(name="comment", label="コメント（異議のときは必須）", kind="text"),
        ),
    )


def _return(look: Look) -> ActForm:
    mine = look.own_step
    rules = look.reader.rules.approval(look.reader.today)
    restarts = rules.return_policy_for(look.state.content.kind) == "restart_all" or (mine and mine.action == "examine")
    again = "再提出の後は、最初から回り直します。" if restarts else "再提出の後は、あなたのところから再開します。"
    drafter = look.state.owner
    options = [Option(value="drafter", label=f"起案者（{drafter.title} {drafter.name}）", help=again, chosen=True)]
    if mine is None or mine.action != "examine":
        group = mine.plan.group if mine else 0
        earlier = [step for step in look.state.steps if step.state == "done" and step.plan.group < group]
        options += [Option(value=str(step.number), label=_step(step), help="この職からやり直します") for step in earlier]
    return ActForm(
        verb="return",
        heading="差し戻す",
        short="差戻し: 修正して続ける",
        button="差し戻す",
        tone="back",
        lead="案件は終わりません。差し戻した先で修正し、もう一度回付されます。理由は相手に表示されます。",
        fields=(
            Field(name="to_step", label="差戻し先", kind="choice", required=True, options=tuple(options)),
            _reason("何を、どう直してほしいかを書いてください。"),
        ),
    )


def _step(step: Step) -> str:
    return f"{step.title}（{step.name}）の{ACTIONS[step.action]}"


def _reserve(look: Look) -> ActForm:
    flags = look.reader.rules.authority(look.reader.today).reservation.flags
    options = tuple(Option(value=flag, label=FLAGS.get(flag, flag)) for flag in flags if flag not in look.state.flags)
    return ActForm(
        verb="reserve",
        heading="専決を留保する",
        short="専決の留保: 決裁者を上位に上げる",
        button="留保する",
        lead="決裁者が一段上の職になります。留保の事由がいくつあっても、上がるのは一度だけです。",
        fields=(Field(name="flag", label="事由", kind="choice", required=True, options=options), _reason()),
    )


def _proxy_decide(look: Look) -> ActForm:
    flags = [FLAGS.get(flag, flag) for flag in look.state.flags]
    forbidden = f"この案件には留保（{'、'.join(flags)}）があります。事前の指示か特別の緊急がなければ代決できません。" if flags else ""
    return ActForm(
        verb="proxy-decide",
        heading="代決する",
        short="代決する",
        button="代決する",
        tone="go",
        lead=forbidden,
        fields=(
            Field(name="urgency", label="急を要する理由", kind="text", required=True, help="待てない理由を書いてください。"),
            Field(name="prior_instruction", label="事前に受けた指示（あれば）", kind="text"),
            Field(name="special_urgency", label="特別に緊急である", kind="check"),
            COMMENT,
        ),
    )


def _add_reviewer(look: Look) -> ActForm:
    options = (
        Option(value="before", label="自分の前", help="先に見てもらい、その後に自分の番が戻ります", chosen=True),
        Option(value="parallel", label="自分と並行"),
        Option(value="after", label="自分の後"),
    )
    return ActForm(
        verb="add-reviewer",
        heading="回議者を加える",
        short="回議者の追加: ほかの職にも見てもらう",
        button="加える",
        fields=(
            Field(name="position", label="どこに", kind="choice", required=True, options=options),
            Field(name="post", label="加える職", kind="post", required=True),
        ),
    )


def _enforce(look: Look) -> ActForm:
    seals = tuple(Option(value=value, label=label, chosen=value == "omitted") for value, label in SEALS.items())
    methods = ("郵送", "電子メール", "LGWAN文書交換", "電子契約", "手交", "掲示")
    return ActForm(
        verb="enforce",
        heading="施行を記録する",
        short="施行を記録する",
        button="施行を記録する",
        tone="go",
        fields=(
            Field(name="method", label="施行の方法", kind="line", required=True, proposals=methods),
            Field(name="seal_mode", label="公印", kind="choice", required=True, options=seals),
            Field(name="on", label="施行日", kind="date", help="決裁日から今日まで", preset=look.reader.today.isoformat()),
        ),
    )


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
        fields=(_reason(), _HOLD),
    ),
    ActForm(
        verb="pull-up",
        heading="引き上げる",
        short="引上げ: 不在の職を越えて進める",
        button="引き上げる",
        lead="不在の職の処理を省いて進めます。省いた職には知らせが届きます。",
        fields=(_reason(),),
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
        fields=(Field(name="to_post", label="引き継ぐ職", kind="post", required=True), _reason()),
    ),
    ActForm(
        verb="reject",
        heading="否決する",
        short="否決: この案件は終わる",
        button="否決する（案件は終わります）",
        tone="end",
        lead="この案件はここで終わります。修正して続けることはできず、改めるには新しい起案が必要です。"
        "修正して続けてほしいときは「差戻し」を使ってください。",
        fields=(_reason("起案者と、承認した全員に表示されます。"),),
        confirm="この案件が終わり、元に戻せないことを確認しました",
    ),
    ActForm(
        verb="withdraw",
        heading="取り下げる",
        short="取下げ: 決裁を受けずに終える",
        button="取り下げる（案件は終わります）",
        tone="end",
        lead="決裁を受けずに、この案件を終えます。ここまでの経過は残り、承認した人に知らせが届きます。",
        fields=(_reason(),),
        confirm="この案件が終わることを確認しました",
    ),
    ActForm(
        verb="abandon",
        heading="廃案にする",
        short="廃案: 施行せずに取りやめる",
        button="廃案にする（案件は終わります）",
        tone="end",
        lead="案件を取りやめます。決裁済みでも、施行の前ならできます。文書番号が付いていれば、そのまま残ります。",
        fields=(_reason(),),
        confirm="この案件が終わることを確認しました",
    ),
)
PLAIN: Mapping[str, ActForm] = MappingProxyType({form.verb: form for form in _PLAIN})
BY_CASE: Mapping[str, Callable[[Look], ActForm]] = MappingProxyType(
    {
        "concur": _concur,
        "proxy-decide": _proxy_decide,
        "post-review": _post_review,
        "enforce": _enforce,
        "return": _return,
        "reserve": _reserve,
        "add-reviewer": _add_reviewer,
    }
)


def act_form(verb: str, look: Look) -> ActForm | None:
    """Give the form of an act for this case and reader; None for what has no form of its own."""
    form = BY_CASE[verb](look) if verb in BY_CASE else PLAIN.get(verb)
    if form is None:
        return None
    return replace(form, lead=consequence(verb, look.state, look.given) + form.lead)
