"""Cursors: the place after which a list goes on, opaque to whoever passes it back."""

import base64

DIGITS_MAX = 18


class BadCursor(ValueError):
    """A cursor that this list did not give."""


def cursor_after(list_name: str, opened: int) -> str:
    """Give the cursor of a list, called by one letter, that goes on after the record which began at `opened`."""
    return cursor_at(list_name, str(opened))


def opened_of(list_name: str, cursor: str) -> int:
    """Give the position that `cursor_after` was given. Refuses any other text with `BadCursor`."""
    return position_of(place_of(list_name, cursor))


def cursor_at(list_name: str, place: str) -> str:
    """Give the cursor of a list that goes on after a `place` in its own order, in ASCII."""
    return base64.urlsafe_b64encode(f"{list_name}{place}".encode()).decode().rstrip("=")


def place_of(list_name: str, cursor: str) -> str:
    """Give the place that `cursor_at` was given. Refuses the cursor of another list with `BadCursor`."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except ValueError as error:
        raise BadCursor(cursor) from error
    place = text.removeprefix(list_name)
    if text == place:
        raise BadCursor(cursor)
    return place


def position_of(text: str) -> int:
    """Give the position of the ledger that part of a place says. Refuses any other text with `BadCursor`."""
    if not text.isdecimal() or len(text) > DIGITS_MAX:
        raise BadCursor(text)
    return int(text)
