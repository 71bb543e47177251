"""Why a key cannot be used: one error, with a code, a sentence for people and a diagnostic for developers."""

REASONS = {
    "chain": "証明書のつながりを、ルート証明書までたどれません。",
    "expired": "証明書の有効期間が過ぎています。",
    "key-mismatch": "秘密鍵と証明書が対応していません。",
    "key-missing": "指定された鍵または証明書が見つかりません。",
    "key-usage": "この証明書は、電子署名(否認防止)のためのものではありません。",
    "module": "署名装置のライブラリを読み込めません。",
    "not-yet-valid": "証明書の有効期間がまだ始まっていません。",
    "passphrase": "鍵ファイルのパスワードが違います。",
    "pin-locked": "署名装置の暗証番号がロックされています。",
    "pin-wrong": "署名装置の暗証番号が違います。",
    "token-failed": "署名装置が応答しません。",
    "token-missing": "署名装置が見つかりません。",
    "unreadable": "鍵または証明書を読み取れません。",
    "unsupported": "この種類の鍵は使えません(RSA 2048ビット以上、または P-256/P-384/P-521)。",
}


class KeyRefused(Exception):
    """The one error of this package. `code` is stable, `reason` is for people; the message never holds a secret."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.reason = REASONS[code]
