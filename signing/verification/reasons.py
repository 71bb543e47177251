"""Why a verdict is what it is: stable codes, what each does to the verdict, and its Japanese sentence."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from signing.inspection.refusals import REASONS as REFUSALS

Effect = Literal["unreadable", "invalid", "changed", "untrusted", "unsigned", "note"]


class Kind(NamedTuple):
    """What one code does to the verdict (`changed` is invalid and says why), and what it tells people."""

    effect: Effect
    message_ja: str


JUDGEMENTS: Mapping[str, Kind] = MappingProxyType(
    {
        "no-signature": Kind("unsigned", "電子署名がありません。"),
        # the signature itself
        "signature-damaged": Kind("invalid", "署名のデータが壊れているか、必要な項目がありません。"),
        "signature-format": Kind("invalid", "対応していない形式の署名です。"),
        "byte-range": Kind("invalid", "署名の対象範囲が正しくありません。署名されていない部分があります。"),
        "digest-mismatch": Kind("changed", "署名された内容が、署名の後に変更されています。"),
        "signature-wrong": Kind("invalid", "署名の値が正しくありません。"),
        "signature-altered": Kind("changed", "署名のデータのうち、署名されていない部分が変更されています。"),
        "timestamp-missing": Kind("invalid", "契約書の署名に必要なタイムスタンプがありません。"),
        "timestamp-wrong": Kind("invalid", "タイムスタンプが正しくありません。"),
        "signature-shared": Kind("invalid", "一つの署名が複数の署名欄に使われています。署名者は一人として数えます。"),
        # the document around it
        "signature-removed": Kind("changed", "以前の版にあった署名が取り除かれています。"),
        "modified": Kind("changed", "署名の後に、許されない変更が加えられています。"),
        "pages-differ": Kind("changed", "署名されたときのページと、今のページの見た目が違います。"),
        "content-covered": Kind("changed", "後から加えられた署名欄が、署名された内容を覆っています。"),
        "revision-unexplained": Kind("changed", "最後の署名の後に、署名されていない追記があります。"),
        "bytes-after-end": Kind("changed", "ファイルの終わりの後ろに余分なデータがあります。"),
        # what our own contracts promise
        "certification-missing": Kind("invalid", "電子契約基盤による封緘がないか、最初の署名ではありません。"),
        "certification-permissions": Kind("invalid", "封緘が許す変更の範囲が、契約書の決まりと違います。"),
        "lock-missing": Kind("invalid", "署名欄に、後の変更を禁じる設定がありません。"),
        "form-fields": Kind("invalid", "契約書に、署名欄以外の入力欄があります。"),
        "party-unsigned": Kind("invalid", "まだ署名されていない署名欄があります。契約は確定していません。"),
        # who signed
        "chain-unknown": Kind("untrusted", "署名者の証明書が、信頼する認証局につながりません。"),
        "certificate-expired": Kind("untrusted", "証明書の有効期間内に署名されたことを確かめられません。"),
        "certificate-revoked": Kind("untrusted", "証明書が失効しています。"),
        "certificate-usage": Kind("untrusted", "証明書が、署名に使ってよいものではありません。"),
        "algorithm-weak": Kind("untrusted", "署名の時点で、または今、安全とみなされない暗号方式が使われています。"),
        "timestamp-untrusted": Kind("untrusted", "タイムスタンプの発行者を信頼できません。"),
        "archive-lapsed": Kind("untrusted", "長期保管用のタイムスタンプの証明書の有効期間が切れています。"),
        # worth knowing
        "revocation-unknown": Kind("note", "証明書の失効情報を確かめられませんでした。"),
        "no-timestamp": Kind("note", "タイムスタンプがないため、署名の時刻は署名者の申告によるものです。"),
        "hybrid-xref": Kind("note", "古い形式との互換用の二重の索引があります。"),
        "pages-not-compared": Kind("note", "ページが重いため、見た目の比較を途中でやめました。"),
    }
)
KINDS: Mapping[str, Kind] = MappingProxyType(
    {**{code: Kind("unreadable", sentence) for code, sentence in REFUSALS.items()}, **JUDGEMENTS}
)
