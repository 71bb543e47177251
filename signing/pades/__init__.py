"""PAdES on one PDF: fields and locks in revision 2, the platform's certification, the parties' signatures (B-T)."""

from signing.pades.attachments import Attachment
from signing.pades.cms import INSTRUCTION_RECORD
from signing.pades.fields import PartyField, lay_fields
from signing.pades.layout import PLATFORM_FIELD, Layout, read_layout
from signing.pades.refusals import PadesRefused
from signing.pades.revision import Revision, open_revision
from signing.pades.sign import certify, sign
from signing.pades.signed import Signed
from signing.pades.two_phase import Prepared, TwoPhase, complete, prepare

__all__ = [
    "INSTRUCTION_RECORD",
    "PLATFORM_FIELD",
    "Attachment",
    "Layout",
    "PadesRefused",
    "PartyField",
    "Prepared",
    "Revision",
    "Signed",
    "TwoPhase",
    "certify",
    "complete",
    "lay_fields",
    "open_revision",
    "prepare",
    "read_layout",
    "sign",
]
