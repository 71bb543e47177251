"""How the directory's facts add up: facts are only copied into place, so any prefix of them is a directory."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from domain.directory.facts import (
    AbsenceCancelled,
    AbsenceRecorded,
    ActingEnded,
    ActingNamed,
    Appointed,
    AppointmentEnded,
    ChangeConfirmed,
    ChangeProposed,
    ChangeRefused,
    DutyGranted,
    DutyWithdrawn,
    Move,
    PersonRenamed,
    PostAbolished,
    PostChanged,
    PostEstablished,
    PrefectureNamed,
    ProxyOrderAdopted,
    RoleGranted,
    RoleWithdrawn,
    Transferred,
    UnitAbolished,
    UnitChanged,
    UnitEstablished,
)
from domain.directory.organisation import Absence, Acting, Appointment, Post, Unit
from domain.directory.state import Directory, Proposal
from domain.directory.structure import Structure, placed
from domain.events import Event, Meta

ONE_DAY = timedelta(days=1)


def evolve(directory: Directory, event: Event, meta: Meta | None = None) -> Directory:
    """The directory after one more fact. Directory facts carry all they need: `meta` is accepted, not looked at."""
    return fold(directory, (event,))


def fold(directory: Directory, events: Iterable[Event]) -> Directory:
    """The directory after a batch of facts, for which its dictionaries are copied once."""
    edit = _Edit(directory)
    for event in events:
        edit.count(event)
    return edit.done()


class _Edit:
    """A directory under change: owns copies of only those parts that the batch touches."""

    def __init__(self, base: Directory) -> None:
        self._base = base
        self._version = base.version
        self._structure: Structure | None = None
        self._absences = dict(base.absences)
        self._absences_of = dict(base.absences_of)
        self._proposals = dict(base.proposals)

    def count(self, event: Event) -> None:
        """Apply one stored event; it raises the version by one, whatever it contains."""
        self._version += 1
        match event:
            case ChangeProposed():
                self._proposals[event.proposal] = Proposal(
                    proposal=event.proposal, facts=event.facts, proposed_by=event.proposed_by, concerned=event.concerned
                )
            case ChangeConfirmed():
                proposal = self._proposals[event.proposal]
                self._proposals[event.proposal] = replace(proposal, state="confirmed")
                for fact in proposal.facts:
                    self._apply(fact)
            case ChangeRefused():
                self._proposals[event.proposal] = replace(self._proposals[event.proposal], state="refused")
            case _:
                self._apply(event)

    def done(self) -> Directory:
        """The finished directory. An unchanged structure is kept, with the days it has worked out."""
        return Directory(
            version=self._version,
            structure=self._structure or self._base.structure,
            absences=self._absences,
            absences_of=self._absences_of,
            proposals=self._proposals,
        )

    def _apply(self, fact: Event) -> None:
        match fact:
            case AbsenceRecorded():
                self._absences[fact.absence] = Absence(
                    absence=fact.absence,
                    person=fact.person,
                    begins_at=fact.begins_at,
                    ends_at=fact.ends_at,
                    reason=fact.reason,
                    entered_by=fact.entered_by,
                )
                self._absences_of[fact.person] = (*self._absences_of.get(fact.person, ()), fact.absence)
            case AbsenceCancelled():
                self._absences[fact.absence] = replace(self._absences[fact.absence], cancelled_at=fact.cancelled_at)
            case _:
                if self._structure is None:
                    self._structure = self._base.structure.copied()
                self._structure = _restructured(self._structure, fact)


def _restructured(structure: Structure, fact: Event) -> Structure:
    """Write the fact into the structure's own dictionaries; what is no dictionary needs a new structure."""
    match fact:
        case PrefectureNamed():
            return replace(structure, prefecture=(fact.code, fact.name))
        case ProxyOrderAdopted():
            return replace(structure, proxy_order=placed(structure.proxy_order, fact.valid_from, fact.rules))
        case UnitEstablished() | UnitChanged() | UnitAbolished():
            _unit(structure, fact)
        case PostEstablished() | PostChanged() | PostAbolished():
            _post(structure, fact)
        case RoleGranted() | RoleWithdrawn() | DutyGranted() | DutyWithdrawn():
            _grant(structure, fact)
        case Appointed():
            structure.names[fact.person] = fact.name
            _appoint(
                structure,
                Appointment(
                    post=fact.post,
                    person=fact.person,
                    kind=fact.kind,
                    valid_from=fact.valid_from,
                    valid_to=fact.valid_to,
                ),
            )
        case PersonRenamed():
            structure.names[fact.person] = fact.name
        case AppointmentEnded():
            _end(structure, fact.post, fact.person, fact.valid_from, fact.valid_to)
        case ActingNamed() | ActingEnded():
            _acting(structure, fact)
        case Transferred():
            _transfer(structure, fact)
    return structure


def _unit(structure: Structure, fact: UnitEstablished | UnitChanged | UnitAbolished) -> None:
    timeline = structure.units.get(fact.unit, ())
    match fact:
        case UnitAbolished():
            structure.units[fact.unit] = placed(timeline, fact.abolished_on, None)
            structure.unit_successors[fact.unit] = fact.successors
        case _:
            unit = Unit(
                code=fact.unit, name=fact.name, kind=fact.kind, parent=fact.parent, document_symbol=fact.document_symbol
            )
            structure.units[fact.unit] = placed(timeline, fact.valid_from, unit)


def _post(structure: Structure, fact: PostEstablished | PostChanged | PostAbolished) -> None:
    timeline = structure.posts.get(fact.post, ())
    match fact:
        case PostAbolished():
            structure.posts[fact.post] = placed(timeline, fact.abolished_on, None)
            _strip(structure, fact.post, fact.abolished_on)
            if fact.successor is not None:
                structure.post_successors[fact.post] = fact.successor
        case _:
            post = Post(code=fact.post, title=fact.title, unit=fact.unit, rank=fact.rank, oversees=fact.oversees)
            structure.posts[fact.post] = placed(timeline, fact.valid_from, post)


def _strip(structure: Structure, post: str, on: date) -> None:
    """What was granted to an abolished post goes with it: a later post of the same code starts with nothing."""
    for grants in (structure.roles, structure.duties):
        for key in [key for key in grants if key[0] == post]:
            grants[key] = (*(entry for entry in grants[key] if entry[0] < on), (on, False))
    spells = (
        replace(spell, valid_to=on - ONE_DAY) if spell.covers(on) else spell
        for spell in structure.actings.get(post, ())
    )
    structure.actings[post] = tuple(spell for spell in spells if spell.valid_from < on)


def _grant(structure: Structure, fact: RoleGranted | RoleWithdrawn | DutyGranted | DutyWithdrawn) -> None:
    match fact:
        case RoleGranted():
            key, grants, since, given = (fact.post, fact.role), structure.roles, fact.valid_from, True
        case RoleWithdrawn():
            key, grants, since, given = (fact.post, fact.role), structure.roles, fact.withdrawn_on, False
        case DutyGranted():
            key, grants, since, given = (fact.post, fact.duty), structure.duties, fact.valid_from, True
        case DutyWithdrawn():
            key, grants, since, given = (fact.post, fact.duty), structure.duties, fact.withdrawn_on, False
    grants[key] = placed(grants.get(key, ()), since, given)


def _appoint(structure: Structure, appointment: Appointment) -> None:
    post, person = appointment.post, appointment.person
    structure.appointments[post] = (*structure.appointments.get(post, ()), appointment)
    structure.careers[person] = (*structure.careers.get(person, ()), appointment)


def _end(structure: Structure, post: str, person: str, valid_from: date, valid_to: date) -> None:
    def ended(spells: tuple[Appointment, ...]) -> tuple[Appointment, ...]:
        mine = (post, person, valid_from)
        new = [replace(s, valid_to=valid_to) if (s.post, s.person, s.valid_from) == mine else s for s in spells]
        return tuple(spell for spell in new if spell.valid_to is None or spell.valid_to >= spell.valid_from)

    structure.appointments[post] = ended(structure.appointments.get(post, ()))
    structure.careers[person] = ended(structure.careers.get(person, ()))


def _acting(structure: Structure, fact: ActingNamed | ActingEnded) -> None:
    spells = structure.actings.get(fact.post, ())
    if isinstance(fact, ActingEnded):
        spells = tuple(s for s in spells if (s.acting_post, s.valid_from) != (fact.acting_post, fact.valid_from))
    if fact.valid_to is None or fact.valid_to >= fact.valid_from:
        acting = Acting(
            post=fact.post, acting_post=fact.acting_post, valid_from=fact.valid_from, valid_to=fact.valid_to
        )
        spells = (*spells, acting)
    structure.actings[fact.post] = spells


def _transfer(structure: Structure, fact: Transferred) -> None:
    """First everybody leaves, then everybody arrives: within one event two people may take each other's posts."""
    day_before = fact.valid_from - ONE_DAY
    for move in fact.moves:
        for spell in structure.appointments.get(move.from_post, ()):
            if spell.person == move.person and spell.covers(fact.valid_from):
                _end(structure, move.from_post, move.person, spell.valid_from, day_before)
    for move in fact.moves:
        _arrive(structure, move, fact.valid_from)


def _arrive(structure: Structure, move: Move, on: date) -> None:
    structure.names[move.person] = move.name
    _appoint(
        structure,
        Appointment(post=move.to_post, person=move.person, kind=move.kind, valid_from=on, valid_to=None),
    )
    if move.successor is not None:
        key = (move.person, move.from_post)
        structure.handovers[key] = (*structure.handovers.get(key, ()), (on, move.successor))
