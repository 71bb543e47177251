"""電子決裁の入力欄: the forms that depend on the case and on who looks."""

from api.pages.act_fields import COMMENT, ActForm, Field, Option, reason
from api.pages.approval_desk import Look
from api.pages.labels import ACTIONS, FLAGS, OUTCOMES, SEALS
from domain.approval.state import Step


def concur(look: Look) -> ActForm:
    choices = (
        Option(value="agree", label=OUTCOMES["agree"], chosen=True),
        Option(value="agree_with_opinion", label=OUTCOMES["agree_with_opinion"], help="意見を添えて次へ進みます"),
        Option(value="dissent", label=OUTCOMES["dissent"], help="案件は止まらず、不同意のまま上に上がります"),
        Option(value="request_change", label=OUTCOMES["request_change"], help="起案者に差し戻します"),
    )
    return ActForm(
        heading="合議に回答する",
        short="合議に回答する",
        button="回答する",
        fields=(
            Field(name="outcome", label="回答", kind="choice", required=True, options=choices),
            Field(name="opinion", label="意見（同意のほかは必須）", kind="text"),
        ),
    )


def post_review(look: Look) -> ActForm:
    choices = (
        Option(value="seen", label="見ました（異議なし）", chosen=True),
        Option(value="objected", label="異議あり", help="決裁は取り消されません。改めるには変更・取消の起案が要ります"),
    )
    return ActForm(
        heading="代決を後閲する",
        short="後閲する",
        button="後閲を記録する",
        fields=(
            Field(name="outcome", label="後閲の結果", kind="choice", required=True, options=choices),
            Field(name="comment", label="コメント（異議のときは必須）", kind="text"),
        ),
    )


def return_(look: Look) -> ActForm:
    mine = look.own_step
    rules = look.reader.rules.approval(look.reader.today)
    from_gate = mine is not None and mine.traits.place == "after"
    restarts = rules.return_policy_for(look.state.content.kind) == "restart_all" or from_gate
    again = "再提出の後は、最初から回り直します。" if restarts else "再提出の後は、あなたのところから再開します。"
    drafter = look.state.owner
    options = [Option(value="drafter", label=f"起案者（{drafter.title} {drafter.name}）", help=again, chosen=True)]
    if not from_gate:
        group = mine.plan.group if mine else 0
        earlier = [step for step in look.state.steps if step.state == "done" and step.plan.group < group]
        options += [
            Option(value=str(step.number), label=_step(step), help="この職からやり直します") for step in earlier
        ]
    return ActForm(
        heading="差し戻す",
        short="差戻し: 修正して続ける",
        button="差し戻す",
        lead="案件は終わりません。差し戻した先で修正し、もう一度回付されます。理由は相手に表示されます。",
        fields=(
            Field(name="to_step", label="差戻し先", kind="choice", required=True, options=tuple(options)),
            reason("何を、どう直してほしいかを書いてください。"),
        ),
    )


def _step(step: Step) -> str:
    return f"{step.title}（{step.name}）の{ACTIONS[step.action]}"


def reserve(look: Look) -> ActForm:
    flags = look.reader.rules.authority(look.reader.today).reservation.flags
    options = tuple(Option(value=flag, label=FLAGS.get(flag, flag)) for flag in flags if flag not in look.state.flags)
    return ActForm(
        heading="専決を留保する",
        short="専決の留保: 決裁者を上位に上げる",
        button="留保する",
        lead="決裁者が一段上の職になります。留保の事由がいくつあっても、上がるのは一度だけです。",
        fields=(Field(name="flag", label="事由", kind="choice", required=True, options=options), reason()),
    )


def proxy_decide(look: Look) -> ActForm:
    flags = [FLAGS.get(flag, flag) for flag in look.state.flags]
    reserved = f"この案件には留保（{'、'.join(flags)}）があります。事前の指示か特別の緊急がなければ代決できません。"
    return ActForm(
        heading="代決する",
        short="代決する",
        button="代決する",
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


def add_reviewer(look: Look) -> ActForm:
    options = (
        Option(value="before", label="自分の前", help="先に見てもらい、その後に自分の番が戻ります", chosen=True),
        Option(value="parallel", label="自分と並行"),
        Option(value="after", label="自分の後"),
    )
    return ActForm(
        heading="回議者を加える",
        short="回議者の追加: ほかの職にも見てもらう",
        button="加える",
        fields=(
            Field(name="position", label="どこに", kind="choice", required=True, options=options),
            Field(name="post", label="加える職", kind="post", required=True),
        ),
    )


def enforce(look: Look) -> ActForm:
    seals = tuple(Option(value=value, label=label, chosen=value == "omitted") for value, label in SEALS.items())
    today = look.reader.today
    methods = ("郵送", "電子メール", "LGWAN文書交換", "電子契約", "手交", "掲示")
    return ActForm(
        heading="施行を記録する",
        short="施行を記録する",
        button="施行を記録する",
        fields=(
            Field(name="method", label="施行の方法", kind="line", required=True, proposals=methods),
            Field(name="seal_mode", label="公印", kind="choice", required=True, options=seals),
            Field(name="on", label="施行日", kind="date", help="決裁日から今日まで", preset=today.isoformat()),
        ),
    )
