"""テレワークの規程: kinds and places, hours, deadlines, limits and overtime of telework, as data by edition."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from domain.policies.edition import Code, Label, RuleEdition, RuleModel
from domain.policies.quiet_hours import HourMinute

TeleworkKind = Literal["home", "satellite_office", "visiting"]
RuleSetName = Literal["tochigi_like", "hokkaido_like"]
UnitOfDay = Literal["minutes", "half_day", "day"]
START_OF_DAY = "the start of the day"
ApplyUntil = Annotated[
    str,
    StringConstraints(
        pattern=rf"^(([01][0-9]|2[0-3]):[0-5][0-9] of the previous (office|calendar) day|{START_OF_DAY})$"
    ),
]
Minutes = Annotated[int, Field(ge=1, le=24 * 60)]
DaysMax = Annotated[int, Field(ge=1, le=31)]


class WorkPattern(RuleModel):
    """勤務パターン: one choice of working hours of a day, in Japan."""

    code: Code
    from_time: HourMinute = Field(alias="from")
    to_time: HourMinute = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_time >= self.to_time:
            raise ValueError(f"勤務パターン「{self.code}」の終わりが始まりより前です")
        return self


class SatelliteOffice(RuleModel):
    """サテライトオフィス: a place with so many seats a day, from the first to the last day (both included)."""

    code: Code
    name: Label
    capacity: Annotated[int, Field(ge=1, le=10_000)]
    valid_from: date
    valid_to: date | None = None

    def is_open_on(self, day: date) -> bool:
        """Whether the place may be used on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class RuleSet(RuleModel):
    """What one set of rules says differently from the edition's own values; None: as the edition."""

    places: tuple[TeleworkKind, ...] | None = None
    apply_until: ApplyUntil | None = None
    flextime: bool | None = None
    unit_of_day: UnitOfDay | None = None


class TeleworkRules(RuleEdition):
    """One edition of the rules for telework.

    `approver` and `closed_days` are sentences that name the one procedure this program knows
    (domain/policies/telework_head.py, telework.py): an edition that says something else is refused instead of being
    ignored. `rule_set` names the set in force; its own values stand before the edition's. From `places` on every key
    may be left out. `day_begins`: a day of work, overtime included, lies between that hour and the same hour of the
    next one, so that two days of one person never overlap.
    """

    rule_set: RuleSetName
    apply_until: ApplyUntil
    approver: Literal[
        "the head of the applicant's unit; for a division director the deputy director, else the department director;"
        " for a department director the vice-governor"
    ]
    start_overdue_minutes: Minutes
    end_overdue_minutes: Minutes
    report_due_office_days: Annotated[int, Field(ge=1, le=60)]
    hours: dict[TeleworkKind, tuple[WorkPattern, ...]]
    closed_days: Literal["refused with closed-day unless ordered by command"]
    satellite_offices: tuple[SatelliteOffice, ...]
    overtime_categories: tuple[Code, ...]
    tochigi_like: RuleSet = RuleSet()
    hokkaido_like: RuleSet = RuleSet()
    places: tuple[TeleworkKind, ...] = ("home", "satellite_office")
    flextime: bool = True
    unit_of_day: UnitOfDay = "minutes"
    weekly_limit_days: DaysMax | None = None
    monthly_limit_days: DaysMax | None = None
    excluded_posts: tuple[Code, ...] = ()
    excluded_roles: tuple[Code, ...] = ()
    service_rules_version: Label = "2022-09"
    day_begins: HourMinute = "05:00"
    report_head_told_after_office_days: Annotated[int, Field(ge=1, le=60)] = 1

    @property
    def own(self) -> RuleSet:
        """The set in force."""
        return self.tochigi_like if self.rule_set == "tochigi_like" else self.hokkaido_like

    @property
    def places_allowed(self) -> tuple[TeleworkKind, ...]:
        """Where one may telework, by the set in force."""
        return self.places if self.own.places is None else self.own.places

    @property
    def apply_until_rule(self) -> str:
        """Until when one applies, by the set in force."""
        return self.apply_until if self.own.apply_until is None else self.own.apply_until

    @property
    def allows_flextime(self) -> bool:
        """Whether a day's slots may differ from the pattern's hours (flextime, reduced hours)."""
        return self.flextime if self.own.flextime is None else self.own.flextime

    @property
    def smallest_unit(self) -> UnitOfDay:
        """Into what a day may be divided between telework and office or travel."""
        return self.unit_of_day if self.own.unit_of_day is None else self.own.unit_of_day

    def patterns(self, kind: TeleworkKind) -> tuple[WorkPattern, ...]:
        """The patterns of a kind; a kind the edition gives none has those of work at home."""
        return self.hours.get(kind) or self.hours["home"]

    def satellite_office(self, code: str, on: date) -> SatelliteOffice | None:
        """The satellite office of that code, if it may be used on that day."""
        return next((each for each in self.satellite_offices if each.code == code and each.is_open_on(on)), None)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.hours.get("home"):
            raise ValueError("hours に home の勤務パターンがありません")
        for kind, patterns in self.hours.items():
            codes = [pattern.code for pattern in patterns]
            if len(set(codes)) != len(codes):
                raise ValueError(f"{kind} に同じコードの勤務パターンが二つあります")
            if any(pattern.from_time < self.day_begins for pattern in patterns):
                raise ValueError(f"{kind} に一日の区切り({self.day_begins})より早く始まる勤務パターンがあります")
        if "satellite_office" in self.places_allowed and not self.hours.get("satellite_office"):
            raise ValueError("hours に satellite_office の勤務パターンがありません")
        self._refuse_overlapping_offices()
        return self

    def _refuse_overlapping_offices(self) -> None:
        for number, one in enumerate(self.satellite_offices):
            if one.valid_to is not None and one.valid_to < one.valid_from:
                raise ValueError(f"サテライトオフィス「{one.code}」の終わりの日が始まりの日より前です")
            for other in self.satellite_offices[number + 1 :]:
                apart = (one.valid_to is not None and one.valid_to < other.valid_from) or (
                    other.valid_to is not None and other.valid_to < one.valid_from
                )
                if one.code == other.code and not apart:
                    raise ValueError(f"サテライトオフィス「{one.code}」が同じ日に二つあります")
