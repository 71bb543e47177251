"""The refusal codes of telework: HTTP status, a Japanese sentence that says what to do, an English one for the
developer.
"""

from domain.directory.codes import Code

CODES: dict[str, Code] = {
    # not allowed, ever
    "not-unit-head": Code(
        403,
        "この操作は、所属長(不在のときは代決できる職員)が行います。所属長に依頼してください。",
        "Only the head of the applicant's unit, or who stands in for an absent one, may do this.",
    ),
    "not-supervisor": Code(
        403,
        "電話による報告は、所属長・総括補佐・係長等が記録します。本人は開始・終了をそのまま報告してください。",
        "`by_telephone` is entered by a supervisor, never by the person.",
    ),
    # not now
    "not-ordered": Code(
        409,
        "まだ承認・命令が出ていません。承認を待つか、所属長に連絡してください。",
        "Neither approved nor ordered yet.",
    ),
    "order-stands": Code(
        409,
        "すでに承認・命令が出ています。取りやめるときは、所属長に命令の取消しを依頼してください。",
        "An order is revoked by the head, not withdrawn.",
    ),
    "ordered-by-command": Code(
        409,
        "所属長の命令による勤務です。変更が必要なときは、所属長に連絡してください。",
        "There is no request that could be changed.",
    ),
    "already-ordered": Code(
        409,
        "その日にはすでにテレワークの申請または命令があります。その申請を変更するか、別の日を選んでください。",
        "One live request or order a person and day.",
    ),
    "already-started": Code(
        409, "この勤務はすでに始まっています。終えるときに、終了を報告してください。", "The telework has begun."
    ),
    "already-ended": Code(
        409, "この勤務はすでに終了しています。まだのときは、勤務内容を報告してください。", "The telework has ended."
    ),
    "already-reported": Code(
        409, "勤務内容はすでに報告済みです。所属長等の確認を待ってください。", "The report has been handed in."
    ),
    "not-started": Code(409, "まだ開始報告がありません。先に開始を報告してください。", "No start was reported."),
    "not-ended": Code(409, "まだ終了報告がありません。先に終了を報告してください。", "No end was reported."),
    "not-reported": Code(
        409, "まだ勤務内容の報告がありません。報告を待ってください。", "There is no report to acknowledge."
    ),
    "not-the-day": Code(
        409,
        "実施日ではありません。実施日を過ぎているときは、電話で報告した時刻の記録を所属長等に依頼してください。",
        "Start and end are reported on the day; afterwards a supervisor enters what was reported by telephone.",
    ),
    "day-passed": Code(
        409,
        "実施日を過ぎています。申請は差し戻すか不承認とし、命令は所属長が取り消してください。",
        "The day has passed: nothing is ordered or changed afterwards.",
    ),
    "overtime-pending": Code(
        409, "前の超勤の申請が回答待ちです。回答を待ってから申請してください。", "One overtime request at a time."
    ),
    "no-overtime-request": Code(
        409,
        "回答を待っている超勤の申請はありません。職員の申請を待ってください。",
        "No overtime request is pending.",
    ),
    # understood, but a rule says no
    "no-approver": Code(
        422, "承認する職がありません。人事課に連絡してください。", "Nobody stands above the applicant."
    ),
    "excluded-staff": Code(
        422,
        "この職・役割はテレワークの対象ではありません。必要なときは、所属長に相談してください。",
        "The rules leave this post or role out; the head may still order it.",
    ),
    "outside-calendar": Code(
        422,
        "その日はまだ休日表にありません。もっと近い日を選んでください。",
        "The holiday table does not reach that day.",
    ),
    "closed-day": Code(
        422,
        "閉庁日(土日・祝日・年末年始)は申請できません。開庁日を選ぶか、緊急のときは所属長の命令によってください。",
        "Closed days are for orders by the head.",
    ),
    "place-not-allowed": Code(
        422,
        "この場所での勤務は規程で認められていません。在宅勤務か、登録されたサテライトオフィスを選んでください。",
        "The rule set does not have this kind, or the kind takes no place.",
    ),
    "place-required": Code(
        422, "どのサテライトオフィスかを選んでください。", "A satellite office is needed for this kind."
    ),
    "unknown-place": Code(
        422,
        "その日に使えるサテライトオフィスではありません。一覧から選び直してください。",
        "No satellite office of that code on that day.",
    ),
    "unknown-pattern": Code(
        422, "その勤務パターンはありません。一覧から選び直してください。", "The kind has no such work pattern."
    ),
    "overlapping-slot": Code(
        422,
        "時間帯が重なっているか、順に並んでいません。早い順に、重ならないように入力してください。",
        "Slots must be in order and must not overlap.",
    ),
    "no-telework-slot": Code(
        422, "テレワークの時間帯がありません。少なくとも一つ入力してください。", "No slot is telework."
    ),
    "outside-the-day": Code(
        422,
        "勤務の一日の区切り(通常は午前5時)を越えています。時間を短くするか、翌日の分は翌日の勤務としてください。",
        "A day of work, overtime included, ends before the next one may begin (`day_begins`).",
    ),
    "satellite-hours": Code(
        422,
        "サテライトオフィスは平日の所定の時間(8時30分から17時15分まで)だけ使えます。時間を直すか、在宅勤務を選んでください。",
        "Outside the satellite office's days or hours.",
    ),
    "satellite-full": Code(
        422,
        "このサテライトオフィスのその日の席は埋まっています。別の日か別の場所を選んでください。",
        "Every seat of that day is taken.",
    ),
    "outside-pattern": Code(
        422,
        "時間帯の始まりと終わりを、勤務パターンの時間に合わせてください。",
        "The rule set allows no flextime: the slots must span the pattern.",
    ),
    "unit-of-day": Code(
        422,
        "テレワークは規程の単位(1日または半日)で申請してください。",
        "The rule set divides a day into whole or half days only.",
    ),
    "late-needs-reason": Code(
        422,
        "申請の期限を過ぎています。遅れた理由を入力すれば申請できます。",
        "Late requests are possible with `late_reason`.",
    ),
    "stale-service-rules": Code(
        422,
        "服務の決まりが改められています。新しい版を確認してから、もう一度申請してください。",
        "`rules_version` is not the version of the service rules in force on that day.",
    ),
    "over-weekly-limit": Code(
        422, "その週のテレワークの上限日数に達しています。別の週の日を選んでください。", "The week's limit is used up."
    ),
    "over-monthly-limit": Code(
        422, "その月のテレワークの上限日数に達しています。別の月の日を選んでください。", "The month's limit is used up."
    ),
    "overtime-not-temporary": Code(
        422,
        "超勤は臨時または緊急の公務に限ります。区分を確かめ、それ以外の仕事は翌日以降に行ってください。",
        "The rules name no such category.",
    ),
    "over-requested-minutes": Code(
        422,
        "申請された時間を超える超勤は命令できません。申請の範囲内の時間にしてください。",
        "At most the requested minutes can be ordered.",
    ),
    "end-before-start": Code(
        422, "終了の時刻が開始の時刻より前です。時刻を確かめてください。", "The end lies before the start."
    ),
}
