"""Pages over a real ledger, in a browser of our own without scripts: it reads forms, fills them in and sends them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from starlette.concurrency import run_in_threadpool

from api.gateway import Gateway
from domain.approval import RECORD
from domain.envelope import Envelope, Outcome
from domain.ledger.writing import LedgerWriter
from kessai.clocks import VirtualClock
from kessai.processes import RECORDS
from kessai.settings import Settings
from tests.web.api_world import ApiWorld, opened

THURSDAY = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)  # 10:00 in Japan; vice-governor-1 is abroad from the 16th
WEDNESDAY_AFTER = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
BACK_AGAIN = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
OUTSOURCING: dict[str, Any] = {
    "kind": "outsourcing",
    "title": "道路台帳システム改修業務の委託",
    "body": "次のとおり委託してよろしいか伺います。\n\n1 目的\n道路台帳の更新",
    "amount_yen": 12_000_000,
    "counterparty": {"name": "受注者A社"},
}
ROUTINE: dict[str, Any] = {
    "kind": "routine_reply",
    "title": "道路台帳の照会への回答",
    "body": "回答してよろしいか伺います。",
}


class StraightGateway(Gateway):
    """The gateway with nothing between it and the ledger: what Temporal would deliver is handed over at once."""

    def __init__(self, writer: LedgerWriter, **parts: Any) -> None:
        super().__init__(**parts)
        self._writer = writer

    async def _through_temporal(self, envelope: Envelope) -> Outcome:
        return await run_in_threadpool(self._writer.handle, RECORDS[envelope.noun], envelope)


class Fields(HTMLParser):
    """The forms of a page: action, and every field as a browser would send it untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._select = ""
        self._area: list[str] | None = None
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), []))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and "selected" in given:
            self._add(self._select, given.get("value", ""))
        elif tag == "textarea":
            self._area = [given.get("name", "")]
        elif tag == "input" and given.get("name"):
            unticked = given.get("type") in ("checkbox", "radio") and "checked" not in given
            if not unticked and given.get("type") != "file":
                self._add(given["name"], given.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area is not None:
            self._add(self._area[0], "".join(self._area[1:]).removeprefix("\n"))
            self._area = None

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._area is not None:
            self._area.append(data)

    def _add(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1][1].append((name, value))


@dataclass(frozen=True)
class Page:
    """One answer as seen in the browser."""

    response: httpx.Response
    fields: Fields = field(default_factory=Fields)

    def __post_init__(self) -> None:
        self.fields.feed(self.response.text)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.text

    @property
    def text(self) -> str:
        """What is there to read, blanks folded."""
        return re.sub(r"\s+", " ", "".join(self.fields.text))

    def form(self, action: str) -> dict[str, Any]:
        """The fields of the form with this action, as they would be sent untouched."""
        found = next((fields for sent_to, fields in self.fields.forms if sent_to == action), None)
        assert found is not None, f"no form to {action} on {self.response.url}: {[a for a, _ in self.fields.forms]}"
        values: dict[str, Any] = {}
        for name, value in found:
            values[name] = (
                [*values[name], value]
                if isinstance(values.get(name), list)
                else ([values[name], value] if name in values else value)
            )
        return values


@dataclass
class Person:
    """Somebody logged in with a browser of their own."""

    http: httpx.Client
    world: "PageWorld"

    def open(self, path: str) -> Page:
        self.world.api.project()
        return Page(self.http.get(path, follow_redirects=True))

    def send(self, page: Page, action: str, files: Any = None, **typed: Any) -> Page:
        """Fill in and send a form of a page, and go where the answer leads."""
        values = page.form(action) | typed
        sent = self.http.post(action, data=values, files=files, follow_redirects=False)
        if sent.status_code != httpx.codes.SEE_OTHER:
            return Page(sent)
        return self.open(sent.headers["location"])

    def act(self, number: str, verb: str, **typed: Any) -> Page:
        """Open an act's own page and send its form."""
        action = f"/approvals/{number}/acts/{verb}"
        return self.send(self.open(action), action, **typed)


@dataclass
class PageWorld:
    """A prefecture with its API and pages."""

    api: ApiWorld
    clock: VirtualClock
    _people: list[httpx.Client] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(900_001))

    @property
    def address(self) -> str:
        return str(self.api.http.base_url).rstrip("/")

    @property
    def head(self) -> int:
        """How much has happened at all."""
        return self.api.composition.reader.head()

    def document(self, number: str) -> dict[str, Any]:
        """The case as the API gives it."""
        state, version = self.api.composition.reader.fold(RECORD, number)
        return RECORD.document(state, version, number)

    def person(self, post: str) -> Person:
        """Log in as the holder of a post, through the development issuer."""
        http = httpx.Client(base_url=self.api.http.base_url, timeout=30, headers={"accept": "text/html"})
        self._people.append(http)
        issuer = Page(http.get("/login", follow_redirects=True))
        action = next(
            sent_to for sent_to, fields in issuer.fields.forms if "state" in dict(fields) and "q" in dict(fields)
        )
        hidden = next(dict(fields) for _, fields in reversed(issuer.fields.forms))
        back = http.post(action, data=hidden | {"post": post}, follow_redirects=True)
        assert back.status_code == httpx.codes.OK, back.text
        return Person(http, self)

    def submitted(self, post: str = "road-officer", **content: Any) -> str:
        """A new case in its route, straight in the ledger: ¥12,000,000 of outsourcing, changed by `content`."""
        number = f"R8-{next(self._numbers)}"
        self.api.write(post, "draft", number, **{**OUTSOURCING, **content})
        return number

    def walk(self, number: str, *posts: str) -> None:
        """Have posts say yes one after the other, straight in the ledger (in a concurrence: agree)."""
        for post in posts:
            concurs = self.document(number)["state"] == "in_concurrence"
            self.api.write(
                post, "concur" if concurs else "approve", number, **({"outcome": "agree"} if concurs else {})
            )

    def decided(self, **content: Any) -> str:
        """A routine reply that has been decided."""
        number = self.submitted(**{**ROUTINE, "amount_yen": None, "counterparty": None, **content})
        self.walk(number, "road-chief", "road-lead")
        return number

    def close(self) -> None:
        for http in self._people:
            http.close()


def straight(api: ApiWorld) -> None:
    """Have commands handed straight to the ledger from now on."""
    parts = api.composition
    gateway = StraightGateway(
        parts.writer, starter=None, reader=parts.reader, signer=parts.signer, clock=parts.clock, records=RECORDS
    )
    object.__setattr__(api.parts, "gateway", gateway)


@contextmanager
def pages(settings: Settings, folder: Path, *, without_temporal: bool = False, **changed: Any) -> Iterator[PageWorld]:
    """The world with pages, whose commands go straight to the ledger; it is a Thursday morning there.

    `without_temporal`: commands take the real way instead, at whose end nobody answers.
    """
    clock = VirtualClock(folder / "clock")
    clock.set(THURSDAY)
    settings = replace(settings, clock="virtual", clock_file=folder / "clock")
    with opened(settings, folder, **changed) as api:
        if not without_temporal:
            straight(api)
        world = PageWorld(api, clock)
        try:
            yield world
        finally:
            world.close()
