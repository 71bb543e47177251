"""Letters to contracts' counterparties in words, Japanese and English: the templates in letters/outside/, filled with
nothing but what `OutsideLetter` has.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from domain.clock import JST
from domain.delivery.outsiders import Kind
from kessai.notifying.texts import TEMPLATES


@dataclass(frozen=True, kw_only=True)
class OutsideLetter:
    """Everything a letter to a counterparty may say. The link is the only secret in it; a code never is."""

    kind: Kind
    prefecture: str
    unit: str
    title: str
    number: str
    company: str
    name: str
    link: str = field(default="", repr=False)
    until: str = ""
    contract_date: str = ""
    document: str = ""
    checkpoint: str = ""


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """A PDF that goes with a letter."""

    name: str
    content: bytes = field(repr=False)


def rendered(letter: OutsideLetter) -> tuple[str, str]:
    """Give subject and text of a letter."""
    subject, _, text = TEMPLATES.get_template(f"outside/{letter.kind}.txt").render(asdict(letter)).partition("\n")
    return subject, text.lstrip("\n")


def outside_message(
    letter: OutsideLetter,
    *,
    letter_id: str,
    sender: str,
    recipient: str,
    at: datetime,
    enclosed: tuple[Enclosed, ...] = (),
) -> EmailMessage:
    """Give the letter as a message. Its Message-ID is the delivery's: a second copy after a crash can be seen to be
    one.
    """
    subject, text = rendered(letter)
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(display_name=f"{letter.prefecture} 電子契約", addr_spec=sender)
    made["To"] = Address(addr_spec=recipient)
    made["Subject"] = subject
    made["Date"] = format_datetime(at.astimezone(JST))
    made["Message-ID"] = f"<{letter_id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice answers it
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(text, cte="base64")
    for each in enclosed:
        made.add_attachment(each.content, maintype="application", subtype="pdf", filename=each.name)
    return made
