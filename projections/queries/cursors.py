"""Cursors: the place after which a list goes on, opaque to whoever passes it back."""

import base64

DIGITS_MAX = 18


class BadCursor(ValueError):
    """A cursor that this list did not give."""


def cursor_after(list_name: str, opened: int) -> str:
    """Give the cursor of a list, called by one letter, that goes on after the record which began at `opened`."""
    return base64.urlsafe_b64encode(f"{list_name}{opened}".encode()).decode().rstrip("=")


def opened_of(list_name: str, cursor: str) -> int:
    """Give the position that `cursor_after` was given. Refuses any other text with `BadCursor`."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except ValueError as error:
        raise BadCursor(cursor) from error
    opened = text.removeprefix(list_name)
    if text == opened or not opened.isdecimal() or len(opened) > DIGITS_MAX:
        raise BadCursor(cursor)
    return int(opened)
