"""`kessai contract`: the verdict over any signed PDF, on its own or with an installation's trust anchors."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import typer

from domain.clock import Clock
from kessai.cli.contract_signing import sign_with
from kessai.cli.options import DEFAULT_DATA, Data, NoInstance, settings_for
from kessai.clocks import SystemClock, VirtualClock
from kessai.settings import Settings
from kessai.trouble import Trouble
from kessai.trusting import SIGNERS, TSAS, network_of
from signing.inspection import Busy
from signing.network import Network, RevocationFetcher
from signing.network.session import PORTS
from signing.trust import Trust, TrustFiles, TrustRefused
from signing.verification import Report
from signing.verification import verify as judge

SENTENCES = {
    "valid": "有効です。すべての署名が正しく、署名の後の変更はありません。",
    "invalid": "有効ではありません。",
    "untrusted": "署名された内容は変わっていませんが、署名者又はタイムスタンプを信頼できません。",
    "unsigned": "電子署名がありません。",
    "unreadable": "読み取れないか、検査を通りません。",
}

contract = typer.Typer(help="電子契約書の検証と、手元の鍵による署名", no_args_is_help=True, add_completion=False)
contract.command("sign-with")(sign_with)


class CouldNotVerify(Trouble):
    """There is no file, or no trust anchor, to work with."""

    exit_code = 2


class AnyHost(Network):
    """Asks whatever host a certificate names: only those certificates are asked about that chain to an anchor which
    the person at the keyboard named.
    """

    def allows(self, url: str) -> bool:
        try:
            return urlsplit(url).scheme in PORTS
        except ValueError:
            return False


@dataclass(frozen=True)
class At:
    """A clock that stands still."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@contract.callback()
def group() -> None:
    """電子契約書の検証と、手元の鍵による署名"""


@contract.command()
def verify(
    file: Annotated[Path, typer.Argument(help="検証するPDF")],
    trust: Annotated[
        list[Path] | None, typer.Option("--trust", metavar="PEM", help="信頼する認証局の証明書(PEM。何度でも)")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="失効情報を問い合わせません。")] = False,
    at: Annotated[
        datetime | None,
        typer.Option("--at", formats=["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"], help="この時点(UTC)での判定"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="結果のJSONを1行で表示します。")] = False,
    data: Data = DEFAULT_DATA,
) -> None:
    """署名されたPDFを検証し、判定をJSONで表示します。

    --trust がなければ、データのフォルダーの認証局を信頼します。
    終了コード: 0 有効、1 無効又は変更あり、2 読めない、3 変わっていないが信頼できない、4 署名がない。
    """
    settings = _instance(data)
    pdf = _content(file)
    anchors = _named(trust) if trust else _installed(settings)
    clock: Clock = At(at.replace(tzinfo=UTC)) if at else _clock(settings)
    network = None if offline else AnyHost(allowed_hosts=()) if trust or settings is None else network_of(settings)
    with _answerable():
        report = asyncio.run(_verified(pdf, anchors, clock, network))
    encoded = msgspec.json.encode(report)
    typer.echo((encoded if json else msgspec.json.format(encoded, indent=2)).decode())
    _tell(report)
    raise typer.Exit(report.exit_code)


async def _verified(pdf: bytes, trust: Trust, clock: Clock, network: Network | None) -> Report:
    if network is None:
        return await judge(pdf, trust=trust, clock=clock)
    async with network:
        return await judge(pdf, trust=trust, clock=clock, network=RevocationFetcher(network, clock))


def _tell(report: Report) -> None:
    """The same in a few sentences for whoever looks on."""
    typer.echo(SENTENCES[report.verdict], err=True)
    for each in report.reasons:
        where = f"({each.field})" if each.field else ""
        typer.echo(f"・{each.message_ja}{where}", err=True)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CouldNotVerify(f"{file} を読めません({error.strerror})。") from error


def _named(files: list[Path]) -> Trust:
    """Anchors named on the command line count for signers and for time stamp authorities alike."""
    try:
        found = Trust.of([_content(each) for each in files], ())
    except TrustRefused as refused:
        raise CouldNotVerify(f"認証局の証明書を読めません({refused})。") from refused
    if not found.signers:
        raise CouldNotVerify("--trust に指定したファイルに証明書がありません。")
    return Trust(signers=found.signers, tsas=found.signers)


def _installed(settings: Settings | None) -> Trust:
    if settings is None:
        return Trust(signers=(), tsas=())
    try:
        return TrustFiles([settings.trust_dir / SIGNERS], [settings.trust_dir / TSAS]).now()
    except TrustRefused as refused:
        if refused.code == "no-anchor":
            return Trust(signers=(), tsas=())
        raise CouldNotVerify(f"認証局の証明書を読めません({refused})。") from refused


def _instance(data: Path) -> Settings | None:
    """The installation in the data folder, if there is one: a file can be verified without any."""
    try:
        return settings_for(data, os.environ)
    except NoInstance:
        return None


def _clock(settings: Settings | None) -> Clock:
    if settings is not None and settings.clock == "virtual":
        return VirtualClock(settings.clock_file)
    return SystemClock()


@contextmanager
def _answerable() -> Iterator[None]:
    try:
        yield
    except Busy as error:
        raise CouldNotVerify("混み合っています。少し待ってからもう一度お試しください。") from error
