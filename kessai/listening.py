"""The socket the API listens on: the supervisor's, which stays open while the API restarts, or one of its own."""

import socket

from kessai.settings import Settings


def listening_socket(settings: Settings) -> socket.socket:
    """Give the inherited socket where there is one (`KESSAI_API_FD`), else open `api_host:api_port`.

    For `uvicorn.Server.serve(sockets=[…])`. Raises OSError if the port is taken.
    """
    if settings.api_fd >= 0:
        return socket.socket(fileno=settings.api_fd)
    return socket.create_server((settings.api_host, settings.api_port), backlog=512)
