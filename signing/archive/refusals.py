"""Why an archive was not made or renewed: one error, with a code, a sentence for people and a diagnostic."""

from datetime import datetime

REASONS = {
    "algorithm-ended": "指定されたハッシュ関数は、もう使えません。",
    "no-archive-stamp": "この文書には、更新の元になる長期保管用タイムスタンプがありません。",
    "no-time-stamp": "タイムスタンプのない署名があります。",
    "not-lasting": "集めた検証情報では、将来の検証に耐えません。",
    "not-valid": "有効でない署名があります。",
    "not-yet": "署名より新しい失効情報が、まだ公表されていません。",
    "revoked": "失効した証明書による署名があります。",
    "signer-ended": "失効情報を集める前に、署名者の証明書の有効期間が終わりました。",
    "too-late": "最後のタイムスタンプの有効性が、すでに終わっています。更新しても検証できるようにはなりません。",
    "unreadable": "PDFを読み取れません。",
    "unsigned": "この文書には署名がありません。",
}


class ArchiveRefused(Exception):
    """The one error of this package. With `not-yet` comes when to try again (aware UTC); nothing else is worth trying
    again with the same file.
    """

    def __init__(self, code: str, detail: str, *, try_again_at: datetime | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.reason = REASONS[code]
        self.try_again_at = try_again_at
