"""Codes go out to signers over another channel than their link: derived now, sent, and forgotten."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from api.signing.links import LinkKeys
from domain.clock import Clock
from domain.delivery.outsiders import Correspondence, Outsider
from domain.ledger.reading import LedgerReader
from domain.streams import parse
from kessai.notifying.attempts import Attempts
from kessai.notifying.code_gateway import CodeGateway, Message, international
from kessai.notifying.code_texts import CodeLetter, letter, spoken, written
from kessai.notifying.http import NotPosted
from kessai.notifying.outbox import Delivery, Outbox
from kessai.notifying.outsiders import known_at
from signing.typesetting.press import NotSet, PressBusy

CODES_MAX = 50
Set = Callable[[CodeLetter, datetime], bytes]


@dataclass(frozen=True, kw_only=True)
class CodeLane:
    """Sends the codes that are due. `gateway` None: nobody could deliver them, and each is given up visibly."""

    outbox: Outbox
    reader: LedgerReader
    keys: LinkKeys
    gateway: CodeGateway | None
    attempts: Attempts
    clock: Clock
    prefecture: Callable[[], str]
    set_letter: Set = letter

    async def run(self, stop: asyncio.Event) -> int:
        """Send what is due; give how many were looked at."""
        due = await asyncio.to_thread(self.outbox.due_letters, self.clock.now(), CODES_MAX, channel="gateway")
        for delivery in due:
            if stop.is_set():
                break
            await self._one(delivery)
        return len(due)

    async def _one(self, delivery: Delivery) -> None:
        try:
            message = await asyncio.to_thread(self.message, delivery)
        except _Pointless as pointless:
            await asyncio.to_thread(self.attempts.settle, delivery, error=pointless.error)
            return
        except (NotSet, PressBusy) as error:
            await self._attempt(delivery, self._unset(error))
            return
        await self._attempt(delivery, lambda: self._taken(message))

    async def _attempt(self, delivery: Delivery, act: Callable[[], Awaitable[int]]) -> None:
        number = await asyncio.to_thread(self.attempts.begin, delivery)
        if number == 0:
            return
        try:
            status = await act()
        except NotPosted as error:
            await asyncio.to_thread(
                self.attempts.failed, delivery, number, error.detail, status=error.status, asked_wait=error.asked_wait,
                permanent=error.gone,
            )  # fmt: skip
            return
        await asyncio.to_thread(self.attempts.delivered, delivery, number, status)

    async def _taken(self, message: Message) -> int:
        assert self.gateway is not None
        return await self.gateway.take(message)

    def _unset(self, error: Exception) -> Callable[[], Awaitable[int]]:
        async def refuse() -> int:
            raise NotPosted(f"the letter was not set: {type(error).__name__}")

        return refuse

    def message(self, delivery: Delivery) -> Message:
        """Give what goes out now. Raises `_Pointless` for a code that is no longer the one, or that nobody can get."""
        stream = parse(delivery.stream)
        assert stream is not None, delivery.stream
        known = known_at(self.reader, delivery.stream)
        number, _, signer = delivery.target.partition("/")
        outsider = known.outsiders[int(signer)]
        issued = outsider.code
        if issued is None or str(issued.nth) != delivery.recipient or issued.valid_until <= self.clock.now():
            raise _Pointless
        if self.gateway is None:
            raise _Pointless("no gateway")
        code = self.keys.code(number=number, document=issued.document, signer=int(signer), nth=issued.nth)
        about = self._about(number, known, outsider, code)
        if issued.channel == "letter":
            document = self.set_letter(about, self.clock.now())
            return Message(id=delivery.id, channel="letter", to=about.address, text="", document=document)
        if outsider.person.phone is None:
            raise _Pointless("no telephone number")
        text = written(about) if issued.channel == "sms" else spoken(about)
        to = international(outsider.person.phone)
        return Message(id=delivery.id, channel=issued.channel, to=to, text=text)

    def _about(self, number: str, known: Correspondence, outsider: Outsider, code: str) -> CodeLetter:
        assert outsider.code is not None
        return CodeLetter(
            prefecture=self.prefecture(), number=number, code=code, valid_until=outsider.code.valid_until,
            company=known.counterparties[outsider.counterparty].name, person=outsider.person.name,
            title=outsider.person.title or "",
        )  # fmt: skip


class _Pointless(Exception):
    """A delivery that needs no attempt; `error` says why where somebody has to know."""

    def __init__(self, error: str | None = None) -> None:
        super().__init__(error or "")
        self.error = error
