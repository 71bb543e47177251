"""The walker: sends a post's commands over HTTP as its client programs do, and says in Japanese what came of them."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from domain.record import Record
from kessai.trouble import Trouble

ANSWER_WITHIN_SECONDS = 30.0
HAPPENS_WITHIN_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.1
Case = dict[str, Any]


class StoryBroken(Trouble):
    """The instance answered something else than the story needs; the message says what."""


@dataclass
class Walker(ABC):
    """Acts for posts on cases of one record. `token` gives a bearer token for a post; `say` takes one line of the
    story.
    """

    api: str
    token: Callable[[str], str]
    say: Callable[[str], None]
    record: ClassVar[Record[Any]]
    states: ClassVar[Mapping[str, str]]  # what the record's states are called

    def __post_init__(self) -> None:
        self.position = 0  # of the newest thing it brought about
        self._http = httpx.Client(base_url=self.api, timeout=ANSWER_WITHIN_SECONDS, trust_env=False)

    @abstractmethod
    def titles(self, case: Case) -> dict[str, str]:
        """Give the titles of the posts that the case's document names."""

    def state_of(self, case: Case) -> str:
        """Give what the case's state is called."""
        return self.states[case["state"]]

    def begin(self, post: str, path: str, key: str, what: str, body: Mapping[str, Any]) -> Case:
        """Have `post` begin a case by `POST path`; `key` names it, so that walking twice makes one case."""
        case = self._post(post, path, key, body)
        self._tell(case, what)
        return case

    def act(self, post: str, case: Case, verb: str, **body: Any) -> Case:
        """Have `post` do `verb` on the case; give the case as it then stands."""
        path = f"/v1/{self.record.plural}/{case['number']}/{verb}"
        after = self._post(post, path, f"{case['number']}/{case['version']}/{verb}", body)
        self._tell(after, f"{self.titles(after).get(post, post)}が{self.record.labels[verb]}")
        return after

    def get(self, post: str, path: str) -> Any:
        """Read as `post`."""
        return self._checked(self._http.get(path, headers=self._headers(post))).json()

    def read(self, post: str, path: str, *, accept: str) -> bytes:
        """Read a file as `post`."""
        return self._checked(self._http.get(path, headers={**self._headers(post), "Accept": accept})).content

    def await_fact(self, post: str, case: Case, fact: str) -> tuple[dict[str, Any], Case]:
        """Wait until time has brought that about; give the fact, and the case as it then stands."""
        path, until = f"/v1/{self.record.plural}/{case['number']}", time.monotonic() + HAPPENS_WITHIN_SECONDS
        while time.monotonic() < until:
            found = [each for each in self.get(post, f"{path}/events")["items"] if each["type"] == fact]
            if found:
                return found[-1], self.get(post, path)
            time.sleep(LOOK_EVERY_SECONDS)
        raise StoryBroken(f"{case['number']} に {fact} が記録されません。")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _post(self, post: str, path: str, key: str, body: Mapping[str, Any]) -> Case:
        headers = {**self._headers(post), "Idempotency-Key": key}
        answer = self._checked(self._http.post(path, json=body, headers=headers))
        self.position = max(self.position, int(answer.headers["Kessai-Position"]))
        case: Case = answer.json()
        return case

    def _headers(self, post: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(post)}", "Kessai-Post": post}

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            raise StoryBroken(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
        return answer

    def _tell(self, case: Case, what: str) -> None:
        titles = self.titles(case)
        waiting = "、".join(titles.get(post, post) for post in case["waiting_on"])
        self.say(f"  {case['number']} {what} → {self.state_of(case)}" + (f"(次: {waiting})" if waiting else ""))
