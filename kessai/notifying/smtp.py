"""Mail over SMTP: one connection for as many letters as are due, encrypted as the address says."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from kessai.trouble import Trouble

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
TIMEOUT_SECONDS = 15.0
DETAIL_CHARACTERS_MAX = 200


class SmtpRefused(Trouble):
    """The address of the mail server cannot be used."""

    exit_code = 2


class NotSent(Exception):
    """A letter was not taken. `permanent`: it never will be; `whole`: the server takes no letter now."""

    def __init__(self, detail: str, status: int | None = None, *, permanent: bool = False, whole: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.permanent = permanent
        self.whole = whole


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where letters are handed over."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @contextmanager
    def session(self) -> Iterator["Session"]:
        """Open a session. Raises NotSent where the server cannot be reached or refuses us."""
        try:
            connection = self._connect()
        except smtplib.SMTPResponseException as error:
            raise NotSent(_detail(error.smtp_error), error.smtp_code, whole=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(type(error).__name__, whole=True) from error
        try:
            yield Session(connection)
        finally:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.scheme == "smtp+starttls":
                connection.starttls(context=context)
            if self.user:
                connection.login(self.user, self.password)
        except BaseException:
            connection.close()
            raise
        return connection


class Session:
    """An open connection to the mail server."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self._connection = connection

    def send(self, message: EmailMessage) -> None:
        """Hand over one letter with one recipient. Raises NotSent."""
        try:
            self._connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise NotSent(_detail(text), code, permanent=code >= 500) from error
        except smtplib.SMTPSenderRefused as error:  # every letter has the same sender: somebody has to repair that
            raise NotSent(_detail(error.smtp_error), error.smtp_code, whole=True) from error
        except smtplib.SMTPDataError as error:
            raise NotSent(_detail(error.smtp_error), error.smtp_code, permanent=error.smtp_code >= 500) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(type(error).__name__, whole=True) from error


def mail_server(url: str) -> MailServer:
    """Read `smtp://host:25`, `smtp+starttls://user:password@host:587` or `smtps://…`. Raises SmtpRefused."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise SmtpRefused("KESSAI_SMTP_URL: smtp://ホスト:25 のような形で指定してください。") from error
    if not parts.hostname:
        raise SmtpRefused("KESSAI_SMTP_URL: ホストの名前がありません。")
    return MailServer(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _detail(text: bytes | str) -> str:
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return "".join(each if each.isprintable() else " " for each in shown)[:DETAIL_CHARACTERS_MAX]
