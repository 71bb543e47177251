"""`kessai token --post CODE`: a token for trying things out, signed by the development issuer of a data folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from api.auth.development_tokens import DevelopmentTokens
from domain.clock import Clock, civil_date
from domain.directory import Directory, Holder
from kessai.keys import issuer_key, key_path
from kessai.trouble import Trouble


@dataclass(frozen=True, kw_only=True)
class Instance:
    """What the command needs to know of the instance in a data folder."""

    keys: Path
    production: bool
    issuer: str
    audience: str
    directory: Directory
    clock: Clock


class TokenRefused(Trouble):
    """There is nobody for whom to make a token."""

    exit_code = 2


def token_command(open_instance: Callable[[Path], Instance]) -> Callable[..., None]:
    """The typer command; `open_instance` opens the data folder (and says itself why it cannot)."""

    def token(
        post: Annotated[str, typer.Option("--post", help="職のコード(または職名)", metavar="CODE")],
        data: Annotated[Path, typer.Option("--data", envvar="KESSAI_DATA", help="データのフォルダー")] = Path(
            ".kessai"
        ),
    ) -> None:
        """その職に就いている職員(または事務取扱者)の開発用トークンだけを表示します。"""
        typer.echo(token_for(open_instance(data), post))

    return token


def token_for(instance: Instance, post: str) -> str:
    """An access token for the holder (regular, else acting) of the post, given by its code or its exact title.

    Refuses an unknown, ambiguous or vacant post (`TokenRefused`) and a folder without development issuer
    (`KeysRefused`).
    """
    key = issuer_key(key_path(instance.keys, "issuer"), production=instance.production)
    holder = _holder(instance, post)
    tokens = DevelopmentTokens(
        issuer=instance.issuer,
        audience=instance.audience,
        key_id=key.key_id,
        private_key=key.private_key,
        clock=instance.clock,
    )
    return tokens.for_person(holder.person, post=holder.post)


def _holder(instance: Instance, wanted: str) -> Holder:
    now = instance.clock.now()
    posts = instance.directory.posts(civil_date(now))
    codes = [post.code for post in posts if post.code == wanted] or [
        post.code for post in posts if post.title == wanted
    ]
    if not codes:
        raise TokenRefused(f"職 {wanted} は職員録にありません。")
    if len(codes) > 1:
        raise TokenRefused(f"職名 {wanted} の職は複数あります。コードで指定してください: {', '.join(codes)}")
    holder = instance.directory.holder(codes[0], now)
    if holder is None:
        raise TokenRefused(f"職 {wanted} は欠員です。")
    return holder
