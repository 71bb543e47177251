"""What a command on the organisation means as a fact: what it leaves out is filled in from the day it takes effect."""

from collections.abc import Iterable
from datetime import date, timedelta

from domain.directory.commands import (
    AbolishPost,
    AbolishUnit,
    AdoptProxyOrder,
    Appoint,
    ChangePost,
    ChangeUnit,
    EndActing,
    EndAppointment,
    EstablishPost,
    EstablishUnit,
    Grant,
    NameActing,
    OneMove,
    Transfer,
    TransferMany,
    Withdraw,
)
from domain.directory.facts import (
    ActingEnded,
    ActingNamed,
    Appointed,
    AppointmentEnded,
    Change,
    DutyGranted,
    DutyWithdrawn,
    Move,
    PostAbolished,
    PostChanged,
    PostEstablished,
    ProxyOrderAdopted,
    RoleGranted,
    RoleWithdrawn,
    Transferred,
    UnitAbolished,
    UnitChanged,
    UnitEstablished,
)
from domain.directory.organisation import ProxyRule, Target
from domain.directory.state import Directory
from domain.record import Command
from domain.refusals import Refused, require

ONE_DAY = timedelta(days=1)


def fact_of(directory: Directory, command: Command, today: date) -> Change:
    """The one fact the command asks for. Refuses what is not there; all else is `legality.check`'s."""
    match command:
        case EstablishUnit() | ChangeUnit() | AbolishUnit():
            return _unit_fact(directory, command)
        case EstablishPost() | ChangePost() | AbolishPost():
            return _post_fact(directory, command)
        case Appoint():
            name = command.name or directory.name(command.person)
            if name is None:
                raise Refused("unknown-person", "person", "a person new to the directory needs a name")
            return Appointed(
                post=command.post,
                person=command.person,
                name=name,
                kind=command.kind,
                valid_from=command.from_,
                valid_to=command.to,
            )
        case EndAppointment():
            return _appointment_ended(directory, command, today)
        case NameActing():
            return ActingNamed(
                post=command.post, acting_post=command.acting_post, valid_from=command.from_, valid_to=command.to
            )
        case EndActing():
            return _acting_ended(directory, command, today)
        case Grant() | Withdraw():
            return _grant_fact(command)
        case Transfer():
            return _transferred(directory, command.on, (command,))
        case TransferMany():
            return _transferred(directory, command.on, command.moves)
        case AdoptProxyOrder():
            return _proxy_order_adopted(command)
    raise TypeError(f"not a change of the organisation: {type(command).__name__}")


def _proxy_order_adopted(command: AdoptProxyOrder) -> ProxyOrderAdopted:
    rules = (
        ProxyRule(
            absent=Target(rule.absent.by, rule.absent.code),
            proxies=tuple(Target(proxy.by, proxy.code) for proxy in rule.proxies),
        )
        for rule in command.rules
    )
    return ProxyOrderAdopted(valid_from=command.from_, rules=tuple(rules))


def _unit_fact(directory: Directory, command: EstablishUnit | ChangeUnit | AbolishUnit) -> Change:
    match command:
        case EstablishUnit():
            return UnitEstablished(
                unit=command.unit,
                name=command.name,
                kind=command.kind,
                parent=command.parent,
                document_symbol=command.document_symbol,
                valid_from=command.from_,
            )
        case ChangeUnit():
            now = directory.unit(command.unit, command.from_)
            if now is None:
                raise Refused("unknown-unit", "unit")
            changed = UnitChanged(
                unit=command.unit,
                name=command.name or now.name,
                kind=now.kind,
                parent=command.parent or now.parent,
                document_symbol=command.document_symbol or now.document_symbol,
                valid_from=command.from_,
            )
            same = (now.name, now.parent, now.document_symbol) == (
                changed.name,
                changed.parent,
                changed.document_symbol,
            )
            require(not same, "nothing-to-change")
            return changed
        case AbolishUnit():
            return UnitAbolished(unit=command.unit, abolished_on=command.on, successors=command.successors)


def _post_fact(directory: Directory, command: EstablishPost | ChangePost | AbolishPost) -> Change:
    match command:
        case EstablishPost():
            return PostEstablished(
                post=command.post,
                title=command.title,
                unit=command.unit,
                rank=command.rank,
                oversees=command.oversees,
                valid_from=command.from_,
            )
        case ChangePost():
            now = directory.post(command.post, command.from_)
            if now is None:
                raise Refused("unknown-post", "post")
            changed = PostChanged(
                post=command.post,
                title=command.title or now.title,
                unit=command.unit or now.unit,
                rank=command.rank or now.rank,
                oversees=now.oversees if command.oversees is None else command.oversees,
                valid_from=command.from_,
            )
            before = (now.title, now.unit, now.rank, now.oversees)
            require(before != (changed.title, changed.unit, changed.rank, changed.oversees), "nothing-to-change")
            return changed
        case AbolishPost():
            return PostAbolished(post=command.post, abolished_on=command.on, successor=command.successor)


def _appointment_ended(directory: Directory, command: EndAppointment, today: date) -> AppointmentEnded:
    spells = [
        spell
        for spell in directory.structure.appointments.get(command.post, ())
        if spell.person == command.person and (spell.valid_to is None or command.to < spell.valid_to)
    ]
    spell = min(spells, key=lambda spell: spell.valid_from, default=None)
    if spell is None:
        raise Refused("not-appointed", "person")
    return AppointmentEnded(
        post=command.post,
        person=command.person,
        valid_from=spell.valid_from,
        valid_to=_last_day(spell.valid_from, command.to, today),
    )


def _acting_ended(directory: Directory, command: EndActing, today: date) -> ActingEnded:
    spells = directory.structure.actings.get(command.post, ())
    open_ones = [spell for spell in spells if spell.valid_to is None or command.to < spell.valid_to]
    spell = min(open_ones, key=lambda spell: spell.valid_from, default=None)
    if spell is None:
        raise Refused("not-acting", "post")
    return ActingEnded(
        post=command.post,
        acting_post=spell.acting_post,
        valid_from=spell.valid_from,
        valid_to=_last_day(spell.valid_from, command.to, today),
    )


def _last_day(valid_from: date, last: date, today: date) -> date:
    """What has begun can only end; what has not is withdrawn: its last day is the day before its first."""
    require(last >= valid_from or today < valid_from, "dates-reversed", "to")
    return max(last, valid_from - ONE_DAY)


def _grant_fact(command: Grant | Withdraw) -> Change:
    require((command.role is None) != (command.duty is None), "role-or-duty", "role")
    post, on = command.post, command.from_
    match command:
        case Grant(role=str(role)):
            return RoleGranted(post=post, role=role, valid_from=on)
        case Grant(duty=str(duty)):
            return DutyGranted(post=post, duty=duty, valid_from=on)
        case Withdraw(role=str(role)):
            return RoleWithdrawn(post=post, role=role, withdrawn_on=on)
        case Withdraw(duty=str(duty)):
            return DutyWithdrawn(post=post, duty=duty, withdrawn_on=on)
    raise TypeError("neither role nor duty")


def _transferred(directory: Directory, on: date, moves: Iterable[OneMove | Transfer]) -> Transferred:
    day = directory.structure.day(on)
    made: list[Move] = []
    for move in moves:
        name = directory.name(move.person)
        if name is None:
            raise Refused("unknown-person", "person")
        held = day.held.get(move.from_post)
        made.append(
            Move(
                person=move.person,
                name=name,
                from_post=move.from_post,
                to_post=move.to_post,
                kind=held.kind if held else "regular",
                successor=move.successor,
            )
        )
    return Transferred(valid_from=on, moves=tuple(made))
