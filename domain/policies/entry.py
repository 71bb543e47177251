"""管理簿の定義: which registers there are, what an entry holds, how it moves, who is told, as data by edition."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from domain.policies.edition import Code, Label, RuleEdition, RuleModel
from domain.policies.entry_soundness import faults

FieldType = Literal["text", "choice", "date", "datetime", "boolean", "link", "post"]
Tone = Literal["go", "plain", "back", "end"]
WHO = r"^(entrant|head|(head_of|unit|duty|role|post|field):[a-z0-9][a-z0-9_-]*)$"
Who = Annotated[str, StringConstraints(pattern=WHO, max_length=80)]
Days = Annotated[int, Field(ge=0, le=60)]


def _in_order(value: Any) -> Any:
    """A list of `name: what it is`, one each: an adopted text keeps the order of lists, and of nothing else."""
    if not isinstance(value, list | tuple):
        raise ValueError("「- 名前: 内容」の並びにしてください")
    found: dict[str, Any] = {}
    for each in value:
        if not isinstance(each, dict) or len(each) != 1:
            raise ValueError("「- 名前: 内容」を一つずつ書いてください")
        ((name, what),) = each.items()
        if name in found:
            raise ValueError(f"「{name}」が二度書かれています")
        found[name] = _frozen(what)
    return found


def _frozen(value: Any) -> Any:
    """The same with tuples for lists, as strict models want what a validator hands on."""
    if isinstance(value, dict):
        return {name: _frozen(each) for name, each in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


Named = BeforeValidator(_in_order)


class RegisterField(RuleModel):
    """項目: one thing an entry says. `later`: not asked for at the entry but at transitions. `of`: a link's noun."""

    label: Label
    type: FieldType
    required: bool = False
    later: bool = False
    max: Annotated[int, Field(ge=1, le=4000)] = 200  # characters of a text
    options: Annotated[dict[Code, Label], Named] = Field(default_factory=dict)
    of: Annotated[str, StringConstraints(pattern=r"^[a-z]+$", max_length=32)] | None = None
    help: Annotated[str, StringConstraints(max_length=300)] = ""


class Due(RuleModel):
    """期限: so many office days from now, or the day a date field names; 17:15 of that day.

    Reminded at 09:00 `remind_office_days_before`; overdue it is reported to the head once, and reminded again every
    `repeat_office_days`. It informs; it never decides. With `then` it is the end of a period (満了): the entry passes
    to that state by itself, and `tells` are told; what waits for a permission has no such end.
    """

    office_days: Annotated[int, Field(ge=1, le=250)] | None = None
    field: Code | None = None
    remind_office_days_before: Days = 1
    repeat_office_days: Annotated[int, Field(ge=1, le=60)] | None = None
    then: Code | None = None
    tells: tuple[Who, ...] = ()


class RegisterState(RuleModel):
    """状態: where an entry stands, and for whom it waits. `ends`: it is over."""

    label: Label
    waits_for: Who | None = None
    task: Label | None = None  # what whoever is waited on has to do, as a list says it
    due: Due | None = None
    ends: bool = False


class Beginning(RuleModel):
    """始まり: the state an entry begins in, where its fields have one of the values of `when`.

    `permission`: whose permission is awaited first; None: it stands at once. `tells` are told in parallel, at once.
    `orders`: the field with the post that is given an order; only whoever heads its unit or stands over it may give it.
    """

    state: Code
    label: Label
    when: dict[Code, tuple[Code, ...]] = Field(default_factory=dict)
    permission: Who | None = None
    tells: tuple[Who, ...] = ()
    orders: Code | None = None


class Transition(RuleModel):
    """処理: a verb of the register. `to` None: the entry stays where it is (a note, a later date)."""

    label: Label
    from_: Annotated[tuple[Code, ...], Field(alias="from", min_length=1)]
    to: Code | None = None
    by: Annotated[tuple[Who, ...], Field(min_length=1)]
    requires: tuple[Code, ...] = ()
    asks: tuple[Code, ...] = ()
    tells: tuple[Who, ...] = ()
    opens: Code | None = None  # the register in which a linked entry is to be made next
    tone: Tone = "plain"
    says: Annotated[str, StringConstraints(max_length=300)] = ""  # what follows, as the form says it

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field it takes, the required ones first."""
        return tuple(dict.fromkeys((*self.requires, *self.asks)))


class Register(RuleModel):
    """管理簿: one register. `headline` names the field that lists show; `confidential`: not for the whole unit."""

    label: Label
    about: Annotated[str, StringConstraints(max_length=500)] = ""
    notice: Annotated[str, StringConstraints(max_length=300)] = ""  # on every page of it: whom to call
    headline: Code
    confidential: bool = False
    urgent: bool = False
    fields: Annotated[dict[Code, RegisterField], Named, Field(min_length=1)]
    states: Annotated[dict[Code, RegisterState], Named, Field(min_length=1)]
    begins: Annotated[tuple[Beginning, ...], Field(min_length=1)]
    transitions: Annotated[dict[Code, Transition], Named, Field(min_length=1)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        found = list(faults(self))
        if found:
            raise ValueError("、".join(found))
        return self

    @property
    def at_entry(self) -> tuple[str, ...]:
        """The fields asked for when an entry is made."""
        return tuple(name for name, field in self.fields.items() if not field.later)

    @property
    def people(self) -> frozenset[str]:
        """Everybody the register speaks of, apart from the entrant."""
        by = (who for each in self.transitions.values() for who in (*each.by, *each.tells))
        begun = (who for each in self.begins for who in (*each.tells, each.permission) if who)
        awaited = (state.waits_for for state in self.states.values() if state.waits_for)
        expired = (who for state in self.states.values() if state.due for who in state.due.tells)
        return frozenset((*by, *begun, *awaited, *expired)) - {"entrant"}

    @property
    def actors(self) -> frozenset[str]:
        """Who may have something to do with any entry of the register, apart from the entrant."""
        by = (who for each in self.transitions.values() for who in each.by)
        awaited = (state.waits_for for state in self.states.values() if state.waits_for)
        return frozenset((*by, *awaited)) - {"entrant"}

    def beginning(self, values: dict[str, str | bool]) -> Beginning | None:
        """The first beginning whose conditions the values meet."""
        return next((each for each in self.begins if _meets(each, values)), None)

    def open_from(self, state: str) -> dict[str, Transition]:
        """The transitions that lead on from a state, by verb."""
        return {name: each for name, each in self.transitions.items() if state in each.from_}

    def permission_in(self, state: str) -> str | None:
        """Whose permission an entry in this state waits for, if any."""
        return next((each.permission for each in self.begins if each.state == state and each.permission), None)


def _meets(beginning: Beginning, values: dict[str, str | bool]) -> bool:
    return all(values.get(name) in allowed for name, allowed in beginning.when.items())


class RegisterRules(RuleEdition):
    """One edition of the registers, each under its code."""

    definitions: Annotated[dict[Code, Register], Named, Field(min_length=1)]

    @model_validator(mode="after")
    def _opens_what_there_is(self) -> Self:
        for code, register in self.definitions.items():
            for name, each in register.transitions.items():
                if each.opens is not None and each.opens not in self.definitions:
                    raise ValueError(f"definitions.{code}.transitions.{name}.opens: 管理簿「{each.opens}」はありません")
        return self
