"""テレワークの入力欄: the forms that depend on the request and on who looks."""

from api.pages.act_fields import ActForm, Field, Option, reason
from api.pages.formats import clock
from api.pages.telework_desk import Case
from api.pages.telework_labels import CATEGORIES
from domain.telework.working import ordered_end

NOW = "今の時刻が{what}の時刻として記録されます。"
TELEPHONE = "本人から電話などで受けた報告を、あなたの名前とともに記録します。"


def start(case: Case) -> ActForm:
    if case.is_own:
        return _own("開始")
    return _by_telephone("開始", clock(case.state.content.plan.starts_at))


def end(case: Case) -> ActForm:
    if case.is_own:
        return _own("終了")
    return _by_telephone("終了", clock(case.state.content.plan.ends_at))


def _own(what: str) -> ActForm:
    return ActForm(
        heading=f"{what}を報告する",
        short=what,
        button=f"{what}する",
        lead=NOW.format(what=what),
        is_stamped=True,  # 端末の時刻: beside the server's, which is the one that counts (TW-04)
    )


def _by_telephone(what: str, planned: str) -> ActForm:
    told = Field(
        name="reported_at",
        label=f"本人が言った{what}の時刻",
        kind="time",
        required=True,
        help=f"予定は{planned}",
        preset=planned,
    )
    return ActForm(
        heading=f"電話での{what}報告を記録する",
        short=f"電話での{what}報告を記録する",
        button=f"{what}報告を記録する",
        lead=TELEPHONE,
        fields=(told,),
    )


def request_overtime(case: Case) -> ActForm:
    rules = case.reader.rules.telework(case.state.content.day)
    options = tuple(
        Option(value=code, label=CATEGORIES.get(code, code), chosen=code == rules.overtime_categories[0])
        for code in rules.overtime_categories
    )
    ends = clock(ordered_end(case.state, case.state.ordered_minutes))
    return ActForm(
        heading="超勤を申請する",
        short="超勤申請",
        button="超勤を申請する",
        lead=f"{ends}より後に働く分を申請します。所属長が命令した時間の範囲でだけ、超勤になります。",
        fields=(
            Field(name="category", label="区分", kind="choice", required=True, options=options),
            Field(name="minutes", label="時間（分）", kind="number", required=True, preset="60"),
            reason("なぜその日のうちに必要かを書いてください。"),
        ),
    )


def order_overtime(case: Case) -> ActForm:
    asked = case.state.pending_overtime
    if asked is None:
        return ActForm(heading="超勤を命令する", short="超勤を命令する", button="超勤を命令する")
    category = CATEGORIES.get(asked.category, asked.category)
    minutes = Field(
        name="minutes",
        label="命令する時間（分）",
        kind="number",
        required=True,
        preset=str(asked.minutes),
        help=f"申請された{asked.minutes}分まで",
    )
    return ActForm(
        heading="超勤を命令する",
        short="超勤を命令する",
        button="超勤を命令する",
        lead=f"申請 {asked.minutes}分（{category}）: {asked.reason}",
        fields=(minutes,),
    )
