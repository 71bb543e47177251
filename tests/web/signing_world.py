"""Contracts out for signature over a real ledger: an officer prepares them, the platform's steps are told as done, and
signers come with browsers or programs of their own.
"""

import asyncio
import base64
import hashlib
import json
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from asn1crypto import cms

from api.signing.links import link_path
from domain.contract import RECORD
from domain.contract.commands import (
    BeginStep,
    CertifyDone,
    Conclude,
    Deliver,
    PrepareDone,
    SignDone,
    SignedIn,
)
from domain.contract.state import Contract, Party
from domain.contract.work import Work, work
from domain.record import Command
from kessai.settings import Settings
from tests.web.page_world import OUTSOURCING, Page, PageWorld, pages

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000"
    "000049454e44ae426082"
)  # fmt: skip
COMPANY = "受注者A社"
SIGNER: dict[str, Any] = {"name": "署名者01", "email": "signer01@contractor-a.example.jp", "phone": "090-0000-0001"}
OTHER: dict[str, Any] = {"name": "署名者02", "email": "signer02@contractor-b.example.jp", "phone": "090-0000-0002"}


def with_room(pdf: bytes) -> tuple[bytes, bytes]:
    """A file with room for a signature at its end, and the signed attributes that name its digest."""
    range_ = "/ByteRange [0 {0:06} {1:06} 000008]"
    before = len(pdf) + len(range_.format(0, 0))
    prepared = pdf + range_.format(before, before + 4).encode() + b"<00>" + b"trailer\n"
    covered = prepared[:before] + prepared[before + 4 :]
    attributes = cms.CMSAttributes([
        cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(covered).digest()]}),
    ])  # fmt: skip
    return prepared, attributes.dump()


def beside(awaited: Coroutine[Any, Any, Any]) -> Any:
    """Run it in a thread of its own: a browser keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, awaited).result()


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Signer:
    """A signer's browser, without scripts: follows links, fills in forms."""

    http: httpx.Client

    def open(self, path: str, **headers: str) -> Page:
        return Page(self.http.get(path, headers=headers, follow_redirects=True))

    def send(self, page: Page, action: str, **typed: Any) -> Page:
        """Fill in and send a form of a page, and go where the answer leads."""
        sent = self.http.post(action, data=page.form(action) | typed, follow_redirects=False)
        if sent.status_code != httpx.codes.SEE_OTHER:
            return Page(sent)
        return self.open(sent.headers["location"])


@dataclass
class SigningWorld:
    """A prefecture whose contracts are out for signature."""

    pages: PageWorld
    serials: Iterator[int] = field(default_factory=lambda: count(700_001))
    browsers: list[httpx.Client] = field(default_factory=list)

    @property
    def api(self) -> Any:
        return self.pages.api

    @property
    def keys(self) -> Any:
        return self.api.parts.doors.keys

    def contract(self, number: str) -> Contract:
        found: Contract = self.api.composition.reader.fold(RECORD, number)[0]
        return found

    def party(self, number: str, signer: int = 1) -> Party:
        found = self.contract(number).party(signer)
        assert found is not None
        return found

    def kept(self, content: bytes) -> str:
        return str(beside(self.api.parts.documents.keep_bytes(content)))

    def decided(self, document: str, **content: Any) -> str:
        """A decided approval that names the contract document."""
        case = self.pages.submitted(**{"contract_document": document, **content})
        while (waiting := self.pages.document(case)["waiting_on"]) and self.pages.document(case)["state"] != "decided":
            self.pages.walk(case, waiting[0])
        assert self.pages.document(case)["state"] == "decided"
        return case

    def prepared(self, *, mark: str = "", members: Any = None, **more: Any) -> str:
        """A contract ready to be released; `mark` makes its document another one."""
        document = self.kept(PDF + mark.encode())
        case = self.decided(document)
        number = f"R8-{next(self.serials)}"
        counterparties = [{"name": COMPANY, "members": members or [SIGNER]}]
        body = {"approval": case, "class": "services", "document": document, "counterparties": counterparties, **more}
        self.api.write_to("contract", "road-officer", "create", number, **body)
        self.api.write_to("contract", "road-officer", "consent", number, received_on="2026-11-10")
        return number

    def sent(self, **more: Any) -> str:
        """A contract whose signers have been asked."""
        number = self.prepared(**more)
        self.api.write_to("contract", "road-officer", "release", number)
        self.platform(number)
        return number

    def platform(self, number: str) -> None:
        """Have the platform do everything there is to do, outside calls told as done."""
        while (found := work(self.contract(number))) is not None and self._does(number, found):
            continue

    def time(self, number: str) -> None:
        """Let every rule that is due act."""
        parts = self.api.composition
        directory, _ = parts.reader.references()
        for each in RECORD.due(self.contract(number), self.pages.clock.now(), directory):
            parts.writer.apply_rule(
                RECORD, number=number, verb=each.verb, rule=f"system:{each.verb}", name=each.rule,
                occasion=each.occasion, command=each.command,
            )  # fmt: skip

    def prefecture_signs(self, number: str) -> None:
        post = self.party(number, 0).signer.post
        assert post is not None
        self.api.write_to("contract", post, "sign", number)
        self.platform(number)

    def link(self, number: str, signer: int = 1) -> str:
        """What the notifier would write into the mail."""
        generation = self.party(number, signer).generation
        return link_path(number, signer, self.keys.token(number=number, signer=signer, generation=generation))

    def code(self, number: str, signer: int = 1) -> str:
        """What the gateway would bring."""
        code = self.party(number, signer).code
        assert code is not None
        return str(self.keys.code(number=number, document=code.document, signer=signer, nth=code.nth))

    def browser(self, **headers: str) -> Signer:
        http = httpx.Client(base_url=self.api.http.base_url, timeout=30, headers={"accept": "text/html", **headers})
        self.browsers.append(http)
        return Signer(http)

    def opened(self, number: str, signer: int = 1, **headers: str) -> tuple[Signer, Page]:
        """A browser that has opened the link."""
        browser = self.browser(**headers)
        link = self.link(number, signer)
        return browser, browser.send(browser.open(link), f"{link}/open")

    def proven(self, number: str, signer: int = 1, **headers: str) -> tuple[Signer, Page]:
        """A browser that has proven the second factor, on the contract's page."""
        browser, page = self.opened(number, signer, **headers)
        home = link_path(number, signer)
        page = browser.send(page, f"{home}/acts/request-code", channel="sms")
        return browser, browser.send(page, f"{home}/acts/enter-code", code=self.code(number, signer))

    def concluded(self) -> str:
        """A contract that everybody has signed."""
        number = self.sent()
        browser, page = self.proven(number)
        browser.send(page, f"{link_path(number, 1)}/acts/agree", confirmed="1")
        self.platform(number)
        self.prefecture_signs(number)
        return number

    def session(self, number: str, signer: int = 1, key: str = "begin") -> str:
        """A program's session token."""
        token = self.link(number, signer).rpartition("/")[2]
        begun = self.post(f"/v1/contracts/{number}/signing-sessions", {"signer": signer, "token": token}, key=key)
        assert begun.status_code == 201, begun.text
        return str(begun.json()["token"])

    def post(self, path: str, body: Any, *, session: str = "", key: str = "k") -> httpx.Response:
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        if session:
            headers["Authorization"] = f"Bearer {session}"
        found: httpx.Response = self.api.http.post(path, content=json.dumps(body), headers=headers)
        return found

    def get(self, path: str, session: str) -> httpx.Response:
        found: httpx.Response = self.api.http.get(path, headers={"Authorization": f"Bearer {session}"})
        return found

    def close(self) -> None:
        for browser in self.browsers:
            browser.close()

    def _does(self, number: str, found: Work) -> bool:
        now = self.pages.clock.now()
        begin = BeginStep(
            step=found.name, attempt=found.attempts + 1, base=found.base, lease_until=now + timedelta(minutes=5)
        )
        done = self._done(number, found)
        if done is None:
            return False
        self._rule(number, "begin-step", begin)
        verb, command = done
        self._rule(number, verb, command)
        return True

    def _done(self, number: str, found: Work) -> tuple[str, Command] | None:
        now, state = self.pages.clock.now(), self.contract(number)
        image = self.kept(PNG)
        signed = self.kept(PDF + f"{number}/{found.name}".encode())
        signature = SignedIn(
            document=signed, base=found.base, level="B-T", signed_at=now, certificate=sha("c"), tsa_certificate=sha("t")
        )
        match found.kind:
            case "certify":
                return "certify-done", CertifyDone(
                    step=found.name, decision_record=sha("d"), pages=(image, image), signature=signature
                )
            case "sign" | "complete":
                assert found.request is not None
                return "sign-done", SignDone(
                    step=found.name, signer=found.request.signer,
                    instruction_sha256=found.request.instruction_sha256, signature=signature,
                )  # fmt: skip
            case "prepare":
                assert found.request is not None
                assert found.request.nth is not None
                prepared, to_sign = with_room(beside(self.api.parts.documents.read(state.decided_document)))
                return "prepare-done", PrepareDone(
                    step=found.name, signer=found.request.signer, nth=found.request.nth, base=found.base,
                    prepared=self.kept(prepared), state=sha("s"), to_sign=base64.b64encode(to_sign).decode(),
                    lease_until=now + timedelta(minutes=30),
                )  # fmt: skip
            case "conclude":
                signers = tuple(each.number for each in state.parties)
                return "conclude", Conclude(step=found.name, document=found.base, report=sha("r"), signers=signers)
            case "deliver":
                return "deliver", Deliver(
                    step=found.name, evidence=self.kept(PDF + b"evidence"), checkpoint_position=7, checkpoint=sha("h")
                )
        return None

    def _rule(self, number: str, verb: str, command: Command) -> None:
        self.api.composition.writer.apply_rule(
            RECORD, number=number, verb=verb, rule="test", name="試験", occasion=sha(command.model_dump_json()),
            command=command,
        )  # fmt: skip


@contextmanager
def signing(settings: Settings, folder: Path, **changed: Any) -> Iterator[SigningWorld]:
    """The world of pages, with signers."""
    with pages(settings, folder, **changed) as world:
        found = SigningWorld(world)
        try:
            yield found
        finally:
            found.close()


assert OUTSOURCING["counterparty"] == {"name": COMPANY}
