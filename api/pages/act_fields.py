"""What the form of an act is made of: fields, options, and the words around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["go", "back", "end", "plain"]
Kind = Literal["text", "line", "choice", "check", "date", "post", "posts"]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One thing to choose. `chosen` is preset."""

    value: str
    label: str
    help: str = ""
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Field:
    """One input. `proposals` are texts offered for a line; `preset` is what stands there at first."""

    name: str
    label: str
    kind: Kind
    required: bool = False
    help: str = ""
    options: tuple[Option, ...] = ()
    proposals: tuple[str, ...] = ()
    preset: str = ""


@dataclass(frozen=True, kw_only=True)
class ActForm:
    """One act as a person sees it.

    `lead` says what happens; `confirm`, if any, has to be ticked; `fixed` is sent without being asked for. `verb` and
    `tone` are those of the act it belongs to.
    """

    heading: str
    short: str
    button: str
    verb: str = ""
    tone: Tone = "plain"
    lead: str = ""
    fields: tuple[Field, ...] = ()
    confirm: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)


COMMENT = Field(name="comment", label="コメント（任意）", kind="text")


def reason(help: str = "") -> Field:
    """Give the field for a reason, which is always required."""
    return Field(name="reason", label="理由", kind="text", required=True, help=help)
