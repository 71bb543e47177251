"""`kessai contract sign-with`: a signer of the other side signs with a key that never leaves their own machine."""

import getpass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from kessai.signing_remotely import Link, Remote, RemoteFailed, link_of
from kessai.trouble import Trouble
from signing.keys import KeyRefused, SigningKey, Token, key_from_pkcs12

ANSWER_WITHIN_SECONDS = 60.0


class CouldNotSign(Trouble):
    """Nothing was signed, and why."""

    exit_code = 2


def sign_with(
    link: Annotated[str, typer.Option("--link", help="メールに書かれたリンク")] = "",
    link_file: Annotated[Path | None, typer.Option("--link-file", help="リンクだけを書いたファイル")] = None,
    p12: Annotated[Path | None, typer.Option("--p12", help="電子証明書と署名鍵のPKCS#12ファイル")] = None,
    pkcs11: Annotated[Path | None, typer.Option("--pkcs11", help="ICカード等のPKCS#11モジュール(.so)")] = None,
    token: Annotated[str, typer.Option("--token", help="PKCS#11のトークンの名前")] = "",
    key: Annotated[str, typer.Option("--key", help="PKCS#11の鍵の名前")] = "",
    chain: Annotated[list[Path] | None, typer.Option("--chain", help="中間・ルートの証明書(PEM。何度でも)")] = None,
    secret_file: Annotated[
        Path | None, typer.Option("--secret-file", help="PKCS#12のパスワード又はPINのファイル(なければ尋ねます)")
    ] = None,
    channel: Annotated[str, typer.Option("--channel", help="認証コードの受け取り方: sms、telephone、letter")] = "",
    keep: Annotated[Path | None, typer.Option("--keep", help="契約書のPDFをここに保存します。")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="同意の確認を尋ねません。")] = False,
) -> None:
    """自分の電子証明書で契約書に署名します(当事者型)。署名鍵は手元から出ません。

    契約書と署名の対象が対応していることを確かめてから署名します。終了コード: 0 署名しました、2 署名していません。
    """
    try:
        own = _key(p12, pkcs11, token, key, chain or [], secret_file)
        with httpx.Client(timeout=ANSWER_WITHIN_SECONDS, trust_env=False) as http:
            _sign(Remote(http, _link(link, link_file)), own, channel=channel, keep=keep, yes=yes)
    except (KeyRefused, RemoteFailed, httpx.HTTPError, OSError) as error:
        raise CouldNotSign(f"署名していません: {error}") from error
    typer.echo("署名しました。", err=True)


def _sign(remote: Remote, own: SigningKey, *, channel: str, keep: Path | None, yes: bool) -> None:
    seen = remote.begin()
    remote.prove(channel=channel or seen["channels"][0], ask=lambda: str(typer.prompt("認証コード", err=True)))
    seen, pdf = remote.contract()
    if keep is not None:
        keep.write_bytes(pdf)
    _show(seen)
    if not yes and not typer.confirm(seen["agreed"]["statement"]["ja"], err=True):
        raise RemoteFailed("同意しませんでした。")
    remote.sign(own, pdf)


def _show(seen: dict[str, Any]) -> None:
    agreed = seen["agreed"]
    amount = "―" if agreed["amount_yen"] is None else f"{agreed['amount_yen']:,}円"
    for label, value in (
        ("番号", seen["number"]), ("件名", agreed["title"]), ("契約金額", amount),
        ("相手方", "、".join(agreed["parties"])), ("契約書のSHA-256", agreed["document"]),
    ):  # fmt: skip
        typer.echo(f"{label}: {value}", err=True)


def _link(link: str, file: Path | None) -> Link:
    if bool(link) == (file is not None):
        raise CouldNotSign("--link と --link-file のどちらか一つを指定してください。")
    return link_of(link or (file.read_text("utf-8") if file else ""))


def _key(
    p12: Path | None, module: Path | None, token: str, label: str, chain: list[Path], secret: Path | None
) -> SigningKey:
    if (p12 is None) == (module is None):
        raise CouldNotSign("--p12 と --pkcs11 のどちらか一つを指定してください。")
    given = secret.read_text("utf-8").rstrip("\r\n") if secret else getpass.getpass("パスワード又はPIN: ")
    others = [each.read_bytes() for each in chain]
    if p12 is not None:
        return key_from_pkcs12(p12.read_bytes(), password=given.encode(), chain=others)
    assert module is not None
    return Token(module=module, label=token, pin=given).key(label=label, chain=others)
