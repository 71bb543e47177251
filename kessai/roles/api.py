"""The API process: JSON, pages, the development issuer and the codec endpoint in one server."""

import gc
import socket

import uvicorn
import uvloop

from api.app import create_app
from kessai.composition import Composition
from kessai.http_parts import api_parts
from kessai.listening import listening_socket
from kessai.roles.stopping import stop_event
from kessai.settings import Settings

GRACE_SECONDS = 10


def main(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests in hand are answered first."""
    uvloop.run(_serve(Composition(settings), listening_socket(settings)))


async def _serve(parts: Composition, listener: socket.socket) -> None:
    client = await parts.temporal(lazy=True)
    app = create_app(api_parts(parts, client))
    config = uvicorn.Config(
        app,
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=list(parts.settings.trusted_proxies),
        proxy_headers=bool(parts.settings.trusted_proxies),
        timeout_graceful_shutdown=GRACE_SECONDS,
        h11_max_incomplete_event_size=64 * 1024,
    )
    gc.freeze()  # all that was loaded stays: looking through it for garbage held a request up for 56 ms
    stop_event()  # uvicorn raises the signal again when it has stopped: with a handler of ours that is no death
    await uvicorn.Server(config).serve(sockets=[listener])
    parts.close()
