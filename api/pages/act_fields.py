"""What the form of an act is made of: fields, options, and the words around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["go", "back", "end", "plain"]
Kind = Literal["text", "line", "choice", "check", "date", "time", "datetime", "number", "post", "posts", "file"]
TEXT_CHARACTERS_MAX, LINE_CHARACTERS_MAX = 2000, 100


@dataclass(frozen=True, kw_only=True)
class Option:
    """One thing to choose. `chosen` is preset."""

    value: str
    label: str
    help: str = ""
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Field:
    """One input. `proposals` are texts offered for a line; `preset` is what stands there at first; `max` is how many
    characters a text may have where that is not what is usual.
    """

    name: str
    label: str
    kind: Kind
    required: bool = False
    help: str = ""
    options: tuple[Option, ...] = ()
    proposals: tuple[str, ...] = ()
    preset: str = ""
    max: int | None = None

    @property
    def characters_max(self) -> int:
        return self.max or (TEXT_CHARACTERS_MAX if self.kind == "text" else LINE_CHARACTERS_MAX)


@dataclass(frozen=True, kw_only=True)
class ActForm:
    """One act as a person sees it.

    `lead` says what happens; `notice` is what always holds; `confirm`, if any, has to be ticked. `fixed` is sent
    without being asked for, `hidden` goes along on the page, `is_stamped` sends the device's time along. `is_brief`
    folds away what need not be filled in. `verb` and `tone` are those of the act it belongs to.
    """

    heading: str
    short: str
    button: str
    verb: str = ""
    tone: Tone = "plain"
    lead: str = ""
    fields: tuple[Field, ...] = ()
    confirm: str = ""
    notice: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)
    is_stamped: bool = False
    is_brief: bool = False


COMMENT = Field(name="comment", label="コメント（任意）", kind="text")


def reason(help: str = "") -> Field:
    """Give the field for a reason, which is always required."""
    return Field(name="reason", label="理由", kind="text", required=True, help=help)
