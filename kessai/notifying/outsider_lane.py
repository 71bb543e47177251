"""Letters to contracts' counterparties go out: addressed and linked now, from the contract's record as it stands."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from api.signing.links import LinkKeys, link_path
from domain.clock import JST, Clock
from domain.contract.facts import Person
from domain.delivery.outsiders import ASKS, Correspondence
from domain.ledger.reading import LedgerReader
from domain.streams import parse
from kessai.notifying.attempts import Attempts
from kessai.notifying.code_gateway import keep_private
from kessai.notifying.outbox import Delivery, Outbox
from kessai.notifying.outsider_texts import Enclosed, OutsideLetter, outside_message
from kessai.notifying.outsiders import known_at
from kessai.notifying.smtp import NotSent
from signing.documents import DocumentStore

LETTERS_MAX = 100
ENCLOSED_BYTES_MAX = 15 * 1024 * 1024  # what mail servers commonly take, less the third that base64 adds
BRINGS = frozenset({"concluded", "provisional"})  # the contract itself, or the way to it
LINKED = ASKS | BRINGS


class Post(Protocol):
    """An open connection that takes letters. Raises `NotSent`."""

    def send(self, message: EmailMessage) -> None: ...


class PostOffice(Protocol):
    """Where letters are handed over."""

    def session(self) -> AbstractContextManager[Post]: ...


@dataclass(frozen=True, kw_only=True)
class OutsiderLane:
    """Sends the letters that are due. Mail addresses are looked up and links derived here, and are in no table."""

    outbox: Outbox
    reader: LedgerReader
    keys: LinkKeys
    post: PostOffice
    documents: DocumentStore
    attempts: Attempts
    sender: str
    public_url: str
    clock: Clock
    prefecture: Callable[[], str]

    def run(self, stop: threading.Event) -> int:
        """Send what is due; give how many letters were looked at. A server that takes nothing ends the round."""
        due = self.outbox.due_letters(self.clock.now(), LETTERS_MAX, channel="outside")
        ready = [each for each in due if not self._pointless(each)]
        if not ready:
            return len(due)
        try:
            with self.post.session() as session:
                for delivery in ready:
                    if stop.is_set() or not self._send(session, delivery):
                        break
        except NotSent as error:
            self._away(ready, error)
        return len(due)

    def _pointless(self, delivery: Delivery) -> bool:
        """Settle a letter whose link is void by now, or that asks for a signature already given."""
        if delivery.kind not in ASKS:
            return False
        known = known_at(self.reader, delivery.stream)
        outsider = known.outsiders[int(delivery.target.rpartition("/")[2])]
        if known.open and not outsider.signed and str(outsider.generation) == delivery.recipient:
            return False
        self.attempts.settle(delivery)
        return True

    def _send(self, session: Post, delivery: Delivery) -> bool:
        """Make one attempt; give whether the server still takes letters."""
        number = self.attempts.begin(delivery)
        if number == 0:
            return True
        try:
            session.send(self.message(delivery))
        except NotSent as error:
            self.attempts.failed(
                delivery, number, _named(error), status=error.status, permanent=error.permanent
            )  # what the server says may name the mailbox, and stays out of tables and logs
            return not error.whole
        self.attempts.delivered(delivery, number)
        return True

    def message(self, delivery: Delivery) -> EmailMessage:
        """Give the letter as it would go out now."""
        known = known_at(self.reader, delivery.stream)
        letter, person = self._letter(delivery, known)
        brings = letter.kind in BRINGS and not letter.link
        enclosed = asyncio.run(self._enclosed(letter.number, known)) if brings else ()
        return outside_message(
            letter, letter_id=delivery.id, sender=self.sender, recipient=person.email, at=self.clock.now(),
            enclosed=enclosed,
        )  # fmt: skip

    def _letter(self, delivery: Delivery, known: Correspondence) -> tuple[OutsideLetter, Person]:
        stream = parse(delivery.stream)
        assert stream is not None, delivery.stream
        assert known.custody is not None, delivery.stream
        person, counterparty, signer = self._addressee(delivery, known)
        plain = OutsideLetter(
            kind=delivery.kind,  # type: ignore[arg-type]  # the table's texts are `Kind`: only OutsiderPlanner writes them
            prefecture=self.prefecture(), unit=known.custody.unit_name, title=known.title, number=stream.number,
            company=known.counterparties[counterparty].name, name=person.name,
        )  # fmt: skip
        return self._with_news(plain, known, signer), person

    def _addressee(self, delivery: Delivery, known: Correspondence) -> tuple[Person, int, int | None]:
        """Whom it goes to, of which counterparty, and as which signer (None: who only gets a copy)."""
        name = delivery.target.rpartition("/")[2]
        if name.startswith("copy-"):
            copied = known.copied[int(name.removeprefix("copy-"))]
            return copied.person, copied.counterparty, None
        signer = int(name)
        then = known
        if delivery.kind == "changed":  # it goes to whoever was to sign until then
            fact = self.reader.after(delivery.position - 1, 1)[0]
            then = known_at(self.reader, delivery.stream, before=fact.version)
        outsider = then.outsiders[signer]
        return outsider.person, outsider.counterparty, signer

    def _with_news(self, letter: OutsideLetter, known: Correspondence, signer: int | None) -> OutsideLetter:
        if letter.kind in LINKED and signer is not None:
            generation = known.outsiders[signer].generation
            token = self.keys.token(number=letter.number, signer=signer, generation=generation)
            letter = replace(letter, link=self.public_url + link_path(letter.number, signer, token))
        if known.expires_at is not None:
            letter = replace(letter, until=_minute(known.expires_at))
        if known.concluded is not None and known.delivered is not None:
            letter = replace(
                letter, contract_date=known.concluded.contract_date.isoformat(), document=known.concluded.document,
                checkpoint=f"{known.delivered.checkpoint_position} {known.delivered.checkpoint}",
            )  # fmt: skip
        return letter

    async def _enclosed(self, number: str, known: Correspondence) -> tuple[Enclosed, ...]:
        """The concluded contract and its evidence, for those who have no link of their own."""
        assert known.concluded is not None
        assert known.delivered is not None
        wanted = {f"{number}-signed.pdf": known.concluded.document, f"{number}-evidence.pdf": known.delivered.evidence}
        sizes = [await self.documents.size(sha256) or 0 for sha256 in wanted.values()]
        if sum(sizes) > ENCLOSED_BYTES_MAX:
            raise NotSent("too large to be sent by mail", permanent=True)
        return tuple([
            Enclosed(name=name, content=await self.documents.read(sha256)) for name, sha256 in wanted.items()
        ])  # fmt: skip

    def _away(self, ready: list[Delivery], error: NotSent) -> None:
        """One letter's attempt stands for all: the others wait as long, without having been tried."""
        first, *others = ready
        number = self.attempts.begin(first)
        again = self.attempts.failed(first, number, _named(error), status=error.status) if number else None
        if again is not None:
            for each in others:
                self.outbox.hold(each, again)


@dataclass(frozen=True, kw_only=True)
class MailFolder:
    """What stands in for the mail server in development: files that only the owner of the data folder can read."""

    folder: Path

    def session(self) -> AbstractContextManager["MailFolder"]:
        """Open it."""
        return nullcontext(self)

    def send(self, message: EmailMessage) -> None:
        """Leave the letter in the folder, under its id: a second copy takes the first one's place."""
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        keep_private(self.folder, f"{name}.eml", message.as_bytes())


def _named(error: NotSent) -> str:
    return "too large to be sent by mail" if error.status is None and error.permanent else "not taken"


def _minute(at: datetime) -> str:
    return f"{at.astimezone(JST):%Y-%m-%d %H:%M}"
