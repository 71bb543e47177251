"""A generated prefecture: the demo organisation and as many departments of divisions as it takes for all its staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import count, islice

from domain.directory import Rank
from kessai import seeding
from kessai.cli.directory import command_id
from kessai.composition import Composition
from kessai.directory_diff import diff
from kessai.directory_files import read_directory_file
from kessai.directory_rows import Desired, PostRow, UnitRow

STAFF = 4_329
DIVISIONS = 16  # of a department
OVERSEER = "vice-governor-2"
# A division: what its posts are called, their rank, and how many of each. Its head first, then who acknowledges.
DIVISION: tuple[tuple[str, str, Rank, int], ...] = (
    ("director", "課長", "division_director", 1),
    ("lead", "総括課長補佐", "lead_assistant_director", 1),
    ("chief", "係長", "chief", 5),
    ("officer", "主事", "officer", 19),
)


@dataclass(frozen=True)
class Member:
    """Somebody of a division: their post, and the one that acknowledges their day (None: their head)."""

    post: str
    lead: str | None


def establish(parts: Composition) -> tuple[Member, ...]:
    """Import the prefecture into a ledger that has the demo organisation, as `kessai directory import` does; give the
    members of all generated divisions, so ordered that any first few are of many divisions.
    """
    with as_file(files("kessai.demo") / "organisation.yaml") as path:
        demo = read_directory_file(path)
    departments = tuple(_departments(STAFF - len({row.person for row in demo.posts if row.person})))
    desired = _with(demo, departments)
    directory, _ = parts.reader.references()
    differences = diff(directory, desired)
    seeding.append_directory(
        parts.writer,
        facts=tuple(difference.fact for difference in differences),
        version=directory.version,
        command_id=command_id(directory, differences),
        at=parts.clock.now(),
    )
    divisions = [unit for department in departments for unit in department.divisions]
    members = [member for unit in divisions for member in _members(unit)]
    return tuple(member for first in range(len(divisions)) for member in members[first :: len(divisions)])


@dataclass(frozen=True)
class _Unit:
    row: UnitRow
    posts: tuple[PostRow, ...]


@dataclass(frozen=True)
class _Department(_Unit):
    divisions: tuple[_Unit, ...]


def _departments(staff: int) -> Iterator[_Department]:
    """Give departments with `staff` people in all; the last one and its last division are what is left."""
    persons = islice((f"{number:04}" for number in count(1001)), staff)
    left = staff
    for number in count(1):
        if left <= 0:
            return
        department = _department(f"department-{number:02}", f"第{number}部", persons)
        left -= len(department.posts) + sum(len(unit.posts) for unit in department.divisions)
        yield department


def _department(code: str, name: str, persons: Iterator[str]) -> _Department:
    row = UnitRow(code=code, name=name, kind="department", parent="pref")
    top: tuple[tuple[str, str, Rank, int], ...] = (
        ("head", "部長", "department_director", 1),
        ("deputy", "次長", "deputy_director", 1),
    )
    posts = tuple(_posts(row, top, persons))
    divisions = []
    for number in range(1, DIVISIONS + 1):
        unit = UnitRow(
            code=f"{code}-{number:02}",
            name=f"{name}第{number}課",
            kind="division",
            parent=code,
            document_symbol=f"{name}{number}",
        )
        staffed = tuple(_posts(unit, DIVISION, persons))
        if staffed:
            divisions.append(_Unit(unit, staffed))
    return _Department(row, posts, tuple(divisions))


def _posts(unit: UnitRow, shape: tuple[tuple[str, str, Rank, int], ...], persons: Iterator[str]) -> Iterator[PostRow]:
    for code, title, rank, number in shape:
        for nth, person in enumerate(islice(persons, number), 1):
            which, called = (f"-{nth:02}", f"({nth})") if number > 1 else ("", "")
            yield PostRow(
                code=f"{unit.code}-{code}{which}",
                title=f"{unit.name}{title}{called}",
                unit=unit.code,
                rank=rank,
                person=person,
            )


def _with(demo: Desired, departments: tuple[_Department, ...]) -> Desired:
    """The demo organisation with the departments, all overseen by one vice-governor."""
    units = [unit for department in departments for unit in (department, *department.divisions)]
    overseen = tuple(department.row.code for department in departments)
    posts = [
        row.model_copy(update={"oversees": (*row.oversees, *overseen)}) if row.code == OVERSEER else row
        for row in demo.posts
    ]
    return demo.model_copy(
        update={
            "units": (*demo.units, *(unit.row for unit in units)),
            "posts": (*posts, *(row for unit in units for row in unit.posts)),
        }
    )


def _members(unit: _Unit) -> Iterator[Member]:
    lead = f"{unit.row.code}-lead"
    for row in unit.posts:
        yield Member(row.code, lead if row.rank in ("chief", "officer") else None)
