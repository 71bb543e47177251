"""What the last act left for the next pages: a sentence shown once, and a position that lists wait for."""

from dataclasses import dataclass

from starlette.requests import Request

from api.parts import ApiParts
from projections.position import Behind

FLASH, POSITION = "flash", "position"
WAIT_SECONDS = 1.5  # a live read model is milliseconds behind; a person gets the page anyway


@dataclass(frozen=True, kw_only=True)
class Flash:
    """What was done, as the page says it."""

    number: str
    text: str


def note_done(request: Request, *, number: str, verb: str, position: int | None) -> None:
    """Keep for the next page that `verb` (as its record calls it in Japanese) was done to case `number`."""
    request.session[FLASH] = [number, verb]
    if position is not None:
        request.session[POSITION] = position


def take_flash(request: Request) -> Flash | None:
    """Give what the next page has to say, once."""
    found = request.session.pop(FLASH, None)
    if found is None:
        return None
    number, verb = found
    return Flash(number=number, text=f"「{verb}」を記録しました。")


async def behind(request: Request, parts: ApiParts, *projections: str) -> bool:
    """Wait a moment until the lists of `projections` (of all, if none is named) know the reader's own last act; say
    whether they still do not.
    """
    position = request.session.get(POSITION)
    if position is None:
        return False
    try:
        await parts.position.wait_for_async(position, projections=projections, timeout_seconds=WAIT_SECONDS)
    except Behind:
        return True
    request.session.pop(POSITION, None)
    return False
