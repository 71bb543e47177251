"""Why a PDF was not signed: one error, with a code, a sentence for people and a diagnostic for developers."""

REASONS = {
    "algorithm": "この証明書の鍵では署名できません(RSA または P-256/P-384/P-521 の鍵が必要です)。",
    "already-certified": "この文書は、すでに署名の受付を始めています。",
    "already-signed": "この署名欄には、すでに署名があります。",
    "attachment-name": "添付ファイルの名前が空か、同じ名前の添付がすでにあります。",
    "encrypted": "暗号化されたPDFには署名できません。",
    "field-box": "署名欄の位置が正しくありません。",
    "field-name": "署名欄の名前が正しくありません。",
    "fields-already-laid": "この文書には、すでに署名欄があります。",
    "no-such-field": "指定された署名欄がありません。",
    "not-certified": "この文書は、まだ署名の受付を始めていません。",
    "not-laid": "この文書には、まだ署名欄がありません。",
    "prepared-file": "預かっている署名準備ファイルと一致しません。",
    "seal-unusable": "印影のPDFを読み取れません。",
    "signature-mismatch": "署名が、提示された証明書と文書に対するものではありません。",
    "state": "署名準備の記録が、文書と一致しません。",
    "time-stamp": "タイムスタンプが、この署名に対するものではありません。",
    "too-large": "署名のデータが、用意した領域に収まりません。",
    "unreadable": "PDFを読み取れません。",
}


class PadesRefused(Exception):
    """The one error of this package. `code` is stable, `reason` is for people; the message is for developers."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.reason = REASONS[code]
