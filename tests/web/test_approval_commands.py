"""Approval commands over HTTP on a whole running instance: from the draft to the decision, once and only once."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.shapes.approval import ApprovalDocument
from tests.web.api_world import refused

OUTSOURCING = {
    "kind": "outsourcing",
    "title": "道路台帳システム保守業務委託",
    "body": "次のとおり委託契約を締結してよろしいか伺います。",
    "amount_yen": 12_000_000,
    "information_system": True,
}
ROUTINE = {"kind": "routine_reply", "title": "照会への回答", "body": "次のとおり回答してよろしいか伺います。"}


class Desk:
    """People of the demo organisation at one API."""

    def __init__(self, http: httpx.Client, token: Callable[[str], str]) -> None:
        self.http = http
        self.token = token

    def post(self, post: str, path: str, body: Any, *, key: str | None = None, **more: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token(post)}", "Idempotency-Key": key or str(uuid4()), **more}
        return self.http.post(f"/v1/approvals{path}", json=body, headers=headers)

    def get(self, post: str, path: str) -> httpx.Response:
        return self.http.get(path, headers={"Authorization": f"Bearer {self.token(post)}"})

    def draft(self, post: str = "road-officer", **body: Any) -> dict[str, Any]:
        response = self.post(post, "", {**ROUTINE, **body})
        assert response.status_code == 201, response.text
        document: dict[str, Any] = response.json()
        return document

    def acted(self, post: str, number: str, verb: str, **body: Any) -> dict[str, Any]:
        response = self.post(post, f"/{number}/{verb}", body)
        assert response.status_code == 200, response.text
        ApprovalDocument.model_validate_json(response.content)
        document: dict[str, Any] = response.json()
        return document


@pytest.fixture(scope="module")
def desk(api_url: str, token_for_post: Callable[[str], str]):
    with httpx.Client(base_url=api_url, timeout=30) as http:
        yield Desk(http, token_for_post)


def test_an_outsourcing_of_12_million_yen_goes_from_the_draft_to_the_decision(desk: Desk) -> None:
    response = desk.post("road-officer", "", OUTSOURCING)
    assert response.status_code == 201, response.text
    ApprovalDocument.model_validate_json(response.content)
    case = response.json()
    assert re.fullmatch(r"R8-\d{6}", case["number"])
    assert int(response.headers["kessai-position"]) > 0
    while case["waiting_on"]:
        step = next(step for step in case["route"] if step["state"] == "active")
        body = {"outcome": "agree"} if step["action"] == "concur" else {}
        verb = {"review": "approve", "concur": "concur", "decide": "decide"}[step["action"]]
        case = desk.acted(step["post"], case["number"], verb, **body)
    assert case["state"] == "decided"
    assert case["decider"]["post"] == "construction-deputy"
    assert re.fullmatch(r"道路第\d+号", case["document_number"])


def test_what_was_just_done_is_read_at_once_with_after(desk: Desk) -> None:
    response = desk.post("road-officer", "", ROUTINE)
    number, position = response.json()["number"], response.headers["kessai-position"]
    inbox = desk.get("road-chief", f"/v1/inbox?after={position}").json()
    assert number in [item["case"]["number"] for item in inbox["items"]]
    listed = desk.get("road-officer", f"/v1/approvals?after={position}&limit=1").json()
    assert listed["items"][0]["number"] == number


def test_the_same_key_does_it_once_and_answers_the_same_whatever_came_since(desk: Desk) -> None:
    key = str(uuid4())
    first = desk.post("road-officer", "", ROUTINE, key=key)
    number = first.json()["number"]
    desk.acted("road-chief", number, "approve")
    again = desk.post("road-officer", "", ROUTINE, key=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["kessai-position"] == first.headers["kessai-position"]
    other = desk.post("road-officer", "", {**ROUTINE, "title": "別の件名"}, key=key)
    refused(other, "key-reused", 422, "Idempotency-Key")
    elsewhere = desk.post("housing-officer", "", ROUTINE, key=key)
    assert elsewhere.json()["number"] != number  # a key is its sender's own


def test_fifty_creates_with_one_key_are_one_case(desk: Desk) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: desk.post("road-officer", "", ROUTINE, key=key), range(50)))
    while busy := [answer for answer in answers if answer.status_code in (503, 504)]:
        answers = [answer for answer in answers if answer not in busy]
        answers += [desk.post("road-officer", "", ROUTINE, key=key) for _ in busy]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1


def test_a_refusal_is_kept_under_its_key(desk: Desk) -> None:
    number, key = desk.draft()["number"], str(uuid4())
    refused(desk.post("road-lead", f"/{number}/approve", {}, key=key), "not-your-turn", 409)
    desk.acted("road-chief", number, "approve")
    refused(desk.post("road-lead", f"/{number}/approve", {}, key=key), "not-your-turn", 409)
    assert desk.acted("road-lead", number, "approve")["state"] == "decided"


def test_each_refusal_has_its_own_code_and_status(desk: Desk) -> None:
    case = desk.draft()
    number, version = case["number"], case["version"]
    refused(desk.post("road-officer", f"/{number}/approve", {}), "self-approval", 403)
    refused(desk.post("housing-officer", f"/{number}/approve", {}), "not-found", 404)
    refused(desk.post("road-officer", "/R8-999999/withdraw", {"reason": "x"}), "not-found", 404)
    refused(desk.post("road-director", f"/{number}/decide", {}), "forbidden", 403)
    refused(desk.post("road-chief", f"/{number}/decide", {}), "wrong-act", 409)
    refused(desk.post("road-officer", f"/{number}/submit", {}), "not-pending", 409)
    refused(
        desk.post("road-officer", f"/{number}/enforce", {"method": "郵送", "seal_mode": "none"}), "not-decided", 409
    )
    stale = desk.post("road-chief", f"/{number}/approve", {"version": version - 1})
    refused(stale, "stale-version", 409, "version")
    by_header = desk.post("road-chief", f"/{number}/approve", {}, **{"If-Match": f'"{version - 1}"'})
    refused(by_header, "stale-version", 409, "version")
    assert desk.post("road-chief", f"/{number}/approve", {}, **{"If-Match": f'"{version}"'}).status_code == 200
    desk.acted("road-officer", number, "withdraw", reason="不要になったため")
    refused(desk.post("road-lead", f"/{number}/approve", {}), "already-closed", 409)


def test_only_drafting_leaves_the_case_with_its_drafter(desk: Desk) -> None:
    case = desk.draft(submit=False)
    assert (case["state"], case["route"], case["waiting_on"]) == ("draft", [], [])
    refused(desk.post("road-chief", f"/{case['number']}/approve", {}), "not-found", 404)
    assert desk.acted("road-officer", case["number"], "submit")["state"] == "in_review"


def test_an_empty_body_is_an_empty_command(desk: Desk) -> None:
    number = desk.draft(submit=False)["number"]
    headers = {"Authorization": f"Bearer {desk.token('road-officer')}", "Idempotency-Key": str(uuid4())}
    assert desk.http.post(f"/v1/approvals/{number}/submit", headers=headers).status_code == 200


def test_an_absence_entered_by_who_gains_from_it_waits_for_a_second_person(desk: Desk) -> None:
    def send(post: str, path: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {desk.token(post)}", "Idempotency-Key": str(uuid4())}
        return desk.http.post(f"/v1/directory{path}", json=body, headers=headers)

    absence = {"post": "road-director", "from": "2027-01-12", "to": "2027-01-15", "reason": "出張"}
    proposed = send("road-lead", "/absences", absence)
    assert proposed.status_code == 201, proposed.text
    assert proposed.json()["state"] == "proposed"
    proposal = proposed.json()["proposal"]
    refused(send("road-lead", f"/proposals/{proposal}/confirm", {}), "self-confirmation", 403, "proposal")
    waiting = desk.get("road-director", "/v1/directory/proposals").json()["items"]
    assert proposal in [each["proposal"] for each in waiting]
    assert send("road-director", f"/proposals/{proposal}/confirm", {}).json()["state"] == "done"
    absences = desk.get("road-director", "/v1/directory/absences?person=0521").json()["items"]
    assert absences[0]["reason"] == "出張"
    cancelled = send("road-director", f"/absences/{absences[0]['absence']}/cancel", {"reason": "取りやめ"})
    assert cancelled.json()["label"] == "不在の取消"
    appointment = {"post": "governor", "person": "0525", "from": "2027-04-01"}
    refused(send("road-officer", "/appointments", appointment), "not-directory-admin", 403)
