"""What a reader has seen: per case the version they last looked at, kept in their own login session and nowhere else.

A GET changes nothing on the server; the memory is a value of the browser's session cookie, for the 50 cases looked at
last. It is gone with the session, and then the reader's own last act stands in for it.
"""

from typing import Any

from starlette.requests import Request

from api.pages.approval_desk import Look
from api.pages.changes import field_changes
from api.pages.chronicle import chronicle

KEY = "seen"
CASES_MAX = 50


def seen_before(request: Request, number: str, version: int, *, own_last_version: int) -> int | None:
    """Give the version to compare with `version`, and remember that this one is now seen.

    It stays the same however often the page is opened again, until the case moves on or the reader acts. None: they
    look for the first time. A browser that only fetches ahead has not looked.
    """
    memory: dict[str, Any] = dict(request.session.get(KEY) or {})
    base, last = memory.get(number, (own_last_version, own_last_version))
    if last < version and not _fetched_ahead(request):
        memory.pop(number, None)
        memory[number] = [last or version, version]
        request.session[KEY] = dict(list(memory.items())[-CASES_MAX:])
    compared = max(last if last < version else base, own_last_version)
    return compared if 0 < compared < version else None


def _fetched_ahead(request: Request) -> bool:
    return "prefetch" in request.headers.get("sec-purpose", "") or request.headers.get("purpose") == "prefetch"


def news(case: Look, since: int | None) -> dict[str, Any]:
    """Give what a page shows as new since a version: changed fields, and the events people act on; None: nothing."""
    if since is None or since >= case.version:
        return {"changes": (), "events": ()}
    before = case.as_of(since).state
    changes = field_changes(before.content, case.state.content) if before.draft else ()
    return {"changes": changes, "events": [e for e in chronicle(case.facts, after=since) if e.tone != "quiet"]}
