"""What goes to a child process and comes back from it."""

import msgspec

from signing.inspection.limits import Limits


class EmbeddedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file inside the PDF, hashed as it comes out."""

    name: str
    size_bytes: int
    media_type: str
    sha256: str


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """What an accepted file is."""

    sha256: str
    size_bytes: int
    pages: int
    revisions: int
    signatures: int
    signature_fields: int
    objects: int
    attachments: tuple[EmbeddedFile, ...] = ()
    active_content: tuple[str, ...] = ()  # told, not refused, where the policy is for signed files
    fonts_not_embedded: tuple[str, ...] = ()


class PageImage(msgspec.Struct, frozen=True, kw_only=True):
    """One page (from 1) as PNG, and the hash of those bytes; width and height in pixels."""

    page: int
    png: bytes
    sha256: str
    width: int
    height: int


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """Some pages of a file that has `pages` of them."""

    pages: int
    images: tuple[PageImage, ...]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One file and what to do with it. `pages` (from 1) are those to draw, none: from the first, as many as fit."""

    pdf: bytes
    limits: Limits
    width: int = 0
    pages: tuple[int, ...] = ()


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why the file is not accepted."""

    code: str
    detail: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A result, or a refusal."""

    result: bytes = b""
    refusal: Refusal | None = None
