"""A whole instance whose own roles are tiny programs: the supervisor, Postgres and Temporal are the real ones."""

import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import typer

from kessai.listening import listening_socket
from kessai.settings import load
from kessai.supervisor.up import up
from kessai.trouble import Trouble

PROGRAM = (sys.executable, __file__)


class Healthy(BaseHTTPRequestHandler):
    """Answers every question with yes."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args):
        """Nothing: the tests read no log."""


def api():
    settings = load(os.environ)
    server = HTTPServer(("127.0.0.1", 0), Healthy, bind_and_activate=False)
    server.socket = listening_socket(settings)
    server.serve_forever()


def pki():
    where = urlsplit(load(os.environ).pki_url)
    HTTPServer((where.hostname or "", where.port or 0), Healthy).serve_forever()


def wait():
    """A role that does nothing; it ends badly as long as the file `<role>-broken` is in the data folder."""
    while not (Path(os.environ["KESSAI_DATA"]) / f"{sys.argv[1]}-broken").exists():
        time.sleep(0.05)
    sys.exit("壊れています")


def migrate():
    settings = load(os.environ)
    settings.require("database_url", "owner_database_url")


def namespace():
    from kessai.namespace import prepare

    prepare(load(os.environ))


def end(*_signal):
    sys.exit(0)


def main(name, *arguments):
    if name == "up":
        data, ready = arguments[1], arguments[3]
        try:
            up(
                Path(data),
                environ=os.environ,
                say=typer.echo,
                ready=Path(ready),
                program=PROGRAM,
            )
        except Trouble as trouble:
            sys.exit(str(trouble))
        return
    signal.signal(signal.SIGTERM, end)
    {"api": api, "pki": pki, "migrate": migrate, "namespace": namespace, "seed": lambda: None}.get(name, wait)()


if __name__ == "__main__":
    main(*sys.argv[1:])
