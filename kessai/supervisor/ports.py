"""Ports: those used last time, else the usual ones, else free ones; held from the choice until their owner starts."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kessai.embedded.folder import read_json, write_json
from kessai.trouble import Trouble

USUAL = {"api": 8700, "temporal": 7233, "ui": 8233, "pki": 8710}
LOOPBACK = "127.0.0.1"
BACKLOG = 512


class PortTaken(Trouble):
    """A port somebody asked for by number is in use."""


@dataclass(frozen=True)
class Ports:
    """Listening sockets by name. The API inherits its socket, so that connections wait while it restarts; the others
    are released just before their owner starts, because it opens its port itself."""

    sockets: Mapping[str, socket.socket]
    numbers: Mapping[str, int]

    def release(self, name: str) -> None:
        """Give the port free for its owner. Later calls do nothing: the owner may restart."""
        self.sockets[name].close()

    def close(self) -> None:
        for held in self.sockets.values():
            held.close()


def choose(record: Path, *, api_host: str = LOOPBACK, api_port: int | None = None) -> Ports:
    """Choose and hold the ports, and remember them in `record`. `api_port` is taken or refused (0: any free one)."""
    last = read_json(record) or {}
    sockets = {"api": _api(api_host, api_port, last.get("api"))}
    for name in ("temporal", "ui", "pki"):
        sockets[name] = first_free(LOOPBACK, last.get(name), USUAL[name])
    numbers = {name: held.getsockname()[1] for name, held in sockets.items()}
    write_json(record, numbers)
    return Ports(sockets, numbers)


def _api(host: str, asked: int | None, last: int | None) -> socket.socket:
    if asked is None:
        return first_free(host, last, USUAL["api"])
    try:
        return socket.create_server((host, asked), backlog=BACKLOG)
    except OSError as error:
        raise PortTaken(
            f"ポート {asked} は使えません({error.strerror})。--api-port で別の番号を指定してください。"
        ) from error


def first_free(host: str, *wanted: int | None) -> socket.socket:
    """Listen on the first of the wanted ports that is free, else on any."""
    for number in wanted:
        if number:
            try:
                return socket.create_server((host, number), backlog=BACKLOG)
            except OSError:
                continue  # taken: try the next
    return socket.create_server((host, 0), backlog=BACKLOG)
