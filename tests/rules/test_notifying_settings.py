"""What the notifier is told by its settings: where letters are handed over, and how a person becomes an address."""

from pathlib import Path

import pytest

from kessai.notifying.addresses import AddressesRefused, addresses
from kessai.notifying.smtp import SmtpRefused, mail_server


def test_the_mail_server_is_read_from_its_address() -> None:
    server = mail_server("smtp+starttls://kessai%40pref:p%3Aw@mail.example.jp")
    assert (server.host, server.port, server.user, server.password) == ("mail.example.jp", 587, "kessai@pref", "p:w")
    assert mail_server("smtp://127.0.0.1:2525").port == 2525
    assert mail_server("smtps://mail.example.jp").port == 465
    assert "p:w" not in repr(server)


@pytest.mark.parametrize("url", ["mail.example.jp:25", "http://mail.example.jp", "smtp://", "smtp://mail:port"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(SmtpRefused):
        mail_server(url)


def test_a_person_has_the_address_of_the_table_else_of_the_pattern(tmp_path: Path) -> None:
    file = tmp_path / "addresses.csv"
    file.write_text("\ufeffperson,address\n0525,another@pref.example.jp\n", "utf-8")
    known = addresses(pattern="p{person}@pref.example.jp", file=file)
    assert known.of("0525") == "another@pref.example.jp"
    assert known.of("0526") == "p0526@pref.example.jp"
    assert known.of("05\n26") is known.of("a b") is None
    assert addresses(pattern="", file=file).of("0526") is None


@pytest.mark.parametrize("pattern", ["kessai@pref.example.jp", "{person}", "{person}@", "a b{person}@pref.example.jp"])
def test_a_pattern_that_makes_no_addresses_is_refused(pattern: str) -> None:
    with pytest.raises(AddressesRefused):
        addresses(pattern=pattern, file=None)


@pytest.mark.parametrize(
    "text", ["number,mail\n1,a@b.jp\n", "person,address\n1,nobody\n", "person,address\n1\n", "\xff"]
)
def test_a_table_that_cannot_be_used_is_refused_whole(tmp_path: Path, text: str) -> None:
    file = tmp_path / "addresses.csv"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(AddressesRefused):
        addresses(pattern="", file=file)
