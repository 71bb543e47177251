"""テレワークデイズへの指示: the bodies of its verbs, checked for shape; whether they may happen is decided later."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.record import Command
from domain.text import Line, Said, Text

UnitCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Days = Annotated[tuple[date, ...], Field(min_length=1, max_length=92)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class Part(BaseModel):
    """A nested value of a command."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Open(Command):
    """集中実施期間を設ける。`units` を省くと、規程の種類のすべての所属に参加を呼びかける"""

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    first_day: date
    last_day: date
    target_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    note: Annotated[Text, Field(max_length=2000)] = ""
    units: Annotated[tuple[UnitCode, ...], Field(min_length=1, max_length=1000)] | None = None


class Join(Command):
    """参加し、実施日を選ぶ。すでに参加していれば、実施日を改める。`unit` を省くと自分の職の所属"""

    days: Days
    unit: UnitCode | None = None


class Leave(Command):
    """参加しない、又は参加を取りやめる。`unit` を省くと自分の職の所属"""

    unit: UnitCode | None = None
    reason: Annotated[Text, Field(max_length=2000)] | None = None


class Close(Command):
    """期間の後に終了する。実施結果は、このときの予定と実績で確定する"""

    comment: Annotated[Text, Field(max_length=2000)] | None = None


class Cancel(Command):
    """中止する"""

    reason: Annotated[Said, Field(min_length=1, max_length=2000)]


class Remind(Command):
    """実施日を選んでいない所属への催促 (system rule)"""

    nth: int


class RemindOrganiser(Command):
    """終了の処理の催促 (system rule)"""

    nth: int


class FigureIn(Part):
    """What the read model counted of one unit on one of its days."""

    unit: UnitCode
    day: date
    staff: Count
    planned: Count
    actual: Count


class FixResult(Command):
    """実施結果の確定 (system rule): what the read model showed when it had reached `position` (ADR 0016)"""

    position: Annotated[int, Field(ge=0)] = 0
    figures: tuple[FigureIn, ...] = ()
