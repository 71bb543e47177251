"""The forms of the acts: what each asks for, and what it tells before it is pressed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from api.pages.act_fields import COMMENT, ActForm, Field, Option, reason
from api.pages.consequence import consequence
from api.pages.desk import Look
from api.pages.labels import ACTIONS, FLAGS, OUTCOMES, SEALS
from api.pages.plain_acts import PLAIN
from domain.approval.state import Step


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
        options += [
            Option(value=str(step.number), label=_step(step), help="この職からやり直します") for step in earlier
        ]
    return ActForm(
        verb="return",
        heading="差し戻す",
        short="差戻し: 修正して続ける",
        button="差し戻す",
        tone="back",
        lead="案件は終わりません。差し戻した先で修正し、もう一度回付されます。理由は相手に表示されます。",
        fields=(
            Field(name="to_step", label="差戻し先", kind="choice", required=True, options=tuple(options)),
            reason("何を、どう直してほしいかを書いてください。"),
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
        fields=(Field(name="flag", label="事由", kind="choice", required=True, options=options), reason()),
    )


def _proxy_decide(look: Look) -> ActForm:
    flags = [FLAGS.get(flag, flag) for flag in look.state.flags]
    reserved = f"この案件には留保（{'、'.join(flags)}）があります。事前の指示か特別の緊急がなければ代決できません。"
    return ActForm(
        verb="proxy-decide",
        heading="代決する",
        short="代決する",
        button="代決する",
        tone="go",
        lead=reserved if flags else "",
        fields=(
            Field(
                name="urgency",
                label="急を要する理由",
                kind="text",
                required=True,
                help="待てない理由",
            ),
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
    today = look.reader.today
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
            Field(name="on", label="施行日", kind="date", help="決裁日から今日まで", preset=today.isoformat()),
        ),
    )


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
