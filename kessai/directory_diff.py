"""What would make the directory as a file describes it: differences to read, and the facts they stand for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.directory import Directory, Post, Unit, fold
from domain.directory.absences import begin_of, end_of
from domain.directory.facts import (
    AbsenceRecorded,
    ActingEnded,
    ActingNamed,
    Appointed,
    AppointmentEnded,
    Change,
    DutyGranted,
    DutyWithdrawn,
    PersonRenamed,
    PostAbolished,
    PostChanged,
    PostEstablished,
    PrefectureNamed,
    ProxyOrderAdopted,
    RoleGranted,
    RoleWithdrawn,
    UnitAbolished,
    UnitChanged,
    UnitEstablished,
)
from domain.directory.organisation import Appointment, AppointmentKind
from domain.directory.soundness import flaws
from kessai.directory_rows import AbsenceRow, Desired, PostRow, UnitRow

ONE_DAY = timedelta(days=1)
IMPORTER = "directory-import"


@dataclass(frozen=True)
class Difference:
    """One line of the diff and the fact it stands for. `text` begins with ＋ (new), ～ (changed) or － (gone)."""

    text: str
    fact: Change


class Unsound(Exception):
    """The file is sound, but not together with what the directory already knows of later days."""


def diff(directory: Directory, desired: Desired, *, on: date | None = None, by: str = IMPORTER) -> list[Difference]:
    """What makes the directory on the day `on` (the file's own day if not given) equal to the file; empty if it is.

    Only that day is compared: what happens to the directory later is no difference and is not undone. Absences are only
    added. In the order given, every prefix is a directory. Raises `Unsound` where later facts contradict the file.
    """
    day = on or desired.prefecture.valid_from
    found = [
        *_prefecture(directory, desired, day),
        *_units(directory, desired, day),
        *_endings(directory, desired, day),
        *_posts(directory, desired, day),
        *_grants(directory, desired, day),
        *_proxy_order(directory, desired, day),
        *_actings(directory, desired, day),
        *_appointments(directory, desired, day),
        *_gone(directory, desired, day),
    ]
    found += _absences(directory, desired, by, first=directory.version + len(found) + 1)
    _sound_together(directory, [difference.fact for difference in found], day)
    return found


def _sound_together(directory: Directory, facts: Iterable[Change], on: date) -> None:
    after = fold(directory, facts)
    for day in after.structure.change_days(on):
        new = flaws(after.structure.day(day)) - flaws(directory.structure.day(day))
        if new:
            raise Unsound(f"{day}の時点で組織のつながりが壊れます: {'; '.join(sorted(new))}")


def _prefecture(directory: Directory, desired: Desired, on: date) -> Iterator[Difference]:
    row = desired.prefecture
    if directory.structure.prefecture != (row.code, row.name):
        fact = PrefectureNamed(code=row.code, name=row.name, valid_from=on)
        yield Difference(f"{'～' if directory.structure.prefecture else '＋'} 県 {row.name}({row.code})", fact)


def _units(directory: Directory, desired: Desired, on: date) -> Iterator[Difference]:
    parents = {row.code: row.parent for row in desired.units}

    def depth(row: UnitRow) -> int:
        steps, at = 0, row.parent
        while at is not None:
            steps, at = steps + 1, parents[at]
        return steps

    for row in sorted(desired.units, key=depth):  # parents before their children
        now = directory.unit(row.code, on)
        wanted = Unit(
            code=row.code, name=row.name, kind=row.kind, parent=row.parent, document_symbol=row.document_symbol
        )
        if now == wanted:
            continue
        make = UnitChanged if now else UnitEstablished
        fact = make(
            unit=row.code,
            name=row.name,
            kind=row.kind,
            parent=row.parent,
            document_symbol=row.document_symbol,
            valid_from=on,
        )
        what = _changed(_unit_words(now), _unit_words(wanted)) if now else ""
        yield Difference(f"{'～' if now else '＋'} 所属 {row.name}({row.code}){what}", fact)


def _unit_words(unit: Unit) -> dict[str, str]:
    return {
        "名称": unit.name,
        "種類": unit.kind,
        "上位": unit.parent or "なし",
        "文書記号": unit.document_symbol or "なし",
    }


def _changed(before: dict[str, str], after: dict[str, str]) -> str:
    parts = [f"{word} {before[word]} → {after[word]}" for word in before if before[word] != after[word]]
    return f": {'、'.join(parts)}"


def _posts(directory: Directory, desired: Desired, on: date) -> Iterator[Difference]:
    overseers = {unit: post.code for post in directory.posts(on) for unit in post.oversees}

    def takes_over(row: PostRow) -> bool:
        return any(overseers.get(unit, row.code) != row.code for unit in row.oversees)

    for row in sorted(desired.posts, key=takes_over):  # who gives up a unit before who takes it over
        now = directory.post(row.code, on)
        wanted = Post(code=row.code, title=row.title, unit=row.unit, rank=row.rank, oversees=row.oversees)
        if now is not None and _post_words(now) == _post_words(wanted):
            continue
        make = PostChanged if now else PostEstablished
        fact = make(post=row.code, title=row.title, unit=row.unit, rank=row.rank, oversees=row.oversees, valid_from=on)
        what = _changed(_post_words(now), _post_words(wanted)) if now else ""
        yield Difference(f"{'～' if now else '＋'} 職 {row.title}({row.code}){what}", fact)


def _post_words(post: Post) -> dict[str, str]:
    return {"職名": post.title, "所属": post.unit, "職位": post.rank, "担当": "・".join(post.oversees) or "なし"}


def _grants(directory: Directory, desired: Desired, on: date) -> Iterator[Difference]:
    for row in desired.posts:
        now = directory.post(row.code, on)
        roles, duties = (now.roles, now.duties) if now else ((), ())
        for role in [role for role in row.roles if role not in roles]:
            fact = RoleGranted(post=row.code, role=role, valid_from=on)
            yield Difference(f"＋ 役割 {role}: {row.title}({row.code})", fact)
        for old in [role for role in roles if role not in row.roles]:
            gone = RoleWithdrawn(post=row.code, role=old, withdrawn_on=on)
            yield Difference(f"－ 役割 {old}: {row.title}({row.code})", gone)
        for duty in [duty for duty in row.duties if duty not in duties]:
            granted = DutyGranted(post=row.code, duty=duty, valid_from=on)
            yield Difference(f"＋ 職務 {duty}: {row.title}({row.code})", granted)
        for duty in [duty for duty in duties if duty not in row.duties]:
            withdrawn = DutyWithdrawn(post=row.code, duty=duty, withdrawn_on=on)
            yield Difference(f"－ 職務 {duty}: {row.title}({row.code})", withdrawn)


def _proxy_order(directory: Directory, desired: Desired, on: date) -> Iterator[Difference]:
    rules = tuple(row.rule for row in desired.proxy_order)
    now = directory.structure.day(on).rules
    if rules != now:
        fact = ProxyOrderAdopted(valid_from=on, rules=rules)
        yield Difference(f"{'～' if now else '＋'} 代決順位({len(rules)}件)", fact)


def _endings(directory: Directory, desired: Desired, on: date) -> Iterator[Difference]:
    """Appointments and acting orders of that day that the file does not have, also those of posts it does not have."""
    rows = {row.code: row for row in desired.posts}
    regular = desired.regular_posts()
    for held in directory.structure.day(on).held.values():
        row = rows.get(held.post)
        if row is None or (row.person, _kind(row, regular)) != (held.person, held.kind):
            ended = AppointmentEnded(
                post=held.post, person=held.person, valid_from=held.valid_from, valid_to=on - ONE_DAY
            )
            name = directory.name(held.person)
            yield Difference(f"－ 任命 {held.post}: {name}", ended)
    for spells in directory.structure.actings.values():
        for spell in spells:
            wanted = rows[spell.post].acting if spell.post in rows else None
            if spell.covers(on) and spell.acting_post != wanted:
                fact = ActingEnded(
                    post=spell.post, acting_post=spell.acting_post, valid_from=spell.valid_from, valid_to=on - ONE_DAY
                )
                yield Difference(f"－ 事務取扱 {spell.post}: {spell.acting_post}", fact)


def _actings(directory: Directory, desired: Desired, on: date) -> Iterator[Difference]:
    for row in desired.posts:
        now = directory.post(row.code, on)
        if row.acting is None or (now is not None and now.acting == row.acting):
            continue
        later = [s.valid_from for s in directory.structure.actings.get(row.code, ()) if s.valid_from > on]
        fact = ActingNamed(
            post=row.code, acting_post=row.acting, valid_from=on, valid_to=min(later) - ONE_DAY if later else None
        )
        yield Difference(f"＋ 事務取扱 {row.title}({row.code}): {row.acting}", fact)


def _kind(row: PostRow, regular: dict[str, str]) -> AppointmentKind:
    return "regular" if row.person is not None and regular[row.person] == row.code else "concurrent"


def _appointments(directory: Directory, desired: Desired, on: date) -> Iterator[Difference]:
    regular = desired.regular_posts()
    held = directory.structure.day(on).held
    renamed: set[str] = set()
    for row in desired.posts:
        if row.person is None or row.name is None:
            continue
        now, kind = held.get(row.code), _kind(row, regular)
        if now is None or (now.person, now.kind) != (row.person, kind):
            fact = Appointed(
                post=row.code,
                person=row.person,
                name=row.name,
                kind=kind,
                valid_from=on,
                valid_to=_free_until(directory, row.code, row.person, kind, on),
            )
            word = "任命" if kind == "regular" else "兼務"
            yield Difference(f"＋ {word} {row.title}({row.code}): {row.name}", fact)
        elif directory.name(row.person) != row.name and row.person not in renamed:
            renamed.add(row.person)
            named = PersonRenamed(person=row.person, name=row.name, valid_from=on)
            yield Difference(f"～ 氏名 {directory.name(row.person)} → {row.name}", named)


def _free_until(directory: Directory, post: str, person: str, kind: AppointmentKind, on: date) -> date | None:
    """The last day before the next appointment that is already known for the post or, for regular posts, the person."""

    def clashes(spell: Appointment) -> bool:
        return spell.post == post or (kind == "regular" and spell.kind == "regular")

    spells = (*directory.structure.appointments.get(post, ()), *directory.structure.careers.get(person, ()))
    later = [spell.valid_from for spell in spells if spell.valid_from > on and clashes(spell)]
    return min(later) - ONE_DAY if later else None


def _gone(directory: Directory, desired: Desired, on: date) -> Iterator[Difference]:
    """Posts, then units from the bottom up, that the file no longer has."""
    posts, units = {row.code for row in desired.posts}, {row.code for row in desired.units}
    for post in directory.posts(on):
        if post.code not in posts:
            yield Difference(f"－ 職 {post.title}({post.code})", PostAbolished(post=post.code, abolished_on=on))
    for unit in sorted(directory.units(on), key=lambda unit: -len(directory.unit_path(unit.code, on))):
        if unit.code not in units:
            yield Difference(f"－ 所属 {unit.name}({unit.code})", UnitAbolished(unit=unit.code, abolished_on=on))


def _absences(directory: Directory, desired: Desired, by: str, *, first: int) -> Iterator[Difference]:
    known = {(absence.person, absence.begins_at, absence.ends_at) for absence in directory.absences.values()}
    names = {row.person: row.name for row in desired.posts}
    for row in desired.absences:
        person = _absentee(desired, row)
        span = (person, begin_of(row.from_), end_of(row.to))
        if span in known:
            continue
        known.add(span)
        fact = AbsenceRecorded(
            absence=f"absence-{first}",
            person=person,
            begins_at=span[1],
            ends_at=span[2],
            reason=row.reason,
            entered_by=by,
        )
        first += 1
        yield Difference(f"＋ 不在 {names[person]}: {row.from_}～{row.to}({row.reason})", fact)


def _absentee(desired: Desired, row: AbsenceRow) -> str:
    person = row.person if row.post is None else desired.person_behind(row.post)
    assert person is not None  # the file was refused otherwise
    return person
