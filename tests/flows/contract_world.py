"""A prefecture that concludes contracts on real parts: a development PKI over HTTP on the prefecture's clock, a signer
role at work, a decided document; and the hands of officers and counterparties.
"""

import asyncio
import hashlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import uvicorn

from api.gateway import Answered, Sender
from domain.approval import commands as approval
from domain.clock import civil_date
from domain.contract import commands
from domain.contract.state import Contract, Party
from domain.record import Command
from kessai.clocks import VirtualClock
from kessai.development_pki import PKI_NAME, pki_folder
from kessai.settings import Settings
from kessai.signing_parts import signing_worker
from kessai.supervisor.ports import LOOPBACK, first_free
from kessai.trusting import network_of, trust_of
from signing import pyhanko_overrides
from signing.development_pki import DevelopmentPki
from signing.development_pki.app import app_of
from signing.documents import DocumentStore, open_store
from signing.sealed_instructions import sealed
from signing.trust import Trust
from signing.typesetting.contract import set_contract
from tests.documents.contract_texts import contract_text
from tests.flows.prefecture import BRIDGE_ROUTE, Prefecture, eventually, opened

OFFICER, SIGNING_POST = "road-officer", "property-director"
TITLE = "橋梁点検業務委託"
VENDOR = "株式会社みどり計画"
STATEMENT = "表示された契約書の内容を確認し、この契約書に電子署名を行うことに同意します。"
SESSION = hashlib.sha256(b"a browser session").hexdigest()
AMOUNT = 12_100_000
PERIOD = (date(2026, 12, 1), date(2027, 3, 19))
DAY = timedelta(days=1)
WITHIN_SECONDS = 60.0


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an ASGI application from a thread; give its address."""
    held = first_free(LOOPBACK)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + WITHIN_SECONDS
        while not server.started:
            assert time.monotonic() < until, "the service does not start"
            time.sleep(0.01)
        yield f"http://{LOOPBACK}:{held.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(WITHIN_SECONDS)


@contextmanager
def development_pki(settings: Settings, around: Callable[[Any], Any] = lambda app: app) -> Iterator[Settings]:
    """Run the PKI of an installation; give the settings that lead to it. `around` may stand before it."""
    pki = DevelopmentPki(pki_folder(settings), base_url=f"http://{PKI_NAME}", clock=VirtualClock(settings.clock_file))
    try:
        with served(around(app_of(pki))) as url:
            yield replace(settings, pki_url=url)
    finally:
        pki.close()


def own_folder(settings: Settings, folder: Path) -> Settings:
    """The same prefecture with documents, PKI and trust of its own."""
    return replace(
        settings,
        data=folder,
        documents_url=(folder / "documents").as_uri(),
        trust_dir=folder / "pki" / "trust",
    )


@dataclass
class Office:
    """The hands of everybody who has to do with contracts, on both sides."""

    prefecture: Prefecture
    contracts: Prefecture = field(init=False)
    documents: DocumentStore = field(init=False)

    def __post_init__(self) -> None:
        self.contracts = self.prefecture.of("contract")
        self.documents = DocumentStore(open_store(self.prefecture.settings.documents_url))

    @asynccontextmanager
    async def signer(self) -> AsyncIterator[None]:
        """The signer role, in this process."""
        parts, client = self.prefecture.parts, self.prefecture.client
        async with network_of(parts.settings) as network, signing_worker(parts, client, network):
            yield

    async def decided(self, *, title: str = TITLE, document: str | None = None) -> tuple[str, str]:
        """A decided approval with its document; give its number and the document's hash."""
        document = document or await self.document(title)
        number = await self.prefecture.draft(vendor_draft(document, title))
        await self.prefecture.walk(number, BRIDGE_ROUTE)
        return number, document

    async def document(self, title: str = TITLE) -> str:
        """A contract's document in the store; give its hash."""
        text = contract_text("services", title=title, amount_yen=AMOUNT, tax_yen=AMOUNT // 11)
        pdf = await asyncio.to_thread(set_contract, text, at=self.prefecture.clock.now())
        return await self.documents.keep_bytes(pdf.pdf)

    async def created(self, case: str, document: str, **more: Any) -> str:
        """A contract that is ready to be sent; give its number."""
        plain = {
            "approval": case,
            "class": "services",
            "document": document,
            "counterparties": (member(more.pop("mode", None)),),
        }
        body = commands.Create.model_validate({**plain, **more})
        answered = await self.send(OFFICER, "create", None, body)
        await self.send(
            OFFICER, "consent", answered.number, commands.Consent(received_on=civil_date(self.prefecture.clock.now()))
        )
        return answered.number

    async def released(self, **more: Any) -> str:
        """A contract that has gone out and is certified; give its number."""
        number = await self.created(*await self.decided(), **more)
        await self.send(OFFICER, "release", number)
        await self.comes(number, "certified")
        return number

    async def send(self, post: str, verb: str, number: str | None, body: Command | None = None) -> Answered:
        """Send as the holder of a post; it must be accepted."""
        answered = await self.contracts.send(post, verb, number, body)
        assert answered.outcome.result == "accepted", (verb, answered.outcome.code, answered.outcome.field)
        return answered

    async def tell(self, number: str, verb: str, body: Command, signer: int = 1) -> Answered:
        """Send as a signer of the counterparty, whose session the door has checked; it must be accepted."""
        answered = await self.contracts.gateway.send(
            noun="contract",
            number=number,
            verb=verb,
            body=body,
            sender=Sender(f"{number}/{signer}", None, "counterparty"),
            method="POST",
            path=f"/v1/contracts/{number}/{verb}",
            key=str(uuid4()),
        )
        assert answered.outcome.result == "accepted", (verb, answered.outcome.code, answered.outcome.field)
        return answered

    async def proves(self, number: str, signer: int = 1) -> None:
        """The signer opens the link and enters the code that came by telephone."""
        generation, nth = self.party(number, signer).generation, len(self.party(number, signer).codes_at) + 1
        await self.tell(number, "open", commands.Open(generation=generation, session=SESSION), signer)
        await self.tell(number, "request-code", commands.RequestCode(channel="sms", session=SESSION), signer)
        await self.tell(number, "enter-code", commands.EnterCode(nth=nth, session=SESSION, matched=True), signer)

    async def agrees(self, number: str, signer: int = 1, *, seal: str | None = None) -> None:
        """The signer has the platform sign. `seal` stands in the place of the door's."""
        await self.proves(number, signer)
        document = self.state(number).decided_document
        body = commands.Agree(
            session=SESSION,
            document=document,
            statement=STATEMENT,
            seal=self.seal(number, document, signer) if seal is None else seal,
        )
        await self.tell(number, "agree", body, signer)

    def seal(self, number: str, document: str, signer: int = 1) -> str:
        """The seal of the door, which has checked the session."""
        key = self.prefecture.parts.signer
        return sealed(key, number=number, party=signer, document=document, session=SESSION, statement=STATEMENT)

    async def concluded(self, number: str) -> None:
        """Everybody signs, one after the other, and both sides have their copies."""
        await self.agrees(number)
        await self.comes(number, "signed")
        await self.send(SIGNING_POST, "sign", number)
        await self.comes(number, "copies-delivered")

    async def archived(self, number: str, generation: int = 1) -> None:
        """The day of the first archiving comes."""
        archive_at = self.state(number).archive_at
        assert archive_at is not None
        await self.prefecture.pass_time(archive_at + timedelta(minutes=1))
        await self.reaches(number, generation)

    async def reaches(self, number: str, generation: int) -> None:
        """Wait for an archive generation."""

        async def reached() -> bool:
            archive, failure = self.state(number).archive, self.state(number).failure
            assert failure is None, failure
            return archive is not None and archive.generation >= generation

        await eventually(reached, f"{number} has no generation {generation}: {self.tags(number)}", WITHIN_SECONDS)

    async def comes(self, number: str, tag: str, times: int = 1) -> None:
        """Wait until an event of that kind has come so many times."""

        async def came() -> bool:
            return self.tags(number).count(tag) >= times

        await eventually(came, f"{number}: no {tag} in {self.tags(number)}", WITHIN_SECONDS)

    def trust(self) -> Trust:
        """Whom the prefecture trusts now."""
        parts = self.prefecture.parts
        return trust_of(parts.settings, parts.reader, parts.clock)()

    def roots(self) -> tuple[bytes, ...]:
        """The anchors of signers and time stamps, as files hold them."""
        return tuple(each.read_bytes() for each in sorted(self.prefecture.settings.trust_dir.rglob("*.pem")))

    def state(self, number: str) -> Contract:
        """The contract as the ledger has it."""
        found: Contract = self.contracts.state(number)
        return found

    def party(self, number: str, signer: int) -> Party:
        """One signer."""
        found = self.state(number).party(signer)
        assert found is not None
        return found

    def tags(self, number: str) -> list[str]:
        """What happened."""
        return self.contracts.tags(number)

    async def file(self, number: str) -> bytes:
        """The contract's file as it is now."""
        return await self.documents.read(self.state(number).document)


def vendor_draft(document: str, title: str = TITLE) -> approval.Draft:
    """What the road officer drafts for that document."""
    return approval.Draft(
        kind="outsourcing",
        title=title,
        body="別紙のとおり",
        amount_yen=AMOUNT,
        counterparty=approval.CounterpartyIn(name=VENDOR),
        period=approval.PeriodIn.model_validate({"from": PERIOD[0], "to": PERIOD[1]}),
        contract_document=document,
    )


def member(mode: str | None = None) -> dict[str, Any]:
    """The counterparty with its one signer."""
    signer = {"name": "契約者0001", "email": "keiyaku@midori.example.com", "phone": "090-0000-0001"}
    return {"name": VENDOR, "members": (signer if mode is None else {**signer, "mode": mode},)}


@asynccontextmanager
async def contracting(
    settings: Settings, folder: Path, around: Callable[[Any], Any] = lambda app: app
) -> AsyncIterator[Office]:
    """Open a prefecture with PKI, ledger worker and clock; the signer role is up to the test."""
    own = own_folder(settings, folder)
    with development_pki(own, around) as led:
        async with opened(led) as prefecture, prefecture.worker():
            try:
                yield Office(prefecture)
            finally:
                pyhanko_overrides.uninstall()
