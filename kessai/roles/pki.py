"""The development PKI process: certificates, OCSP, CRL and time stamps for an installation that is for trying out."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
import uvicorn
import uvloop

from kessai.composition import Composition
from kessai.development_pki import PKI_NAME, pki_folder
from kessai.roles.stopping import stop_event
from kessai.settings import Settings
from kessai.trouble import Trouble
from signing.development_pki import DevelopmentPki, PkiRefused
from signing.development_pki.app import app_of

log = structlog.get_logger(__name__)
GRACE_SECONDS = 5
FOLLOWED_EVERY = timedelta(seconds=1)


class NotInProduction(Trouble):
    """Production has certificates that mean something."""

    exit_code = 2


def main(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    if settings.production:
        raise NotInProduction("本番では開発用の認証局を使えません。")
    settings.require("pki_url")
    uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    where = urlsplit(settings.pki_url)
    pki = DevelopmentPki(pki_folder(settings), base_url=f"http://{PKI_NAME}", clock=Composition(settings).clock)
    config = uvicorn.Config(
        app_of(pki),
        host=where.hostname or "127.0.0.1",
        port=where.port or 80,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    stop_event()  # uvicorn raises the signal again when it has stopped: with a handler of ours that is no death
    following = asyncio.create_task(_follow(pki))
    try:
        await uvicorn.Server(config).serve()
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        pki.close()


async def _follow(pki: DevelopmentPki) -> None:
    """Make what a day asks for on that day, also when the clock was moved by years and nobody has asked yet."""
    while True:
        try:
            pki.refresh()
        except (OSError, PkiRefused):  # a full disk, the end of an authority: told again when it is asked for
            log.exception("the PKI could not follow the clock")
        await asyncio.sleep(FOLLOWED_EVERY.total_seconds())
