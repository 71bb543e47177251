"""The notifier as an installation builds it, over contracts out for signature: real mail server, real gateway."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from kessai.notifying.assembly import notifier
from kessai.notifying.notifier import Notifier
from kessai.notifying.tables import outbox_schema
from kessai.settings import Settings
from tests.ledger.notifying_world import PostBox, Receiver, receiver, smtp_server
from tests.web.signing_world import SigningWorld, signing

SENDER = "kessai@pref.example.jp"
LINK = re.compile(r"http://\S+/sign/\S+")


@dataclass
class OutsideWorld:
    """Contracts, and everything that goes out to their counterparties."""

    signing: SigningWorld
    notifier: Notifier
    box: PostBox = field(default_factory=PostBox)
    gateway: Receiver = field(default_factory=Receiver)

    def run(self) -> None:
        """Plan and send until nothing more happens at this instant."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        stop, halt, quiet = asyncio.Event(), threading.Event(), 0
        while quiet < 2:
            quiet = 0 if await self.notifier.look(stop, halt) else quiet + 1
            await self.notifier.settle()

    def letters(self, to: str = "") -> list[tuple[str, str]]:
        """Subject and text of every letter, or those to one address."""
        found = [each for each in self.box.letters if to in str(each["To"])]
        return [(str(each["Subject"]), str(each.get_body().get_content())) for each in found]  # type: ignore[union-attr]  # each has one

    def links(self, to: str = "") -> list[str]:
        """The links in the letters."""
        return [link for _, text in self.letters(to) for link in LINK.findall(text)]

    def codes(self) -> list[dict[str, Any]]:
        """What the gateway took."""
        return [msgspec.json.decode(each.body) for each in self.gateway.received]

    def deliveries(self, **where: Any) -> list[dict[str, Any]]:
        rows = self._rows("delivery", "serial")
        return [row for row in rows if all(row[name] == value for name, value in where.items())]

    def attempts(self) -> list[dict[str, Any]]:
        return self._rows("attempt", "recorded_at")

    def _rows(self, table: str, order: str) -> list[dict[str, Any]]:
        parts = self.signing.api.composition
        text = f'SELECT * FROM "{outbox_schema(parts.settings.database_schema)}".{table} ORDER BY {order}'
        with parts.reader.connection() as connection:
            return [dict(row) for row in connection.execute(text).fetchall()]


@contextmanager
def outside(settings: Settings, folder: Path, **changed: Any) -> Iterator[OutsideWorld]:
    """Build it; `changed` replaces settings (an empty `smtp_url` and `gateway_url`: the folders of development)."""
    with ExitStack() as stack:
        box = PostBox()
        gateway = stack.enter_context(receiver())
        wired = {
            "smtp_url": stack.enter_context(smtp_server(box)), "mail_from": SENDER, "gateway_url": gateway.url,
            "gateway_token": "let-us-in", "data": folder,
        }  # fmt: skip
        world = stack.enter_context(signing(replace(settings, **{**wired, **changed}), folder))
        made = notifier(world.api.composition)
        made.outbox.open()
        stack.callback(made.outbox.close)
        found = OutsideWorld(world, made, box, gateway)
        found.run()  # the first look: letters begin now
        yield found
