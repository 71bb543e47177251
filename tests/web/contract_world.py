"""Contracts over HTTP: documents set by the program, decisions walked to their end, commands straight to the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid5

import httpx
import msgspec

from api.signing.links import link_path
from domain.contract import RECORD
from domain.envelope import NAMESPACE
from domain.events import Actor, Event, Meta
from domain.ledger.order import Entry
from kessai.settings import Settings
from signing.typesetting.contract_text import Counterparty
from tests.documents.contract_texts import contract_text
from tests.web.api_world import ApiWorld
from tests.web.page_world import PageWorld
from tests.web.signing_world import COMPANY, SIGNER, SigningWorld, signing

OFFICER, SIGNS = "road-officer", "property-director"
AMOUNT_YEN = 12_000_000


@dataclass
class ContractWorld:
    """A prefecture's contracts as officials see them."""

    signing: SigningWorld
    keys: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def pages(self) -> PageWorld:
        return self.signing.pages

    @property
    def api(self) -> ApiWorld:
        found: ApiWorld = self.signing.api
        return found

    def typeset(self, *, key: str = "", **changes: Any) -> dict[str, Any]:
        """A contract's document, set from its text over HTTP; the answer."""
        parties = (Counterparty(name=COMPANY),)
        said = {"amount_yen": AMOUNT_YEN, "tax_yen": 1_090_909, "items": (), "counterparties": parties}
        text = contract_text(**{**said, **changes})
        body = msgspec.to_builtins(text)
        sent = self.api.post("/v1/contract-documents", body, key=key or f"text-{next(self.keys)}")
        assert sent.status_code == 201, sent.text
        found: dict[str, Any] = sent.json()
        return found

    def send_pdf(self, pdf: bytes, *, key: str = "upload") -> httpx.Response:
        headers = self.api.headers(OFFICER, **{"Idempotency-Key": key})
        return self.api.http.post("/v1/contract-documents", files={"file": ("契約書.pdf", pdf)}, headers=headers)

    def bytes_of(self, sha256: str) -> bytes:
        """A document of the store, through an approval that names it."""
        case = self.pages.submitted(contract_document=sha256)
        got = self.api.get(f"/v1/approvals/{case}/attachments/{sha256}")
        assert got.status_code == 200, got.text
        return got.content

    def send_list(self, file: bytes, *, key: str = "list") -> httpx.Response:
        headers = self.api.headers(OFFICER, **{"Idempotency-Key": key})
        return self.api.http.post("/v1/contract-batches", files={"file": ("契約一覧.csv", file)}, headers=headers)

    def tell(self, number: str, *events: Event) -> None:
        """Facts straight into the ledger."""
        _, version = self.api.composition.reader.fold(RECORD, number)
        meta = Meta(
            command_id=uuid5(NAMESPACE, f"{number}/{next(self.keys)}"), payload_sha256="0" * 64,
            correlation_id=f"contract-{number}", by=Actor(person="0000", name="職員0000"), at=self.pages.clock.now(),
        )  # fmt: skip
        entry = Entry(stream=f"contract-{number}", version=version, events=tuple(events), meta=meta)
        self.api.composition.writer.append_batch([entry])

    def decided(self, document: str, **content: Any) -> str:
        """A decided approval that names the contract document."""
        return self.signing.decided(document, **content)

    def body(self, approval: str, document: str, **changes: Any) -> dict[str, Any]:
        """What a contract is prepared with."""
        parties = [{"name": COMPANY, "members": [SIGNER]}]
        return {"approval": approval, "class": "services", "document": document, "counterparties": parties, **changes}

    def created(self, approval: str, document: str, **changes: Any) -> dict[str, Any]:
        """Prepare a contract over HTTP; its document."""
        sent = self.api.post("/v1/contracts", self.body(approval, document, **changes), key=f"c-{next(self.keys)}")
        assert sent.status_code == 201, sent.text
        found: dict[str, Any] = sent.json()
        return found

    def agreed(self, mark: str = "", **more: Any) -> str:
        """A contract that its counterparty has signed and the prefecture has not."""
        number = self.signing.sent(mark=mark, **more)
        browser, page = self.signing.proven(number)
        browser.send(page, f"{link_path(number, 1)}/acts/agree", confirmed="1")
        self.signing.platform(number)
        return number

    def act(self, number: str, verb: str, *, post: str = OFFICER, **body: Any) -> dict[str, Any]:
        """Send a verb over HTTP; the document afterwards."""
        sent = self.api.post(f"/v1/contracts/{number}/{verb}", body, post=post, key=f"{verb}-{next(self.keys)}")
        assert sent.status_code == 200, sent.text
        assert int(sent.headers["kessai-position"]) > 0
        found: dict[str, Any] = sent.json()
        return found

    def read(self, path: str, post: str = OFFICER) -> dict[str, Any]:
        """Read over HTTP what is there."""
        got = self.api.get(path, post=post)
        assert got.status_code == 200, got.text
        found: dict[str, Any] = got.json()
        return found


@contextmanager
def contracting(settings: Settings, folder: Path, **changed: Any) -> Iterator[ContractWorld]:
    """The world of pages, with contracts."""
    with signing(settings, folder, **changed) as world:
        yield ContractWorld(world)
