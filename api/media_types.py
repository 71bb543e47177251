"""What a file is, judged by its first bytes, never by what its sender says; and a name that is safe to keep."""

import codecs
import unicodedata
from pathlib import PurePosixPath

from signing.documents import HEAD_BYTES

NAME_CHARACTERS_MAX = 255
PDF, ZIP, TEXT, UNKNOWN = "application/pdf", "application/zip", "text/plain", "application/octet-stream"
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", PDF),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftyphei", "image/heic"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),  # Word, Excel, 一太郎 of before 2007
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
)
OFFICE: tuple[tuple[bytes, str], ...] = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # controls, direction overrides, half characters


def media_type(head: bytes) -> str:
    """Give the media type of a file from its first `HEAD_BYTES` bytes; text of any kind is `text/plain`."""
    for offset, magic, kind in MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return kind
    if head.startswith(b"PK\x03\x04"):
        return next((kind for mark, kind in OFFICE if mark in head), ZIP)
    return TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    """Whether the bytes read as text in UTF-8 or in Japanese Windows' encoding; the last character may be cut off."""
    for encoding in ("utf-8", "cp932"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head[:HEAD_BYTES], final=False)
        except UnicodeDecodeError:
            continue
        return all(character in "\t\n\r\f" or unicodedata.category(character) != "Cc" for character in text)
    return False


def safe_name(name: str | None) -> str:
    """Give a file name to keep and to show: the last part of a path, NFC, nothing hidden, at most 255 characters."""
    plain = unicodedata.normalize("NFC", name or "").replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in plain if unicodedata.category(character) not in HIDDEN)
    shown = " ".join(shown.split()).strip(". ")
    if not shown:
        return "添付文書"
    suffix = PurePosixPath(shown).suffix[:20]
    return shown if len(shown) <= NAME_CHARACTERS_MAX else shown[: NAME_CHARACTERS_MAX - len(suffix)] + suffix
