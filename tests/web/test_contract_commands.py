"""Contract commands over HTTP on a whole running instance: from the text to what signers are shown, with real keys."""

import hashlib
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from api.shapes.contract import ContractDocument
from api.shapes.contract_batch import BatchDocument
from api.shapes.contract_document import ContractDocumentKept
from tests.documents.contract_texts import contract_text

COMPANY = "株式会社みどり計画"
SIGNER = {"name": "署名者01", "email": "signer01@midori.example.jp", "phone": "090-0000-0001"}
WITHIN_SECONDS = 90


class Desk:
    """Officials of the demo organisation at one API."""

    def __init__(self, http: httpx.Client, token: Callable[[str], str]) -> None:
        self.http = http
        self.token = token

    def post(self, path: str, body: Any, post: str = "road-officer", key: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token(post)}", "Idempotency-Key": key or str(uuid4())}
        sent = self.http.post(path, json=body, headers=headers)
        assert sent.status_code in (200, 201), sent.text
        found: dict[str, Any] = sent.json()
        return found

    def get(self, path: str, post: str = "road-officer") -> httpx.Response:
        return self.http.get(path, headers={"Authorization": f"Bearer {self.token(post)}"})

    def decided(self, document: str) -> str:
        """An approval that names the document, walked to its decision."""
        case = self.post(
            "/v1/approvals",
            {
                "kind": "outsourcing", "title": "橋梁点検業務委託", "amount_yen": 13_200_000,
                "counterparty": {"name": COMPANY}, "contract_document": document,
                "period": {"from": "2026-12-01", "to": "2027-03-19"},
            },
        )  # fmt: skip
        while case["waiting_on"] and case["state"] != "decided":
            verb = "concur" if case["state"] == "in_concurrence" else "approve"
            body = {"outcome": "agree"} if verb == "concur" else {}
            case = self.post(f"/v1/approvals/{case['number']}/{verb}", body, case["waiting_on"][0])
        assert case["state"] == "decided"
        return str(case["number"])

    def prepared(self, serial: int) -> tuple[str, str]:
        """A contract with its consent; its number and the hash of what was decided."""
        text = msgspec.to_builtins(contract_text(number=f"橋第{serial}号"))
        kept = self.post("/v1/contract-documents", text)
        ContractDocumentKept.model_validate_json(msgspec.json.encode(kept))
        body = {
            "approval": self.decided(kept["sha256"]),
            "class": "services",
            "document": kept["sha256"],
            "counterparties": [{"name": COMPANY, "members": [SIGNER]}],
        }
        contract = self.post("/v1/contracts", body)
        contract = self.post(f"/v1/contracts/{contract['number']}/consent", {"received_on": "2026-11-16"})
        assert contract["state"] == "ready"
        return contract["number"], kept["sha256"]

    def eventually(self, path: str, true: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read until something holds, within bounds."""
        tick = threading.Event()
        found: dict[str, Any] = {}
        for _ in range(WITHIN_SECONDS * 5):
            found = self.get(path).json()
            if true(found):
                return found
            tick.wait(0.2)
        raise AssertionError(f"it never came true: {found}")


@pytest.fixture(scope="module")
def desk(api_url: str, token_for_post: Callable[[str], str]):
    with httpx.Client(base_url=api_url, timeout=60) as http:
        yield Desk(http, token_for_post)


def test_what_was_decided_is_certified_and_shown_page_by_page(desk: Desk) -> None:
    number, decided = desk.prepared(1)
    sent = desk.post(f"/v1/contracts/{number}/release", {})
    assert sent["state"] == "sent"
    path = f"/v1/contracts/{number}"
    certified = desk.eventually(path, lambda found: found["signers"][0]["status"] == "invited")
    ContractDocument.model_validate_json(msgspec.json.encode(certified))
    whole = desk.get(f"{path}/document").content
    assert hashlib.sha256(whole).hexdigest() == certified["documents"]["current"] != decided
    original = desk.get(f"{path}/decided").content
    assert hashlib.sha256(original).hexdigest() == decided
    assert whole.startswith(original)  # design.md §6: the decided file is an exact prefix
    page = desk.get(f"{path}/pages/1")
    assert (page.status_code, page.content[:4]) == (200, b"\x89PNG")
    (listed,) = [each for each in desk.get(f"/v1/contracts?q={number}").json()["items"] if each["number"] == number]
    assert (listed["state"], listed["signers"], listed["signed"]) == ("sent", 2, 0)
    withdrawn = desk.post(f"{path}/withdraw", {"reason": "仕様の見直しによる"})
    assert (withdrawn["state"], withdrawn["closed"]) == ("withdrawn", True)


def test_a_batch_goes_through_every_contracts_own_process(desk: Desk) -> None:
    numbers = [desk.prepared(serial)[0] for serial in (2, 3)]
    key = str(uuid4())
    begun = desk.post("/v1/contract-batches", {"verb": "release", "numbers": numbers}, key=key)
    path = f"/v1/contract-batches/{begun['id']}"
    done = desk.eventually(path, lambda found: found["state"] == "done")
    BatchDocument.model_validate_json(msgspec.json.encode(done))
    assert done["counts"] == {"total": 2, "accepted": 2, "refused": 0, "pending": 0}
    for number in numbers:
        found = desk.eventually(f"/v1/contracts/{number}", lambda found: found["signers"][0]["status"] == "invited")
        assert found["round"] == 1
