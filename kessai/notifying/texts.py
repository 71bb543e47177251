"""Letters in words: the Japanese templates in letters/, filled with nothing but what `Letter` has."""

from dataclasses import asdict
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from domain.clock import JST
from domain.delivery.letters import Letter

TEMPLATES = Environment(
    loader=PackageLoader("kessai.notifying", "letters"),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701  # plain text: nothing reads it as HTML
)


def rendered(letter: Letter) -> tuple[str, str]:
    """Give subject and text of a letter."""
    subject, _, text = TEMPLATES.get_template(f"{letter.kind}.txt").render(asdict(letter)).partition("\n")
    return subject, text


def message(letter: Letter, *, letter_id: str, sender: str, recipient: str, at: datetime) -> EmailMessage:
    """Give the letter as a message. Its Message-ID is the delivery's: a second copy after a crash can be seen to be
    one.
    """
    subject, text = rendered(letter)
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(display_name="決裁システム", addr_spec=sender)
    made["To"] = Address(addr_spec=recipient)
    made["Subject"] = subject
    made["Date"] = format_datetime(at.astimezone(JST))
    made["Message-ID"] = f"<{letter_id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice answers it
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(text, cte="base64")
    return made
