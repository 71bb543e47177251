"""管理簿への指示: the bodies of its verbs, checked for shape; what a register asks for is checked later."""

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.record import Command
from domain.text import Text

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
Said = bool | Annotated[Text, Field(max_length=4000)]
Values = Annotated[dict[Code, Said], Field(max_length=60)]


class Enter(Command):
    """記入: a new entry of a register. `fields`: the values by field, as the register's definition asks for them
    (days as ISO dates, times as RFC 3339, links as numbers).
    """

    register_code: Code
    fields: Values = Field(default_factory=dict)


class Move(Command):
    """処理: one of the verbs that the register has for the entry's state, with the values it asks for."""

    transition: Code
    fields: Values = Field(default_factory=dict)


class Remind(Command):
    """期限の催促 (system rule)"""

    stage: int
    nth: int


class ReportOverdue(Command):
    """期限超過の報告 (system rule)"""

    stage: int
