"""Telework on pages: requests straight in the ledger, the clock moved to where a story needs it, presses of buttons."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from domain.telework import RECORD
from tests.web.page_world import Page, PageWorld, Person

FRIDAY = "2026-11-13"  # applied for in time on Thursday the 12th until 17:15
FRIDAY_MORNING = datetime(2026, 11, 12, 23, 30, tzinfo=UTC)  # 8:30 in Japan
FRIDAY_EVENING = datetime(2026, 11, 13, 8, 15, tzinfo=UTC)  # 17:15
HOME: dict[str, Any] = {
    "kind": "home",
    "day": FRIDAY,
    "tasks": "道路台帳の更新",
    "reachable_by": "内線 2525",
}
NEW, QUEUE = "/telework-requests/new", "/telework/queue"
_numbers = count(800_001)


def asked(world: PageWorld, post: str = "road-officer", **content: Any) -> str:
    """A request, straight in the ledger: home on Friday, changed by `content`."""
    number = f"R8-{next(_numbers)}"
    world.api.write_to(RECORD.noun, post, "submit", number, **{**HOME, **content})
    return number


def acted(world: PageWorld, post: str, verb: str, number: str, **body: Any) -> None:
    """A command of somebody, straight in the ledger."""
    world.api.write_to(RECORD.noun, post, verb, number, **body)


def document(world: PageWorld, number: str) -> dict[str, Any]:
    """The request as the API gives it."""
    state, version = world.api.composition.reader.fold(RECORD, number)
    return RECORD.document(state, version, number)


def press(person: Person, page: Page, number: str, verb: str, **typed: Any) -> Page:
    """Send the form of an act that stands on a page."""
    return person.send(page, f"/telework-requests/{number}/acts/{verb}", **typed)


def act(person: Person, number: str, verb: str, **typed: Any) -> Page:
    """Open an act's own page and send its form."""
    return press(person, person.open(f"/telework-requests/{number}/acts/{verb}"), number, verb, **typed)


def number_of(page: Page) -> str:
    """The number of the request whose page this is."""
    return str(page.response.url.path).rsplit("/", 1)[-1]
