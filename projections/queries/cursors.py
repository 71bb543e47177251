"""Cursors: the place after which a list goes on, opaque to whoever passes it back."""


class BadCursor(ValueError):
    """A cursor that this list did not give."""
