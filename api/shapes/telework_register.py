"""The shape of the approval-and-order register of one unit and month."""

from datetime import date, datetime

from pydantic import Field

from api.shapes.problem import Shape
from api.shapes.telework import State


class RegisterColumn(Shape):
    """帳簿の一欄"""

    name: str
    label: str


class RegisterLine(Shape):
    """帳簿の一行。`cells` は `columns` の順に、紙の帳簿と同じ文字"""

    number: str
    version: int
    state: State
    day: date
    person: str
    cells: list[str]


class TeleworkRegisterDocument(Shape):
    """承認・命令簿"""

    title: str
    unit: str
    unit_name: str
    month: str = Field(examples=["2026-11"])
    month_label: str = Field(examples=["令和8年11月"])
    as_of: datetime | None = Field(description="この時点の帳簿(位置を指定したときと現在は null)")
    as_of_position: int | None
    whole: bool = Field(description="false なら、この利用者が読んでよい行だけ")
    columns: list[RegisterColumn]
    rows: list[RegisterLine]
