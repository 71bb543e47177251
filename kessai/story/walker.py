"""The walker: sends a post's commands over HTTP as its client programs do, and says in Japanese what came of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from domain.approval import RECORD
from domain.approval.view import STATUS_LABELS
from kessai.trouble import Trouble

ANSWER_WITHIN_SECONDS = 30.0


class StoryBroken(Trouble):
    """The instance answered something else than the story needs; the message says what."""


@dataclass
class Walker:
    """Acts for posts. `token` gives a bearer token for a post; `say` takes one line of the story."""

    api: str
    token: Callable[[str], str]
    say: Callable[[str], None]
    told: int = 0
    _tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.api, timeout=ANSWER_WITHIN_SECONDS, trust_env=False)

    def draft(self, post: str, key: str, **body: Any) -> dict[str, Any]:
        """Draft and submit a case as `post`; `key` names it, so that walking twice makes one case."""
        case = self._post(post, "/v1/approvals", key, body)
        self._tell(case, f"起案 {case['title']}")
        return case

    def act(self, post: str, case: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
        """Have `post` do `verb` on the case; give the case as it then stands."""
        after = self._post(
            post, f"/v1/approvals/{case['number']}/{verb}", f"{case['number']}/{case['version']}/{verb}", body
        )
        self._tell(after, f"{self._title(post, after)}が{RECORD.labels[verb]}")
        return after

    def approve_until(self, case: dict[str, Any], *states: str) -> dict[str, Any]:
        """Let whoever is waited on approve, concur, decide or pass, until the case is in one of `states`."""
        for _ in range(40):
            if case["state"] in states:
                return case
            post = case["waiting_on"][0]
            match case["state"]:
                case "in_concurrence":
                    case = self.act(post, case, "concur", outcome="agree")
                case "awaiting_examination":
                    case = self.act(post, case, "examine", outcome="pass")
                case _:
                    case = self.act(post, case, "approve")
        raise StoryBroken(f"{case['number']} が進みません(状態 {STATUS_LABELS[case['state']]})。")

    def get(self, post: str, path: str) -> Any:
        """Read as `post`."""
        return self._checked(self._http.get(path, headers=self._headers(post))).json()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _post(self, post: str, path: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {**self._headers(post), "Idempotency-Key": key}
        answer: dict[str, Any] = self._checked(self._http.post(path, json=body, headers=headers)).json()
        return answer

    def _headers(self, post: str) -> dict[str, str]:
        if post not in self._tokens:
            self._tokens[post] = self.token(post)
        return {"Authorization": f"Bearer {self._tokens[post]}", "Kessai-Post": post}

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            raise StoryBroken(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
        return answer

    def _title(self, post: str, case: dict[str, Any]) -> str:
        titles = {step["post"]: step["title"] for step in case["route"]} | {
            case["drafter"]["post"]: case["drafter"]["title"]
        }
        return str(titles.get(post, post))

    def _tell(self, case: dict[str, Any], what: str) -> None:
        titles = {step["post"]: step["title"] for step in case["route"]}
        waiting = "、".join(titles.get(post, post) for post in case["waiting_on"])
        self.say(
            f"  {case['number']} {what} → {STATUS_LABELS[case['state']]}" + (f"(次: {waiting})" if waiting else "")
        )
