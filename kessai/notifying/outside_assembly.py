"""What the notifier has for contracts' counterparties, built from the settings and parts of an installation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from domain.clock import civil_date
from domain.policies.webhook import Allowed, BadTarget, target_of
from kessai.composition import Composition
from kessai.keys import key_path, link_keys
from kessai.notifying.addresses import ADDRESS
from kessai.notifying.attempts import Attempts
from kessai.notifying.code_gateway import CodeGateway, FolderGateway, HttpGateway
from kessai.notifying.code_lane import CodeLane
from kessai.notifying.http import Poster, client
from kessai.notifying.outbox import Outbox
from kessai.notifying.outsider_lane import MailFolder, OutsiderLane, PostOffice
from kessai.notifying.outsiders import OutsiderPlanner
from kessai.notifying.smtp import mail_server
from kessai.notifying.tls import trusted
from kessai.settings import Settings, SettingsError
from signing.documents import DocumentStore, open_store

DEVELOPMENT_SENDER = "kessai@kessai.invalid"  # RFC 2606: nothing is ever sent there, and nothing comes from there


@dataclass(frozen=True, kw_only=True)
class Outside:
    """The three parts."""

    planner: OutsiderPlanner
    letters: OutsiderLane | None
    codes: CodeLane


def outside(parts: Composition, outbox: Outbox) -> Outside:
    """Build them. Raises Trouble where a setting cannot be used. Letters need a mail server in production."""
    settings = parts.settings
    give_up_after = timedelta(days=settings.delivery_days)
    keys = link_keys(key_path(settings.keys_dir, "link"), production=settings.production)
    attempts = Attempts(outbox=outbox, clock=parts.clock, give_up_after=give_up_after)
    post = _post(settings)
    prefecture = prefecture_of(parts)
    return Outside(
        planner=OutsiderPlanner(
            reader=parts.reader, outbox=outbox, clock=parts.clock, calendars=parts.calendars, news_for=give_up_after
        ),
        letters=None if post is None else OutsiderLane(
            outbox=outbox, reader=parts.reader, keys=keys, post=post,
            documents=DocumentStore(open_store(settings.documents_url)), attempts=attempts,
            sender=settings.mail_from or DEVELOPMENT_SENDER, public_url=settings.public_url, clock=parts.clock,
            prefecture=prefecture,
        ),
        codes=CodeLane(
            outbox=outbox, reader=parts.reader, keys=keys, gateway=_gateway(settings), attempts=attempts,
            clock=parts.clock, prefecture=prefecture,
        ),
    )  # fmt: skip


def prefecture_of(parts: Composition) -> Callable[[], str]:
    """Give what tells the prefecture's name, as the directory has it today."""

    def name() -> str:
        directory, _ = parts.reader.references()
        units = directory.units(civil_date(parts.clock.now()))
        return next((unit.name for unit in units if unit.kind == "prefecture"), "")

    return name


def _post(settings: Settings) -> PostOffice | None:
    if settings.smtp_url:
        if ADDRESS.match(settings.mail_from) is None:
            raise SettingsError(["KESSAI_MAIL_FROM: 差出人のメールアドレスが必要です。"])
        return mail_server(settings.smtp_url)
    return None if settings.production else MailFolder(folder=settings.data / "outside")


def _gateway(settings: Settings) -> CodeGateway | None:
    """The gateway of the settings; its host is the whole list of what may be asked, inside addresses included."""
    if not settings.gateway_url:
        return None if settings.production else FolderGateway(folder=settings.data / "gateway")
    try:
        allowed = Allowed.of((target_of(settings.gateway_url).host,))
    except (BadTarget, ValueError) as error:
        raise SettingsError(["KESSAI_GATEWAY_URL: https://ホスト/… の形で指定してください。"]) from error
    poster = Poster(client=client(trusted(settings)), allowed=allowed)
    return HttpGateway(poster=poster, url=settings.gateway_url, token=settings.gateway_token)
