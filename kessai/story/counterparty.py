"""The counterparty of the demonstration: a mailbox and a telephone, a signing session, and nothing else."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import httpx

from kessai.story.walker import ANSWER_WITHIN_SECONDS, HAPPENS_WITHIN_SECONDS, LOOK_EVERY_SECONDS, Case, StoryBroken

LINK = re.compile(r"/sign/(?P<number>[^/\s]+)/(?P<signer>\d+)/(?P<token>[\w-]+)")
CODE = re.compile(r"(?<![\d-])\d{6}(?!\d)")
T = TypeVar("T")
OUTSIDE, GATEWAY = "outside", "gateway"  # what stands in for mail and telephone on a machine of one's own


@dataclass
class Counterparty:
    """Signs for a company as its programs would: link from the mail, code from the telephone, then the API."""

    api: str
    data: Path
    email: str
    phone: str
    _token: str = field(default="", repr=False)
    _keys: int = 0

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.api, timeout=ANSWER_WITHIN_SECONDS, trust_env=False)

    def open(self, case: Case) -> Case:
        """Follow the link of the newest invitation and prove the telephone; give the contract as the signer sees it."""
        link = self._await(lambda: self._link(case["number"]), "署名の依頼のメール")
        path, before = f"/v1/contracts/{case['number']}", self._codes()
        begun = self._send(f"{path}/signing-sessions", {"signer": int(link["signer"]), "token": link["token"]})
        self._token = begun["token"]
        self._send(f"{path}/request-code", {"channel": "sms"})
        code = self._await(lambda: next(iter(self._codes()[len(before) :]), None), "認証コード")
        return self._send(f"{path}/enter-code", {"code": code})

    def act(self, case: Case, verb: str, **body: Any) -> Case:
        """Do one of the signer's verbs; give the contract as the signer sees it."""
        return self._send(f"/v1/contracts/{case['number']}/{verb}", body)

    def see(self, case: Case) -> Case:
        """Give the contract as the signer sees it now."""
        seen: Case = self._checked(
            self._http.get(f"/v1/contracts/{case['number']}/signing", headers=self._bearer())
        ).json()
        return seen

    def await_preparation(self, case: Case) -> Case:
        """Wait until there is something to sign with a key of one's own; give it."""
        found: Case = self._await(lambda: self.see(case)["preparation"], "署名する対象")
        return found

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _send(self, path: str, body: dict[str, Any]) -> Case:
        self._keys += 1
        headers = {**self._bearer(), "Idempotency-Key": f"{self.email}/{path}/{self._keys}"}
        answer: Case = self._checked(self._http.post(path, json=body, headers=headers)).json()
        return answer

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            raise StoryBroken(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
        return answer

    def _link(self, number: str) -> dict[str, str] | None:
        for letter in self._letters():
            body = letter.get_body(("plain",))
            found = LINK.search(body.get_content()) if body else None
            if found and found["number"] == number and str(letter["To"]) == self.email:
                return found.groupdict()
        return None

    def _letters(self) -> list[EmailMessage]:
        """Every letter that went outside, the newest first."""
        files = sorted((self.data / OUTSIDE).glob("[!.]*.eml"), key=lambda file: -file.stat().st_mtime_ns)
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def _codes(self) -> list[str]:
        """Every code this telephone was sent, in order."""
        bare = self.phone.replace("-", "").removeprefix("0")
        files = sorted((self.data / GATEWAY).glob("[!.]*.json"), key=lambda file: file.stat().st_mtime_ns)
        messages = [json.loads(file.read_text("utf-8")) for file in files]
        mine = [each["text"] for each in messages if each["to"].removeprefix("+81") == bare]
        return [found.group() for text in mine if (found := CODE.search(text))]

    def _await(self, look: Callable[[], T | None], what: str) -> T:
        until = time.monotonic() + HAPPENS_WITHIN_SECONDS
        while time.monotonic() < until:
            if (found := look()) is not None:
                return found
            time.sleep(LOOK_EVERY_SECONDS)
        raise StoryBroken(f"{what}が {HAPPENS_WITHIN_SECONDS:.0f} 秒以内に届きません。")
