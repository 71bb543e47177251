"""Archives of a ledger: whole or refused, owner's eyes only, and put back row for row into an empty database."""

import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from domain.ledger.writing import LedgerWriter
from kessai import seeding
from kessai.auditing.snapshot import snapshot
from kessai.auditing.verification import verify
from kessai.backup import making
from kessai.backup.making import Made, make_backup
from kessai.backup.manifest import BackupRefused
from kessai.backup.restoring import Restored, Wishes, restore
from kessai.keys import create_keys
from kessai.migration import LEDGER_TABLES, migrate
from kessai.settings import Settings
from signing.documents import open_store
from tests.conftest import Database
from tests.ledger.commands import ROUTINE, send
from tests.ledger.projection_world import World

DOCUMENT = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of "hello"


def quiet(text: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def settings(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A prefecture with two cases, a refusal, a document and keys of its own."""
    folder = tmp_path_factory.mktemp("prefecture")
    settings = replace(
        database.settings(), data=folder, keys_dir=folder / "keys", documents_url=(folder / "documents").as_uri()
    )
    world = World(settings).seeded()
    world.drafted()
    world.decided(world.drafted())
    assert world.try_to("decide", "R8-000001", post="road-officer").result == "refused"
    world.close()
    create_keys(settings.keys_dir, development=True)
    document = folder / "documents" / DOCUMENT[:2] / DOCUMENT[2:]
    document.parent.mkdir(parents=True)
    document.write_bytes(b"hello")
    return settings


@pytest.fixture(params=["backup.zip", "backup"])
def made(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> tuple[Path, Made]:
    """A backup in either form."""
    out = tmp_path / request.param
    return out, make_backup(settings, out, keys=False, documents=True, say=quiet)


def environment(settings: Settings) -> dict[str, str]:
    """What names servers of one's own."""
    return {
        "KESSAI_DATABASE_URL": settings.database_url,
        "KESSAI_OWNER_DATABASE_URL": settings.owner_database_url,
        "KESSAI_DATABASE_SCHEMA": settings.database_schema,
        "KESSAI_DOCUMENTS_URL": settings.documents_url,
    }


def into(database: Database, backup: Path, tmp_path: Path, schema: str | None = None) -> tuple[Settings, Restored]:
    """Restore into a schema of its own."""
    target = database._settings(schema or f"r{tmp_path.name[-20:].replace('-', '_')}")
    target = replace(target, documents_url=(tmp_path / "restored-documents").as_uri())
    return target, restore(backup, tmp_path / "data", Wishes(), environ=environment(target), say=quiet)


# --- round trip -----------------------------------------------------------------------------------------------------


def test_what_is_restored_is_the_same_row_for_row(database: Database, made: tuple[Path, Made], tmp_path: Path) -> None:
    file, backup = made
    target, restored = into(database, file, tmp_path)
    assert restored.verification.clean
    assert restored.verification.head == backup.manifest.head > 0
    again = make_backup(target, tmp_path / "again", keys=False, documents=True, say=quiet)
    assert again.manifest.of("ledger") == backup.manifest.of("ledger")
    assert again.manifest.of("documents") == backup.manifest.of("documents")
    assert bytes(open_store_bytes(target, f"{DOCUMENT[:2]}/{DOCUMENT[2:]}")) == b"hello"


def open_store_bytes(settings: Settings, path: str) -> Any:
    import obstore

    return obstore.get(open_store(settings.documents_url), path).bytes()


def test_a_restored_ledger_goes_on_where_it_was(database: Database, made: tuple[Path, Made], tmp_path: Path) -> None:
    """Positions, numbers and the security log's sequence continue; the same command gets the same answer."""
    target, _ = into(database, made[0], tmp_path)
    world = World(target)
    before = world.writer.reader.head()
    number = world.drafted(number="R8-000003")
    assert world.reader.facts(f"approval-{number}")[0].position == before + 1
    assert world.try_to("decide", number, post="road-officer").result == "refused"
    with snapshot(target) as whole:
        assert verify(whole, world.ledger.ledger_mapper).clean
        ids = whole.connection.execute(SQL("SELECT id FROM {}").format(Identifier(whole.schema, "security_log")))
        assert [each for (each,) in ids] == [1, 2]
    world.close()


def test_the_application_still_cannot_change_what_was_restored_i20(
    database: Database, made: tuple[Path, Made], tmp_path: Path
) -> None:
    target, _ = into(database, made[0], tmp_path)
    with psycopg.connect(target.database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(SQL("DELETE FROM {}").format(Identifier(target.database_schema, "ledger_events")))


def test_every_table_of_the_ledger_is_in_a_backup(database: Database, settings: Settings) -> None:
    with psycopg.connect(settings.owner_database_url) as connection:
        rows = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND table_type = 'BASE TABLE'",
            (settings.database_schema,),
        ).fetchall()
    assert {name for (name,) in rows} == set(LEDGER_TABLES)


# --- what is in it, and who may read it ------------------------------------------------------------------------------


def test_keys_are_left_out_unless_asked_for_and_passwords_always(settings: Settings, tmp_path: Path) -> None:
    (settings.keys_dir / "postgres-kessai_app.password").write_text("secret")
    said: list[str] = []
    without = make_backup(settings, tmp_path / "without", keys=False, documents=True, say=said.append)
    assert without.manifest.of("keys") == ()
    assert not any("鍵を含めます" in each for each in said)
    with_keys = make_backup(settings, tmp_path / "with", keys=True, documents=False, say=said.append)
    assert {part.name for part in with_keys.manifest.of("keys")} == {
        f"keys/{kind}.json"
        for kind in ("codec", "envelope", "envelope-public", "issuer", "journal", "link", "session", "webhook")
    }
    assert any("鍵を含めます" in each for each in said)
    assert with_keys.manifest.of("documents") == ()


def test_only_its_owner_can_read_a_backup(made: tuple[Path, Made]) -> None:
    out, _ = made
    paths = [out, *(out.rglob("*") if out.is_dir() else ())]
    for path in paths:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_document_that_is_damaged_in_the_store_is_kept_and_told_of(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    (folder / "00").mkdir(parents=True)
    (folder / "00" / ("0" * 62)).write_bytes(b"not what its name says")
    damaged = replace(settings, documents_url=folder.as_uri())
    made = make_backup(damaged, tmp_path / "backup", keys=False, documents=True, say=quiet)
    assert made.damaged == (f"00/{'0' * 62}",)
    assert len(made.manifest.of("documents")) == 1


# --- refused ---------------------------------------------------------------------------------------------------------


def test_what_exists_is_never_overwritten(settings: Settings, tmp_path: Path) -> None:
    for name in ("there.zip", "there"):
        out = tmp_path / name
        if out.suffix:
            out.write_text("mine")
        else:
            out.mkdir()
            (out / "file").write_text("mine")
        with pytest.raises(BackupRefused, match="既にあります"):
            make_backup(settings, out, keys=False, documents=False, say=quiet)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there", "there.zip"]


def test_a_backup_that_fails_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    nowhere = replace(settings, database_schema="no_such_schema")
    with pytest.raises(psycopg.Error):
        make_backup(nowhere, tmp_path / "backup.zip", keys=False, documents=False, say=quiet)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_read_back_is_not_left_to_be_relied_on(made: tuple[Path, Made]) -> None:
    out, _ = made
    if out.is_dir():
        flip_a_byte(out)
    else:
        out.write_bytes(out.read_bytes()[:-100])
    with pytest.raises(BackupRefused):
        making._read_back(out, quiet)
    assert not out.exists()


def test_a_folder_or_database_that_is_not_empty_is_not_restored_into(
    database: Database, made: tuple[Path, Made], tmp_path: Path
) -> None:
    file, _ = made
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").write_text("mine")
    with pytest.raises(BackupRefused, match="空ではありません"):
        restore(file, tmp_path / "full", Wishes(), environ={}, say=quiet)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["something"]
    target, _ = into(database, file, tmp_path)
    with snapshot(target) as whole:
        before = whole.counts()
    with pytest.raises(BackupRefused, match="空ではありません"):
        into(database, file, tmp_path, target.database_schema)
    with snapshot(target) as whole:
        assert whole.counts() == before


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [(Wishes(keys=True), "鍵がありません"), (Wishes(temporal=True), "Temporalの状態がありません")],
)
def test_a_wish_that_a_backup_cannot_fulfil_is_refused(
    made: tuple[Path, Made], tmp_path: Path, wishes: Wishes, expected: str
) -> None:
    with pytest.raises(BackupRefused, match=expected):
        restore(made[0], tmp_path / "data", wishes, environ={}, say=quiet)
    assert not (tmp_path / "data").exists()


def flip_a_byte(folder: Path) -> None:
    path = folder / "ledger" / "ledger_events.copy"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_off(folder: Path) -> None:
    path = folder / "ledger" / "ledger_receipts.copy"
    path.write_bytes(path.read_bytes()[:-10])


def lose_a_part(folder: Path) -> None:
    (folder / "ledger" / "ledger_numbers.copy").unlink()


def slip_one_in(folder: Path) -> None:
    (folder / "ledger" / "more.copy").write_text("")


def lose_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def spoil_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"format": 1}')


def from_the_future(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 2, "more": 1}))


def lead_out(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["parts"][0]["name"] = "documents/../../../evil"
    (folder / "manifest.json").write_text(json.dumps(manifest))


def name_a_foreign_table(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    part = next(each for each in manifest["parts"] if each["name"].endswith("ledger_numbers.copy"))
    part["name"] = "ledger/pg_authid.copy"
    (folder / "ledger" / "ledger_numbers.copy").rename(folder / "ledger" / "pg_authid.copy")
    (folder / "manifest.json").write_text(json.dumps(manifest))


def name_a_foreign_column(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    part = next(each for each in manifest["parts"] if each["name"].endswith("ledger_numbers.copy"))
    part["columns"][0] = "noun\") FROM PROGRAM 'id' --"
    (folder / "manifest.json").write_text(json.dumps(manifest))


DEFECTS = (
    flip_a_byte,
    cut_off,
    lose_a_part,
    slip_one_in,
    lose_the_manifest,
    spoil_the_manifest,
    from_the_future,
    lead_out,
    name_a_foreign_table,
    name_a_foreign_column,
)


@pytest.fixture(scope="module")
def sound(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sound") / "backup"
    make_backup(settings, out, keys=False, documents=True, say=quiet)
    return out


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_backup_that_is_not_as_it_was_written_is_refused_whole(
    database: Database, sound: Path, tmp_path: Path, defect: Callable[[Path], None], form: str
) -> None:
    import shutil

    backup = tmp_path / "backup"
    shutil.copytree(sound, backup)
    defect(backup)
    if form == "zip":
        backup = zipped(backup, tmp_path / "backup.zip")
    target = database._settings(f"d{defect.__name__}_{form}")
    with pytest.raises((BackupRefused, psycopg.Error)):
        restore(backup, tmp_path / "data", Wishes(), environ=environment(target), say=quiet)
    with psycopg.connect(target.owner_database_url) as connection:
        migrate(target, target.owner_database_url)
        for table in LEDGER_TABLES:
            count = SQL("SELECT count(*) FROM {}").format(Identifier(target.database_schema, table))
            assert connection.execute(count).fetchone() == (0,)


def zipped(folder: Path, out: Path) -> Path:
    with zipfile.ZipFile(out, "w") as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(folder).as_posix())
    return out


def test_a_zip_cut_off_is_refused(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    make_backup(settings, file, keys=False, documents=False, say=quiet)
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(BackupRefused, match="読めません"):
        restore(file, tmp_path / "data", Wishes(), environ={}, say=quiet)


def test_a_ledger_that_was_tampered_with_is_restored_and_told_of(
    database: Database, ledger: LedgerWriter, tmp_path: Path
) -> None:
    """A backup is evidence too: it is put back as it is, and the audit says what is wrong with it."""
    assert send(ledger, "road-officer", "draft", "R8-000001", key=None, **ROUTINE).result == "accepted"
    schema = ledger.reader._store.ledger_recorder.datastore.schema
    with database.superuser() as hand:
        hand.execute(
            SQL("UPDATE {} SET topic = 'approval.decided.v1' WHERE notification_id = 50").format(
                Identifier(schema, "ledger_events")
            )
        )
    make_backup(database._settings(schema), tmp_path / "backup", keys=False, documents=False, say=quiet)
    _, restored = into(database, tmp_path / "backup", tmp_path)
    assert not restored.verification.clean
    assert restored.verification.first_bad_position == 50


def test_the_seeds_are_not_needed_to_restore(database: Database, tmp_path: Path) -> None:
    """An empty ledger is a ledger, too."""
    empty = database.settings()
    make_backup(empty, tmp_path / "empty.zip", keys=False, documents=False, say=quiet)
    target, restored = into(database, tmp_path / "empty.zip", tmp_path)
    assert (restored.verification.clean, restored.verification.events) == (True, 0)
    world = World(target)
    seeding.adopt_rules(world.writer)
    assert world.writer.reader.head() > 0
    world.close()


@pytest.fixture(autouse=True)
def _nothing_is_left_beside(tmp_path: Path) -> Iterator[None]:
    yield
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
