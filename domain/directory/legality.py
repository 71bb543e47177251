"""Whether one new fact fits those already there; whether the whole still holds together is `soundness`."""

from datetime import date, timedelta
from itertools import combinations

from domain.directory.facts import (
    ActingEnded,
    ActingNamed,
    Appointed,
    AppointmentEnded,
    Change,
    DutyGranted,
    DutyWithdrawn,
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
from domain.directory.folding import evolve
from domain.directory.organisation import RANKS
from domain.directory.soundness import flaws
from domain.directory.state import Directory
from domain.directory.structure import Structure
from domain.refusals import Refused, require

ROLES = frozenset({"auditor", "finance", "directory-admin", "operator"})
ONE_DAY = timedelta(days=1)


def takes_effect(fact: Change) -> date:
    """The first day on which an organisational fact makes a difference. Absences, dated by instants, have none."""
    match fact:
        case AppointmentEnded() | ActingEnded():
            return fact.valid_to + ONE_DAY
        case UnitAbolished() | PostAbolished():
            return fact.abolished_on
        case RoleWithdrawn() | DutyWithdrawn():
            return fact.withdrawn_on
        case _:
            day = getattr(fact, "valid_from", None)
            if not isinstance(day, date):
                raise TypeError(f"{type(fact).__name__} is not dated by days")
            return day


def check(directory: Directory, fact: Change) -> Directory:
    """Give the directory with the fact in it. Refuses what contradicts the rest on any day, now or later."""
    match fact:
        case UnitEstablished() | UnitChanged() | UnitAbolished():
            _check_unit(directory, fact)
        case PostEstablished() | PostChanged() | PostAbolished():
            _check_post(directory, fact)
        case RoleGranted() | RoleWithdrawn() | DutyGranted() | DutyWithdrawn():
            _check_grant(directory, fact)
        case Appointed():
            _known_post(directory, fact.post, fact.valid_from, "post")
            _in_order(fact.valid_from, fact.valid_to)
        case ActingNamed():
            _check_acting(directory, fact)
        case Transferred():
            _check_transfer(directory, fact)
        case ProxyOrderAdopted():
            absent = [rule.absent for rule in fact.rules]
            require(len(absent) == len(set(absent)), "rule-repeated", "rules")
    after = evolve(directory, fact)
    _check_spells(after.structure, fact)
    _check_days(directory, after, takes_effect(fact))
    return after


def _known_unit(directory: Directory, unit: str | None, on: date, field: str) -> None:
    require(unit is not None and directory.unit(unit, on) is not None, "unknown-unit", field)


def _known_post(directory: Directory, post: str, on: date, field: str) -> None:
    require(directory.post(post, on) is not None, "unknown-post", field)


def _in_order(valid_from: date, valid_to: date | None) -> None:
    require(valid_to is None or valid_from <= valid_to, "dates-reversed", "to")


def _check_unit(directory: Directory, fact: UnitEstablished | UnitChanged | UnitAbolished) -> None:
    match fact:
        case UnitEstablished():
            timeline = directory.structure.units.get(fact.unit, ())
            later = any(day >= fact.valid_from and unit is not None for day, unit in timeline)
            require(not later and directory.unit(fact.unit, fact.valid_from) is None, "unit-exists", "unit")
            if fact.kind != "prefecture":
                _known_unit(directory, fact.parent, fact.valid_from, "parent")
        case UnitChanged():
            _known_unit(directory, fact.unit, fact.valid_from, "unit")
            if fact.kind != "prefecture":
                _known_unit(directory, fact.parent, fact.valid_from, "parent")
            below = directory.unit_path(fact.parent, fact.valid_from) if fact.parent else ()
            require(fact.unit not in below, "parent-cycle", "parent")
        case UnitAbolished():
            on = fact.abolished_on
            _known_unit(directory, fact.unit, on, "unit")
            require(not any(post.unit == fact.unit for post in directory.posts(on)), "unit-in-use", "unit")
            require(not any(unit.parent == fact.unit for unit in directory.units(on)), "unit-in-use", "unit")
            for successor in fact.successors:
                require(successor != fact.unit, "unknown-unit", "successors")
                _known_unit(directory, successor, on, "successors")


def _check_post(directory: Directory, fact: PostEstablished | PostChanged | PostAbolished) -> None:
    match fact:
        case PostEstablished():
            timeline = directory.structure.posts.get(fact.post, ())
            later = any(day >= fact.valid_from and post is not None for day, post in timeline)
            require(not later and directory.post(fact.post, fact.valid_from) is None, "post-exists", "post")
        case PostChanged():
            _known_post(directory, fact.post, fact.valid_from, "post")
        case PostAbolished():
            on = fact.abolished_on
            _known_post(directory, fact.post, on, "post")
            spells = directory.structure.appointments.get(fact.post, ())
            require(not any(spell.overlaps(on, None) for spell in spells), "post-in-use", "post")
            if fact.successor is not None:
                require(fact.successor != fact.post, "unknown-post", "successor")
                _known_post(directory, fact.successor, on, "successor")
            return
    require(fact.rank in RANKS, "unknown-rank", "rank")
    _known_unit(directory, fact.unit, fact.valid_from, "unit")
    for unit in fact.oversees:
        _known_unit(directory, unit, fact.valid_from, "oversees")
        others = [post for post in directory.posts(fact.valid_from) if unit in post.oversees and post.code != fact.post]
        require(not others, "already-overseen", "oversees")


def _check_grant(directory: Directory, fact: RoleGranted | RoleWithdrawn | DutyGranted | DutyWithdrawn) -> None:
    on = takes_effect(fact)
    _known_post(directory, fact.post, on, "post")
    post = directory.post(fact.post, on)
    assert post is not None
    match fact:
        case RoleGranted():
            require(fact.role in ROLES, "unknown-role", "role")
            require(fact.role not in post.roles, "already-granted", "role")
        case RoleWithdrawn():
            require(fact.role in post.roles, "not-granted", "role")
        case DutyGranted():
            require(fact.duty not in post.duties, "already-granted", "duty")
        case DutyWithdrawn():
            require(fact.duty in post.duties, "not-granted", "duty")


def _check_acting(directory: Directory, fact: ActingNamed) -> None:
    _in_order(fact.valid_from, fact.valid_to)
    _known_post(directory, fact.post, fact.valid_from, "post")
    _known_post(directory, fact.acting_post, fact.valid_from, "acting_post")
    require(fact.post != fact.acting_post, "acting-for-itself", "acting_post")
    for spell in directory.structure.actings.get(fact.post, ()):
        starts_before_end = fact.valid_to is None or spell.valid_from <= fact.valid_to
        ends_after_start = spell.valid_to is None or fact.valid_from <= spell.valid_to
        require(not (starts_before_end and ends_after_start), "already-acting", "post")


def _check_transfer(directory: Directory, fact: Transferred) -> None:
    day = directory.structure.day(fact.valid_from)
    leaving = [(move.person, move.from_post) for move in fact.moves]
    require(len(leaving) == len(set(leaving)), "moved-twice", "moves")
    for move in fact.moves:
        _known_post(directory, move.from_post, fact.valid_from, "from_post")
        _known_post(directory, move.to_post, fact.valid_from, "to_post")
        require(move.from_post != move.to_post, "nothing-to-change", "to_post")
        held = day.held.get(move.from_post)
        require(held is not None and held.person == move.person, "not-appointed", "person")
        if move.successor is not None:
            known = directory.name(move.successor) is not None and move.successor != move.person
            require(known, "unknown-person", "successor")


def _check_spells(after: Structure, fact: Change) -> None:
    """One post, one holder; one person, one regular post: on every day, also in the future."""
    match fact:
        case Appointed():
            posts, persons, field = [fact.post], [fact.person], "post"
        case Transferred():
            posts, persons, field = [m.to_post for m in fact.moves], [m.person for m in fact.moves], "to_post"
        case _:
            return
    for post in posts:
        for one, other in combinations(after.appointments[post], 2):
            require(not one.overlaps(other.valid_from, other.valid_to), "post-occupied", field)
    for person in persons:
        regular = [spell for spell in after.careers[person] if spell.kind == "regular"]
        for one, other in combinations(regular, 2):
            require(not one.overlaps(other.valid_from, other.valid_to), "already-regular", "person")


def _check_days(before: Directory, after: Directory, since: date) -> None:
    for day in after.structure.change_days(since):
        new = flaws(after.structure.day(day)) - flaws(before.structure.day(day))
        if new:
            raise Refused("organisation-broken", None, f"on {day.isoformat()}: {'; '.join(sorted(new))}")
