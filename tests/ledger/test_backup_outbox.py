"""The outbox in a backup: what was delivered is not delivered again, what waits goes out under the id it had."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kessai.backup.making import make_backup
from kessai.backup.manifest import BackupRefused
from kessai.backup.restoring import Wishes, restore
from kessai.migration import migrate
from kessai.settings import Settings
from tests.conftest import Database
from tests.ledger.notifying_world import Received, notifying, receiver
from tests.ledger.projection_world import World


def quiet(text: str) -> None:
    """Nobody listens."""


def target_of(database: Database, name: str, tmp_path: Path) -> Settings:
    """A schema that does not exist yet."""
    return replace(database._settings(name), documents_url=(tmp_path / "documents").as_uri())


def restored(target: Settings, backup: Path, tmp_path: Path) -> None:
    environment = {
        "KESSAI_DATABASE_URL": target.database_url,
        "KESSAI_OWNER_DATABASE_URL": target.owner_database_url,
        "KESSAI_DATABASE_SCHEMA": target.database_schema,
        "KESSAI_DOCUMENTS_URL": target.documents_url,
    }
    restore(backup, tmp_path / "data", Wishes(), environ=environment, say=quiet)


def test_a_restored_outbox_goes_on_where_it_was(database: Database, world: World, tmp_path: Path) -> None:
    with receiver() as there:
        with notifying(world.seeded()) as sending:
            sending.register(there.url, "approval.drafted")
            world.drafted()
            sending.run()

            def away(got: Received) -> tuple[int, dict[str, str], bytes]:
                return 503, {}, b""

            there.answer = away
            world.drafted()
            sending.run()
            before = sending.deliveries(), sending.attempts()
        first, second = there.ids
        made = make_backup(world.settings, tmp_path / "backup", keys=False, documents=False, say=quiet)
        assert {part.name: part.rows for part in made.manifest.of("outbox")} == {
            "outbox/delivery.copy": 2, "outbox/attempt.copy": 2, "outbox/planned_up_to.copy": 1,
        }  # fmt: skip
        elsewhere = World(target_of(database, "outbox_elsewhere", tmp_path), clock=world.clock)
        restored(elsewhere.settings, tmp_path / "backup", tmp_path)
        there.answer = lambda got: (200, {}, b"")
        with notifying(elsewhere) as heir:
            assert (heir.deliveries(), heir.attempts()) == before
            world.clock.at = before[0][1]["not_before"]
            heir.run()
            assert there.ids == [first, second, second]
            assert {row["state"] for row in heir.deliveries()} == {"delivered"}
            elsewhere.drafted(number="R8-000003")
            heir.run()
            assert [row["serial"] for row in heir.deliveries()] == [1, 2, 3]
        elsewhere.close()


def test_an_archive_of_before_has_no_outbox_and_is_restored_without(
    database: Database, world: World, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    make_backup(world.seeded().settings, backup, keys=False, documents=False, say=quiet)
    manifest = json.loads((backup / "manifest.json").read_text("utf-8"))
    kept = [part for part in manifest["parts"] if not part["name"].startswith("outbox/")]
    (backup / "manifest.json").write_text(json.dumps({**manifest, "format": 1, "parts": kept}), "utf-8")
    for file in (backup / "outbox").iterdir():
        file.unlink()
    (backup / "outbox").rmdir()
    target = target_of(database, "outbox_of_before", tmp_path)
    restored(target, backup, tmp_path)
    elsewhere = World(target)
    assert elsewhere.reader.head() == world.reader.head()
    elsewhere.close()


def test_an_outbox_that_is_not_empty_is_not_restored_into(database: Database, world: World, tmp_path: Path) -> None:
    make_backup(world.seeded().settings, tmp_path / "backup", keys=False, documents=False, say=quiet)
    target = target_of(database, "outbox_in_use", tmp_path)
    migrate(target, target.owner_database_url)
    in_use = World(target)
    with notifying(in_use) as sending:
        sending.outbox.begin_at("mail", 0)
    in_use.close()
    with pytest.raises(BackupRefused, match="空ではありません"):
        restored(target, tmp_path / "backup", tmp_path)
