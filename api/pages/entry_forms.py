"""管理簿の入力欄: the form of an entry or of an act, drawn from the register's definition; what was typed."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from api.pages.act_fields import ActForm, Field, Kind, Option
from api.pages.desk import Reader
from api.pages.reading_forms import Typed, act_values
from domain.policies.entry import Beginning, Register, RegisterField, Transition

LINE_CHARACTERS_MAX, LINK_CHARACTERS_MAX = 120, 32
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "text": "text",
        "link": "line",
        "post": "line",
        "choice": "choice",
        "date": "date",
        "datetime": "datetime",
        "boolean": "check",
    }
)
PREFIX = "v_"  # before the names of fields, which are the register's, and none of ours
WHO: Mapping[str, str] = MappingProxyType(
    {"entrant": "記入した職員", "head": "記入した職員の情報セキュリティ管理者（所属長）"}
)


def entry_form(register: Register, reader: Reader) -> ActForm:
    """Give the form of a new entry."""
    begins = register.begins
    leads = [_beginning(each, register, reader) for each in begins]
    return ActForm(
        heading=f"{register.label}に記入する",
        short="記入する",
        button="・".join(dict.fromkeys(each.label for each in begins)),
        tone="go",
        lead="".join(leads),
        notice=register.notice,
        fields=fields(register, register.at_entry, required=()),
        is_brief=register.urgent,
    )


def act_form(register: Register, transition: Transition, reader: Reader, *, verb: str) -> ActForm:
    """Give the form of one act."""
    tells = _told(transition.tells, reader)
    return ActForm(
        heading=transition.label,
        short=transition.label,
        button=f"{transition.label}を記録する",
        verb=verb,
        tone=transition.tone,
        lead=f"{transition.says}{f'知らせる相手: {tells}。' if tells else ''}",
        notice=register.notice,
        fields=fields(register, transition.fields, required=transition.requires),
    )


def fields(register: Register, names: Iterable[str], *, required: Sequence[str]) -> tuple[Field, ...]:
    """Give an input for each of the register's fields."""
    return tuple(_field(name, register.fields[name], required=name in required) for name in names)


def _field(name: str, field: RegisterField, *, required: bool) -> Field:
    is_link = field.type == "link"
    is_line = field.type == "text" and field.max <= LINE_CHARACTERS_MAX
    return Field(
        name=f"{PREFIX}{name}",
        label=field.label,
        kind="line" if is_line else KINDS[field.type],
        required=field.required or required,
        help=field.help or ("番号（例 R8-000123）" if is_link else ""),
        max=LINK_CHARACTERS_MAX if is_link else field.max,
        options=tuple(Option(value=value, label=label) for value, label in field.options.items()),
    )


def field_values(form: ActForm, typed: Typed) -> dict[str, str | bool]:
    """Give the values of the register's fields as typed; what is left empty is left out. Refuses `invalid` by field."""
    read = act_values(form, typed)
    return {
        name.removeprefix(PREFIX): value.strip() if isinstance(value, str) else value
        for name, value in read.items()
        if name.startswith(PREFIX)
    }


def on_page(field: str) -> str:
    """Give what a field of the command is called on the page."""
    return f"{PREFIX}{field.removeprefix('fields.')}" if field.startswith("fields.") else field


def who_label(who: str, reader: Reader) -> str:
    """Give whom a register means, in words."""
    kind, _, code = who.partition(":")
    unit = reader.directory.unit(code, reader.today) if code else None
    if kind == "head_of":
        return f"{unit.name if unit else code}の長"
    if kind == "unit":
        return f"{unit.name if unit else code}の全員"
    if kind == "field":
        return "記入された職"
    return reader.title(code) if kind == "post" else WHO.get(who, code)


def _told(whom: Iterable[str], reader: Reader) -> str:
    return "、".join(who_label(who, reader) for who in whom)


def _beginning(beginning: Beginning, register: Register, reader: Reader) -> str:
    asks = [
        f"{register.fields[name].label}が{'・'.join(register.fields[name].options[value] for value in values)}のとき、"
        for name, values in beginning.when.items()
    ]
    told = _told(beginning.tells, reader)
    at_once = f"{told}に同時に知らせます。" if told else ""
    if beginning.permission is not None:
        permission = who_label(beginning.permission, reader)
        return f"{''.join(asks)}「{beginning.label}」と、{permission}の判断を待ちます。{at_once}"
    return f"{''.join(asks)}「{beginning.label}」と、許可を待たずに記録され、{at_once or 'すぐに有効になります。'}"
