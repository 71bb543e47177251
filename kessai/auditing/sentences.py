"""What was found, in one Japanese sentence each: where, what is wrong, and what kind of change leads to it."""

from collections.abc import Mapping

from domain.ledger.findings import Finding, Kind
from kessai.auditing.lines import printable

_SENTENCES: Mapping[Kind, str] = {
    "position-missing": "位置 {expected} の行がありません(次にあるのは {seen})。"
    "行が削除されたか、位置が書き換えられています。",
    "position-repeated": "位置 {position}({event})が二重か、順序どおりではありません。"
    "行が挿入されたか、位置が書き換えられています。",
    "leaf": "位置 {position}({event})の葉のハッシュが、行の内容と一致しません。行のどれかの列が書き換えられています。",
    "unreadable": "位置 {position}({event})の内容を読めません。"
    "内容か種別が書き換えられたか、新しい版のKessaiが書いたものです({seen})。",
    "not-canonical": "位置 {position}({event})の内容が正規形のJSONではありません。Kessai以外が書いたものです。",
    "meta-incomplete": "位置 {position}({event})に、誰の何の命令かを示す項目({seen})がありません。"
    "Kessai以外が書いたものです。",
    "time-backwards": "位置 {position}({event})の記録時刻 {seen} が、前の行の {expected} より前です。"
    "記録時刻が書き換えられたか、行が挿入されています。",
    "receipt-missing": "位置 {position}({event})の命令 {seen} に受領の記録がありません。"
    "受領の記録が削除されたか書き換えられたか、行が挿入されています。",
    "receipt-foreign": "位置 {position}({event})は命令 {seen} のものですが、受領の記録では {expected} の範囲です。"
    "行か受領の記録が書き換えられています。",
    "receipt-differs": "受領の記録({stream}、{seen})が事実の並び({expected})と一致しません。"
    "受領の記録が書き換えられています。",
    "receipt-without-events": "受領の記録 {seen}({stream}、位置 {position} から)の事実が、最後まではありません。"
    "行が削除されたか、受領の記録が挿入されたか書き換えられています。",
    "version-missing": "位置 {position} の {stream} は版 {version} ですが、次は版 {expected} のはずです。"
    "行が削除されたか挿入されたか、版が書き換えられています。",
    "version-order": "{stream} の版 {version} は位置 {position} にありますが、前の版は位置 {seen} です。"
    "行の位置が入れ替えられています。",
    "document-number-hole": "位置 {position}({event})の文書番号は {seen} ですが、{expected} のはずです。"
    "番号に穴か重複があります。",
    "document-number-differs": "位置 {position}({event})の文書番号({seen})が、番号の記録({expected})と一致しません。"
    "決裁か番号の記録が書き換えられています。",
    "reservation-hole": "{stream} の番号の予約({seen})に穴か重複があります。"
    "予約の行が削除されたか書き換えられています。",
    "reservation-differs": "{stream} は命令 {expected} が起こしましたが、番号の予約は {seen} のものです。"
    "予約が書き換えられています。",
    "reservation-missing": "{stream} の番号の予約がありません。予約の行が削除されたか書き換えられています。",
    "clock-corrected": "位置 {position} の記録時刻 {seen} が、前の行の {expected} よりわずかに前です。"
    "機械の時計が直された跡で、改ざんのしるしではありません。",
}

BEYOND = (
    "外に控えたチェックポイントなしでは分からないもの: 葉のハッシュごと書き換えられた行の内容、"
    "末尾の切り捨て(受領の記録ごと)、台帳全体の作り直し。"
    "葉が覆わないもの: 拒否の記録、保安記録。"
)


def sentence(finding: Finding) -> str:
    """Give the sentence for one finding."""
    text = _SENTENCES[finding.kind].format(
        position=finding.position,
        event=f"{finding.stream} の版 {finding.version}",
        stream=finding.stream,
        version=finding.version,
        seen=finding.seen,
        expected=finding.expected,
    )
    return printable(text)
