"""Rule editions: what every rule text in force has in common, whatever it rules."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, JsonValue, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class RuleModel(BaseModel):
    """A part of a rule text: closed (an unknown key is a fault), strict (no coercion), immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class RuleEdition(RuleModel):
    """One edition of the rules of one subject, in force from `valid_from` until the next edition's."""

    edition: Label
    valid_from: date


class PlainRules(RuleEdition):
    """A subject whose text is kept and dated here, and typed by the process that is judged by it."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True, hide_input_in_errors=True)

    __pydantic_extra__: dict[str, JsonValue]

    def get(self, key: str) -> JsonValue:
        """The value under a key of the text. Raises KeyError if the edition does not have it."""
        return self.__pydantic_extra__[key]
