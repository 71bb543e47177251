"""The refusal codes of campaigns: HTTP status, a Japanese sentence that says what to do, an English one for the
developer.
"""

from domain.directory.codes import Code

CODES: dict[str, Code] = {
    # not allowed, ever
    "not-organiser": Code(
        403,
        "テレワークデイズは、主催する所属の長(不在のときは代決できる職員)が設け、終了します。主催する所属に連絡してください。",
        "Only the head of an organising unit, or who stands in for an absent one, may do this.",
    ),
    # not now
    "already-opened": Code(409, "この番号はすでに使われています。", "The number is already in use."),
    "campaign-not-over": Code(
        409,
        "期間が終わっていません。最後の日の翌日から終了できます。取りやめるときは中止してください。",
        "A campaign is closed after its last day.",
    ),
    "day-has-come": Code(
        409,
        "その日が来た実施日は、加えたり取り消したりできません。明日以降の日だけを変えてください。",
        "Days are chosen and taken back until the day before.",
    ),
    "not-in-campaign": Code(409, "この所属は参加していません。", "The unit was not asked, or has left already."),
    # understood, but a rule says no
    "period-too-long": Code(
        422, "期間が規程の上限より長くなっています。最後の日を早めてください。", "Longer than the rules allow."
    ),
    "no-open-day": Code(
        422, "期間に開庁日がありません。期間を選び直してください。", "There is no office day in the period."
    ),
    "not-a-campaign-unit": Code(
        422, "参加の単位は課です。課に当たる所属を選んでください。", "Units of this kind do not take part."
    ),
    "nobody-to-ask": Code(422, "参加を呼びかける所属がありません。", "No unit with anybody to answer for it."),
    "day-twice": Code(422, "同じ日が二度選ばれています。一度だけ選んでください。", "A day is named twice."),
    "outside-campaign": Code(
        422, "期間の外の日は選べません。期間の中の開庁日を選んでください。", "Days lie within the period."
    ),
    "too-many-days": Code(
        422, "選べる日数の上限を超えています。日を減らしてください。", "More days than the rules allow a unit."
    ),
    "day-not-open": Code(
        422, "閉庁日(土日・祝日・年末年始)は選べません。開庁日を選んでください。", "Only office days are chosen."
    ),
}
