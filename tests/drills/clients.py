"""Clients of a drill: they send commands over HTTP and log every acknowledgement outside the system, on disk, at
once.
"""

import asyncio
import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

RETRY_SECONDS = 0.2
KEEP_TRYING_SECONDS = 90.0
OFFICER, CHIEF, LEAD = "road-officer", "road-chief", "road-lead"


@dataclass
class AckLog:
    """Every answer that is an outcome (done or refused), one JSON line each, flushed to disk before the client goes
    on.
    """

    path: Path
    acks: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._file = self.path.open("a", encoding="utf-8")

    def add(self, **ack: Any) -> None:
        self.acks.append(ack)
        self._file.write(json.dumps(ack, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


@dataclass
class Client:
    """One person at a desk: drafts, and lets the others approve; asks again with the same key until it knows."""

    name: str
    http: httpx.AsyncClient
    tokens: dict[str, str]
    people: dict[str, str]
    log: AckLog
    dice: random.Random
    stop: Callable[[], bool]
    unknown: int = 0
    count: int = 0

    async def work(self) -> None:
        """Take cases from draft to decision, with a refusal and a repeated key in between, until told to stop."""
        while not self.stop():
            self.count += 1
            case = await self.send(
                OFFICER, "/v1/approvals", {"kind": "routine_reply", "title": f"照会 {self.name} {self.count}"}
            )
            if case is None:
                continue
            number = case["number"]
            await self.send(LEAD, f"/v1/approvals/{number}/decide", {})  # too early: a refusal that must stay one
            await self.send(
                CHIEF, f"/v1/approvals/{number}/approve", {"comment": self.name}, twice=self.dice.random() < 0.3
            )
            if self.dice.random() < 0.2:
                await self.send(OFFICER, f"/v1/approvals/{number}/withdraw", {"reason": "取下げの訓練"})
            else:
                await self.send(LEAD, f"/v1/approvals/{number}/approve", {}, twice=self.dice.random() < 0.3)

    async def send(self, post: str, path: str, body: dict[str, Any], *, twice: bool = False) -> dict[str, Any] | None:
        """Send until the outcome is known; log it; `twice` sends it once more and expects the same. None: refused or
        given up.
        """
        key = f"{self.name}-{self.dice.getrandbits(64):x}"
        answer = await self._until_known(post, path, body, key)
        if answer is None:
            return None
        self._log(post, path, key, answer)
        if twice:
            again = await self._until_known(post, path, body, key)
            if again is not None:
                self._log(post, path, key, again)
        return answer.json() if answer.is_success else None

    async def _until_known(self, post: str, path: str, body: dict[str, Any], key: str) -> httpx.Response | None:
        headers = {"Authorization": f"Bearer {self.tokens[post]}", "Idempotency-Key": key}
        loop = asyncio.get_running_loop()
        until = loop.time() + KEEP_TRYING_SECONDS
        while loop.time() < until:
            try:
                answer = await self.http.post(path, json=body, headers=headers)
            except httpx.HTTPError:
                self.unknown += 1
            else:
                if answer.status_code < 500:
                    return answer
                self.unknown += 1
            await asyncio.sleep(RETRY_SECONDS)
        return None

    def _log(self, post: str, path: str, key: str, answer: httpx.Response) -> None:
        body = answer.json()
        self.log.add(
            person=self.people[post],
            path=path,
            key=key,
            status=answer.status_code,
            position=answer.headers.get("Kessai-Position"),
            version=body.get("version"),
            number=body.get("number"),
            code=body.get("code"),
        )
