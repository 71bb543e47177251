"""Notifications on real parts: a real SMTP server, a real HTTP receiver that verifies signatures, and the notifier over
a prefecture's ledger, moved by hand.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from uuid import uuid5

from aiosmtpd.smtp import SMTP, Envelope, Session

from domain.calendars import Calendars, load_holidays
from domain.envelope import NAMESPACE
from domain.envelope import Envelope as Signed
from domain.policies.webhook import Allowed
from domain.webhook import RECORD
from kessai.notifying.addresses import Addresses
from kessai.notifying.assembly import resource_of
from kessai.notifying.letter_lane import LetterLane
from kessai.notifying.mail import Desks, LetterPlanner
from kessai.notifying.message_lane import MessageLane
from kessai.notifying.notifier import Notifier
from kessai.notifying.outbox import Outbox
from kessai.notifying.posts import MessagePlanner, Subscriptions
from kessai.notifying.smtp import mail_server
from kessai.notifying.tables import outbox_schema
from kessai.processes import RECORDS
from projections.register import PROJECTIONS
from signing.webhooks import derived_secret
from tests.ledger.projection_world import World

CALENDARS = Calendars.from_rows(load_holidays())
KEY = b"k" * 32
PUBLIC = "https://kessai.pref.example.jp"
SENDER = "kessai@pref.example.jp"


@dataclass
class PostBox:
    """A real SMTP server that keeps what it takes; `answer` may refuse a recipient first."""

    letters: list[EmailMessage] = field(default_factory=list)
    answer: Callable[[str], str] = lambda recipient: "250 OK"
    asked: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]) -> str:
        self.asked.append(address)
        answer = self.answer(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def texts(self) -> list[str]:
        """Each letter with its headers, decoded."""
        return [f"{dict(letter.items())}\n{letter.get_content()}" for letter in self.letters]


@contextmanager
def smtp_server(box: PostBox, **more: Any) -> Iterator[str]:
    """Run it in a thread of its own and give its address. `more` is the server's own: TLS, who may log in."""
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(
        loop.create_server(lambda: SMTP(box, hostname="mail.example.jp", loop=loop, **more), "127.0.0.1", 0)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listening.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


@dataclass(frozen=True)
class Received:
    """One request as the receiver got it."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def signed_with(self, secret: str) -> bool:
        """As the specification has a receiver verify."""
        content = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        wanted = "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
        return any(hmac.compare_digest(wanted, each) for each in self.headers["webhook-signature"].split(" "))


@dataclass
class Receiver:
    """A real HTTP server that keeps what it gets and answers as it is told: by default 200."""

    received: list[Received] = field(default_factory=list)
    answer: Callable[[Received], tuple[int, dict[str, str], bytes]] = lambda got: (200, {}, b"")
    url: str = ""

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.received]

    def positions(self) -> list[int]:
        return [each.data["data"]["position"] for each in self.received]


@contextmanager
def receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run one on a port of its own."""
    got = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            one = Received({name.lower(): value for name, value in self.headers.items()}, body)
            got.received.append(one)
            status, headers, content = got.answer(one)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    got.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/in"
    try:
        yield got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Notifying:
    """The notifier over one world, and a hand to register webhooks."""

    world: World
    outbox: Outbox
    notifier: Notifier
    serials: Iterator[int] = field(default_factory=lambda: count(1))

    def run(self) -> None:
        """Plan and send until nothing more happens at this instant."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        stop, halt = asyncio.Event(), threading.Event()
        quiet = 0
        while quiet < 2:
            quiet = 0 if await self.notifier.look(stop, halt) else quiet + 1
            await self.notifier.settle()

    def webhook(self, verb: str, number: str, *, post: str = "ict-chief", **body: Any) -> int:
        """An operator's command, accepted; the record's version after it."""
        holder = self.world.directory.holder(post, self.world.clock.at)
        assert holder is not None
        text = RECORD.commands[verb].model_validate(body, strict=False).model_dump_json(exclude_unset=True)
        outcome = self.world.writer.handle(
            RECORD,
            Signed(
                noun="webhook", number=number, verb=verb, label=verb, body=text,
                command_id=uuid5(NAMESPACE, f"{self.world.schema}/hook/{next(self.world.keys)}"),
                payload_sha256=hashlib.sha256(text.encode()).hexdigest(), person=holder.person, post=post,
                correlation_id=f"webhook-{number}",
            ),
        )  # fmt: skip
        assert outcome.result == "accepted", outcome
        return outcome.version

    def register(self, url: str, *events: str, **more: Any) -> str:
        """Register a webhook; its number."""
        number = f"R8-{next(self.serials):06d}"
        self.webhook("register", number, url=url, events=events or ("approval.*",), **more)
        return number

    def deliveries(self, **where: Any) -> list[dict[str, Any]]:
        """What lies in the outbox, oldest first."""
        text = f'SELECT * FROM "{outbox_schema(self.world.schema)}".delivery ORDER BY serial'
        return [row for row in self._rows(text) if all(row[name] == value for name, value in where.items())]

    def attempts(self) -> list[dict[str, Any]]:
        return self._rows(f'SELECT * FROM "{outbox_schema(self.world.schema)}".attempt ORDER BY recorded_at')

    def _rows(self, text: str) -> list[dict[str, Any]]:
        with self.world.reader.connection() as connection:
            return [dict(row) for row in connection.execute(text).fetchall()]

    def close(self) -> None:
        self.outbox.close()


def secret(number: str, generation: int = 1) -> str:
    return derived_secret(KEY, subject=number, generation=generation)


@contextmanager
def notifying(
    world: World,
    *,
    smtp: str = "",
    allowed: Allowed = Allowed.of(["127.0.0.1"]),  # noqa: B008
    addresses: Addresses = Addresses(pattern="p{person}@pref.example.jp"),  # noqa: B008
    tls: ssl.SSLContext | None = None,
    give_up_after: timedelta = timedelta(days=3),
    **lane: Any,
) -> Iterator[Notifying]:
    """Build it as `kessai notifier` does, from parts that a test may choose."""
    reader, clock = world.reader, world.clock
    outbox = Outbox(database_url=world.settings.database_url, schema=world.schema)
    outbox.open()
    messages = MessageLane(
        outbox=outbox, reader=reader, secrets=lambda number, generation: (secret(number, generation),),
        resource=resource_of(PUBLIC), allowed=allowed, tls=tls or ssl.create_default_context(), clock=clock,
        give_up_after=give_up_after, **lane,
    )  # fmt: skip
    made = Notifier(
        database_url=world.settings.database_url, schema=world.schema, outbox=outbox,
        subscriptions=Subscriptions(reader), messages=MessagePlanner(reader=reader, outbox=outbox, clock=clock),
        message_lane=messages, clock=clock, kept_for=timedelta(days=90),
    )  # fmt: skip
    if smtp:
        desks = Desks(reader, PROJECTIONS)
        made.letters = LetterPlanner(
            reader=reader, outbox=outbox, desks=desks, clock=clock, calendars=CALENDARS, news_for=give_up_after
        )
        made.letter_lane = LetterLane(
            outbox=outbox, reader=reader, desks=desks, server=mail_server(smtp), addresses=addresses, sender=SENDER,
            records=RECORDS, case_url=lambda noun, number: f"{PUBLIC}/{RECORDS[noun].plural}/{number}", clock=clock,
            calendars=CALENDARS, give_up_after=give_up_after,
        )  # fmt: skip
    sending = Notifying(world, outbox, made)
    try:
        yield sending
    finally:
        sending.close()
