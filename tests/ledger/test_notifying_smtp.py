"""Handing letters over encrypted and with a password, to a real SMTP server; to one that cannot be trusted, nothing."""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from domain.delivery.letters import Letter
from kessai.notifying.smtp import NotSent, mail_server
from kessai.notifying.texts import message
from tests.ledger.notifying_world import SENDER, PostBox, smtp_server
from tests.ledger.test_notifying_tls import certificate

USER, PASSWORD = "kessai", "p@ss/word"


def letter() -> Any:
    said = Letter(
        kind="notice", case="管理簿", number="R8-000001", wording="通知", to_name="職員0525", link="https://k/"
    )
    at = datetime(2026, 11, 18, 1, tzinfo=UTC)
    return message(said, letter_id="mail_1", sender=SENDER, recipient="p0525@pref.example.jp", at=at)


class Doorman:
    """Lets in who knows the password, and remembers who tried."""

    def __init__(self) -> None:
        self.tried: list[tuple[bytes, bytes]] = []

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, told: Any) -> AuthResult:
        assert isinstance(told, LoginPassword)
        self.tried.append((told.login, told.password))
        return AuthResult(success=told == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


def handed_over(folder: Path, *, name: str, password: str = quote(PASSWORD, safe="")) -> tuple[PostBox, Doorman, str]:
    """Try to hand a letter to a server whose certificate is `name`'s; what went wrong, if anything did."""
    box, doorman = PostBox(), Doorman()
    tls, _ = certificate(folder, name)
    guarded = {"tls_context": tls, "require_starttls": True, "authenticator": doorman, "auth_required": True}
    with smtp_server(box, **guarded) as url:
        there = url.replace("smtp://127.0.0.1", f"smtp+starttls://{USER}:{password}@localhost")
        try:
            with mail_server(there).session() as session:
                session.send(letter())
        except NotSent as error:
            return box, doorman, error.detail
    return box, doorman, ""


@pytest.fixture
def trusting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts the test's certificate, as an administrator would have it do."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_capath_env, str(tmp_path))


@pytest.mark.usefixtures("trusting")
def test_a_letter_goes_over_tls_after_logging_in(tmp_path: Path) -> None:
    box, doorman, wrong = handed_over(tmp_path, name="localhost")
    assert wrong == ""
    assert doorman.tried == [(USER.encode(), PASSWORD.encode())]
    assert [each["Message-ID"] for each in box.letters] == ["<mail_1@pref.example.jp>"]


@pytest.mark.usefixtures("trusting")
def test_a_wrong_password_is_told_and_no_letter_goes(tmp_path: Path) -> None:
    box, _, wrong = handed_over(tmp_path, name="localhost", password="other")
    assert wrong
    assert "other" not in wrong
    assert box.letters == []


@pytest.mark.usefixtures("trusting")
def test_a_server_with_somebody_elses_certificate_hears_neither_password_nor_letter(tmp_path: Path) -> None:
    box, doorman, wrong = handed_over(tmp_path, name="other.example.jp")
    assert (wrong, doorman.tried, box.letters) == ("SSLCertVerificationError", [], [])


def test_a_server_that_nobody_vouches_for_hears_neither_password_nor_letter(tmp_path: Path) -> None:
    box, doorman, wrong = handed_over(tmp_path, name="localhost")
    assert (wrong, doorman.tried, box.letters) == ("SSLCertVerificationError", [], [])


def test_a_server_that_offers_no_encryption_is_not_spoken_to_where_it_is_asked_for() -> None:
    box = PostBox()
    with (
        smtp_server(box) as url,
        pytest.raises(NotSent, match="SMTPNotSupportedError"),
        mail_server(url.replace("smtp://", "smtp+starttls://")).session() as session,
    ):
        session.send(letter())
    assert box.letters == []
