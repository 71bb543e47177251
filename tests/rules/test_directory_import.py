"""組織ファイルの取り込み: what a file would change, in which order, and how the command line shows it and asks."""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
import typer
from typer.testing import CliRunner

from domain.clock import JST
from domain.directory import Directory, evolve, fold
from domain.directory.facts import Change
from domain.directory.soundness import flaws
from kessai.cli import directory as cli
from kessai.directory_diff import Unsound, diff
from kessai.directory_files import Desired, read_directory_file
from tests.records.directory_story import DEMO, NOVEMBER, demo, demo_file, told

YAML = DEMO.read_text(encoding="utf-8")
SMALL = """\
prefecture: {code: pref, name: 県, valid_from: 2026-04-01}
units:
  - {code: pref, name: 県, kind: prefecture}
  - {code: road, name: 道路課, kind: division, parent: pref}
posts:
  - {code: governor, title: 知事, unit: pref, rank: governor, person: "0001"}
  - {code: officer, title: 主事, unit: road, rank: officer, person: "0002"}
proxy_order:
  - {for: {post: governor}, proxies: [{rank: officer}]}
absences:
  - {post: governor, from: 2026-11-16, to: 2026-11-27, reason: 出張}
"""


def file(folder: Path, text: str | bytes, name: str = "organisation.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


# ---- the difference -----------------------------------------------------------------------------------------------


def desired(folder: Path, *changes: tuple[str, str]) -> Desired:
    text = YAML
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return read_directory_file(file(folder, text))


def texts(directory: Directory, wanted: Desired) -> list[str]:
    """The diff as people read it; applied, nothing is left to do, and every prefix of it holds together."""
    found = diff(directory, wanted)
    day = wanted.prefecture.valid_from
    for difference in found:
        directory = evolve(directory, difference.fact)
        assert flaws(directory.structure.day(day)) == frozenset()
    assert diff(directory, wanted) == []
    return [difference.text for difference in found]


def test_importing_twice_changes_nothing() -> None:
    assert diff(demo(), demo_file()) == []


def test_a_new_file_says_what_it_changes(tmp_path: Path) -> None:
    changed = desired(
        tmp_path,
        ("name: 道路課,  ", "name: 道路整備課,"),
        ('person: "0525"', 'person: "0999"'),
        ("roles: [operator]", "duties: [cashier]"),
        ("acting: agriculture-director, note: 欠員・事務取扱", 'person: "0411"'),
        ("[{rank: deputy_director}, {rank: division_director}]", "[{rank: deputy_director}]"),
    )
    assert texts(demo(), changed) == [
        "～ 所属 道路整備課(road): 名称 道路課 → 道路整備課",
        "－ 任命 road-officer: 職員0525",
        "－ 事務取扱 farming-director: agriculture-director",
        "－ 役割 operator: 情報政策課情報基盤係長(ict-chief)",
        "＋ 職務 cashier: 情報政策課情報基盤係長(ict-chief)",
        "～ 代決順位(7件)",
        "＋ 任命 農政課長(farming-director): 職員0411",
        "＋ 任命 道路課主事(road-officer): 職員0999",
    ]


def test_vice_governors_may_hand_over_units_and_people_may_swap_posts(tmp_path: Path) -> None:
    changed = desired(
        tmp_path,
        (
            "oversees: [general, policy, treasury, education]",
            "oversees: [general, policy, treasury, education, tokachi]",
        ),
        ("oversees: [health, agriculture, construction, tokachi]", "oversees: [health, agriculture, construction]"),
        ('person: "0525"', 'person: "0000"'),
        ('person: "0532"', 'person: "0525"'),
        ('person: "0000"', 'person: "0532"'),
    )
    found = texts(demo(), changed)
    assert found[:2] == ["－ 任命 road-officer: 職員0525", "－ 任命 housing-officer: 職員0532"]
    assert [text.split(":")[0] for text in found[2:4]] == [
        "～ 職 副知事(第2順位)(vice-governor-2)",
        "～ 職 副知事(第1順位)(vice-governor-1)",
    ]
    assert len(found) == 6


def test_what_the_file_no_longer_has_is_abolished_from_the_bottom_up(tmp_path: Path) -> None:
    gone = "\n".join(line for line in YAML.splitlines() if "tokachi" not in line or "vice" in line)
    wanted = read_directory_file(file(tmp_path, gone.replace(", tokachi]", "]")))
    found = texts(demo(), wanted)
    assert found[-1] == "－ 所属 十勝総合振興局(tokachi)"
    assert sum(text.startswith("－") for text in found) == 6 + 6 + 3


def test_a_person_may_get_another_name(tmp_path: Path) -> None:
    changed = desired(tmp_path, ('person: "0525"', 'person: "0525", person_name: 職員0525(旧姓)'))
    assert texts(demo(), changed) == ["～ 氏名 職員0525 → 職員0525(旧姓)"]


def test_what_happened_after_the_files_day_is_not_undone(tmp_path: Path) -> None:
    ended = told().when("end-appointment post=farming-officer person=0412 to=2027-03-31", by="0121")
    later = ended.when("appoint post=farming-officer person=0998 name=職員0998 from=2027-04-01", by="0121").directory
    assert diff(later, demo_file()) == []
    replaced = desired(tmp_path, ('person: "0412"', 'person: "0997"'))
    after = fold(later, [difference.fact for difference in diff(later, replaced)])
    persons = [after.holder("farming-officer", at) for at in (NOVEMBER, datetime(2027, 4, 1, tzinfo=JST))]
    assert [holder.person if holder else None for holder in persons] == ["0997", "0998"]


def test_a_cancelled_absence_does_not_come_back() -> None:
    (absence,) = demo().absences
    cancelled = told().when("cancel-absence", by="0002", absence=absence, reason="中止").directory
    assert diff(cancelled, demo_file()) == []


def test_a_file_that_contradicts_later_facts_is_refused(tmp_path: Path) -> None:
    unit = "establish-unit unit=river name=河川課 kind=division parent=education from=2027-04-01"
    directory = told().when(unit, by="0121").directory
    gone = "\n".join(line for line in YAML.splitlines() if not {"education,", "schools,"} & set(line.split()))
    wanted = read_directory_file(file(tmp_path, gone.replace(", education]", "]")))
    with pytest.raises(Unsound, match="2027-04-01"):
        diff(directory, wanted)


# ---- the command line ---------------------------------------------------------------------------------------------


class Shelf:
    """An instance whose ledger is a list."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.commands: list[UUID] = []

    def desk(self) -> cli.Desk:
        return cli.Desk(load=lambda data: self.directory, append=self.append, today=lambda data: date(2026, 11, 20))

    def append(self, data: Path, *, facts: tuple[Change, ...], version: int, command_id: UUID) -> None:
        assert version == self.directory.version
        self.directory = fold(self.directory, facts)
        self.commands.append(command_id)

    def run(self, *words: str, answer: str | None = None) -> tuple[int, str]:
        root = typer.Typer()
        root.add_typer(cli.app, name="directory", context_settings={"obj": self.desk()})
        result = CliRunner().invoke(root, ["directory", *words], input=answer)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output


def test_import_shows_the_difference_and_asks() -> None:
    shelf = Shelf(Directory())
    code, output = shelf.run("import", str(DEMO), answer="n\n")
    assert (code, shelf.directory.version) == (1, 0)
    assert "＋ 職 道路課主事(road-officer)" in output
    code, output = shelf.run("import", str(DEMO), answer="y\n")
    assert code == 0
    assert shelf.directory == demo()
    assert f"{demo().version}件を取り込みました。" in output
    assert shelf.run("import", str(DEMO)) == (0, "違いはありません。\n")
    assert len(shelf.commands) == 1


def test_import_without_asking_and_without_anybody_to_ask() -> None:
    shelf = Shelf(Directory())
    assert shelf.run("import", str(DEMO), answer="")[0] == 1
    assert shelf.run("import", str(DEMO), "--yes")[0] == 0
    assert shelf.directory == demo()


def test_a_faulty_file_is_named_by_line_and_field_and_nothing_is_written(tmp_path: Path) -> None:
    shelf = Shelf(Directory())
    bad = file(tmp_path, SMALL.replace("unit: road", "unit: nowhere"))
    assert shelf.run("import", str(bad), "--yes") == (2, "7行目 posts[1].unit: 所属「nowhere」はありません\n")
    assert shelf.run("import", str(tmp_path / "nowhere.yaml"))[0] == 2
    steering = file(tmp_path, SMALL.replace("code: road,", 'code: road, "\\e[2J": x,'))
    assert "\x1b" not in shelf.run("import", str(steering))[1]
    assert shelf.directory == Directory()


def test_the_same_import_is_the_same_command() -> None:
    one, other = Shelf(Directory()), Shelf(Directory())
    one.run("import", str(DEMO), "--yes")
    other.run("import", str(DEMO), "--yes")
    assert one.commands == other.commands


def test_show_lists_the_organisation_with_vacancies_and_absences() -> None:
    shelf = Shelf(demo())
    code, output = shelf.run("show")
    assert code == 0
    assert "  副知事(第1順位)(vice-governor-1): 職員0002 不在\n" in output
    assert "      農政課長(farming-director): 職員0401 事務取扱\n" in output
    assert "人事課長(personnel-director): 職員0121 directory-admin" in output
    assert "不在" not in shelf.run("show", "--on", "2026-11-28")[1]
