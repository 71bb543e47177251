"""管理簿の定義の点検: what no definition of a register may say, each fault with the field it is in, in Japanese."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.policies.entry import Beginning, Due, Register, RegisterField

NAMED = "field:"  # whoever holds the post that a field of the entry names


def faults(register: "Register") -> Iterator[str]:
    """Give everything that does not hold together in a register, as `field: what is wrong`."""
    yield from _headline(register)
    for name, field in register.fields.items():
        yield from _field(f"fields.{name}", field)
    yield from _states(register)
    for place, beginning in enumerate(register.begins):
        yield from _beginning(register, f"begins[{place}]", beginning, last=place == len(register.begins) - 1)
    yield from _transitions(register)
    yield from _named(register)
    yield from _reachable(register)


def _headline(register: "Register") -> Iterator[str]:
    field = register.fields.get(register.headline)
    if field is None:
        yield f"headline: 項目「{register.headline}」はありません"
    elif not field.required or field.later or field.type not in ("text", "choice"):
        yield "headline: 記入のときに必須の、文字又は選択の項目にしてください"


def _field(path: str, field: "RegisterField") -> Iterator[str]:
    if (field.type == "choice") != bool(field.options):
        yield f"{path}.options: 選択肢は選択(choice)の項目にだけ、必ず書いてください"
    if (field.type == "link") != (field.of is not None):
        yield f"{path}.of: つなぐ先は番号(link)の項目にだけ、必ず書いてください"
    if field.later and field.required:
        yield f"{path}.required: 後で聞く項目は、処理の requires に書いてください"
    if "max" in field.model_fields_set and field.type != "text":
        yield f"{path}.max: 字数は文字(text)の項目にだけ書いてください"


def _states(register: "Register") -> Iterator[str]:
    if not any(state.ends for state in register.states.values()):
        yield "states: 終わりの状態(ends: true)がありません"
    for name, state in register.states.items():
        path = f"states.{name}"
        if state.ends and (state.waits_for or state.due):
            yield f"{path}: 終わりの状態は、誰も待たず、期限もありません"
        if (state.waits_for is None) != (state.task is None):
            yield f"{path}.task: 待つ相手(waits_for)とすること(task)は、揃えて書いてください"
        if state.due is not None:
            yield from _due(register, name, state.due)


def _due(register: "Register", name: str, due: "Due") -> Iterator[str]:
    path = f"states.{name}.due"
    if register.states[name].waits_for is None and due.then is None:
        yield f"{path}: 期限のある状態には、待つ相手(waits_for)か、満了した後の状態(then)が要ります"
    if (due.office_days is None) == (due.field is None):
        yield f"{path}: office_days か field のどちらか一つを書いてください"
    field = register.fields.get(due.field or "")
    if due.field is not None and (field is None or field.type != "date"):
        yield f"{path}.field: 日付の項目「{due.field}」はありません"
    if due.then is None:
        if due.tells:
            yield f"{path}.tells: 満了した後の状態(then)のある期限にだけ書いてください"
        return
    if due.then not in register.states or due.then == name:
        yield f"{path}.then: 満了して移る状態「{due.then}」はありません"
    if due.repeat_office_days is not None:
        yield f"{path}.repeat_office_days: 満了する状態(then)では、繰り返して知らせることはありません"
    if register.permission_in(name):
        yield f"{path}.then: 許可を待つ状態は、期限が来ても進みません"


def _beginning(register: "Register", path: str, beginning: "Beginning", *, last: bool) -> Iterator[str]:
    state = register.states.get(beginning.state)
    if state is None:
        yield f"{path}.state: 状態「{beginning.state}」はありません"
    for name, values in beginning.when.items():
        field = register.fields.get(name)
        if field is None or field.type != "choice" or not field.required or field.later:
            yield f"{path}.when.{name}: 記入のときに必須の選択の項目ではありません"
            continue
        for value in sorted(set(values) - set(field.options)):
            yield f"{path}.when.{name}: 選択肢「{value}」はありません"
    if not beginning.when and not last:
        yield f"{path}.when: 条件のない始まりは、最後に一つだけ書けます"
    if beginning.when and last and not _covered(register):
        yield f"{path}.when: どの始まりにも当たらない選択肢があります"
    if state is not None:
        yield from _permission(register, path, beginning)


def _covered(register: "Register") -> bool:
    """Whether beginnings that look at one and the same field have every choice between them."""
    named = {name for each in register.begins for name in each.when}
    field = register.fields.get(next(iter(named), "")) if len(named) == 1 else None
    taken = {value for each in register.begins for values in each.when.values() for value in values}
    return field is not None and set(field.options) <= taken


def _permission(register: "Register", path: str, beginning: "Beginning") -> Iterator[str]:
    """Where permission is needed nothing begins without it; where it is not, nobody can be made to wait for it."""
    state, permission = register.states[beginning.state], beginning.permission
    if permission == "entrant":
        yield f"{path}.permission: 記入した本人の許可にはできません"
    if permission is not None and permission.startswith(NAMED):
        yield f"{path}.permission: 記入した本人が選ぶ職の許可にはできません"
    if permission is not None and state.waits_for != permission:
        yield f"{path}.permission: 状態「{beginning.state}」の待つ相手(waits_for)が許可者ではありません"
    if permission is None and register.permission_in(beginning.state):
        yield f"{path}.state: 許可を待つ状態「{beginning.state}」から、許可なしには始められません"
    for name, each in register.open_from(beginning.state).items() if permission else ():
        to = register.states.get(each.to or "")
        leads_on = to is not None and not to.ends
        if leads_on and set(each.by) != {permission}:
            yield f"transitions.{name}.by: 許可の前に進められるのは許可者だけです"


def _transitions(register: "Register") -> Iterator[str]:
    for name, each in register.transitions.items():
        path = f"transitions.{name}"
        for state in each.from_:
            if state not in register.states:
                yield f"{path}.from: 状態「{state}」はありません"
            elif register.states[state].ends:
                yield f"{path}.from: 状態「{state}」は終わりの状態です"
        if each.to is not None and each.to not in register.states:
            yield f"{path}.to: 状態「{each.to}」はありません"
        for key in ("requires", "asks"):
            for field in getattr(each, key):
                if field not in register.fields:
                    yield f"{path}.{key}: 項目「{field}」はありません"


def _named(register: "Register") -> Iterator[str]:
    """Whom a field names has to be known from the entry on."""
    named = {f"「{who}」": who.removeprefix(NAMED) for who in sorted(register.people) if who.startswith(NAMED)}
    named |= {f"begins[{n}].orders": each.orders for n, each in enumerate(register.begins) if each.orders}
    for path, name in named.items():
        field = register.fields.get(name)
        if field is None or field.type != "post" or not field.required or field.later:
            yield f"{path}: 記入のときに必須の職(post)の項目「{name}」はありません"


def _reachable(register: "Register") -> Iterator[str]:
    """Every state can be come to, and an end can be come to from every state."""
    ways = [(name, each.to) for each in register.transitions.values() if each.to for name in each.from_]
    ways += [(name, state.due.then) for name, state in register.states.items() if state.due and state.due.then]
    reached = {each.state for each in register.begins}
    while more := {to for name, to in ways if name in reached} - reached:
        reached |= more
    for name in register.states:
        if name not in reached:
            yield f"states.{name}: この状態になることがありません"
    ending = {name for name, state in register.states.items() if state.ends}
    while more := {name for name, to in ways if to in ending} - ending:
        ending |= more
    for name in register.states:
        if name not in ending:
            yield f"states.{name}: この状態から終わりに行き着きません"
