"""What a file is, by its first bytes; and names that are safe to keep and to show."""

import pytest

from api.media_types import NAME_CHARACTERS_MAX, media_type, safe_name

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"PK\x03\x04....[Content_Types].xml....word/document.xml", WORD),
        (b"PK\x03\x04....a.txt", "application/zip"),
        ("ただの文章".encode(), "text/plain"),
        ("ただの文章".encode("cp932"), "text/plain"),
        ("途中で切れた文章".encode()[:-1], "text/plain"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "text/plain"),
        (b"MZ\x90\x00\x03\x00\x00", "application/octet-stream"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_first_bytes_say(head, kind) -> None:
    assert media_type(head) == kind


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("仕様書.pdf", "仕様書.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\文書\\仕様書.pdf", "仕様書.pdf"),
        ("ガイド.pdf", "ガイド.pdf"),  # decomposed, as macOS sends it
        ("仕様書\u202efdp.exe", "仕様書fdp.exe"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("  仕様書 . ", "仕様書"),
        ("..", "添付文書"),
        ("", "添付文書"),
        (None, "添付文書"),
    ],
)
def test_a_name_keeps_nothing_that_could_mislead(name, kept) -> None:
    assert safe_name(name) == kept


def test_a_long_name_keeps_its_ending() -> None:
    kept = safe_name("あ" * 400 + ".pdf")
    assert len(kept) == NAME_CHARACTERS_MAX
    assert kept.endswith(".pdf")
