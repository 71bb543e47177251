"""処理の控え: what is not the signer role's own is not believed, and nobody else can know where it lies."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from domain.contract.state import Contract
from domain.contract.work import Work
from domain.envelope import system_command_id
from signing.documents import DocumentStore, open_store
from workflows.activities.contract.journal import Journal, JournalForged
from workflows.activities.contract.task import Task

OLD, NEW = b"o" * 32, b"n" * 32
BASE = "ab" * 32
TASK = Task(
    number="R8-000001",
    version=7,
    state=Contract(),
    work=Work(kind="conclude", name="conclude/1", base=BASE),
    now=datetime(2026, 11, 21, tzinfo=UTC),
)
ENTRY = b'{"verb":"conclude","command":{}}'


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(open_store(tmp_path.as_uri()))


def entries(folder: Path) -> list[Path]:
    return sorted((folder / "journal").glob("*"))


async def test_the_first_entry_holds_for_both(store: DocumentStore) -> None:
    journal = Journal(store, [NEW])
    assert await journal.find(TASK) is None
    assert await journal.settle(TASK, ENTRY) == ENTRY
    assert await journal.settle(TASK, b"another") == ENTRY
    assert await Journal(store, [NEW]).find(TASK) == ENTRY


async def test_an_entry_made_under_the_key_before_is_still_found(store: DocumentStore) -> None:
    await Journal(store, [OLD]).settle(TASK, ENTRY)
    assert await Journal(store, [NEW, OLD]).find(TASK) == ENTRY
    assert await Journal(store, [NEW]).find(TASK) is None


async def test_what_others_can_compute_is_not_where_it_lies(store: DocumentStore, tmp_path: Path) -> None:
    computable = system_command_id(stream="contract-R8-000001", rule="step", occasion=f"conclude/1|{BASE}")
    await store.settled_entry(computable, ENTRY)
    journal = Journal(store, [NEW])
    assert await journal.find(TASK) is None
    await journal.settle(TASK, ENTRY)
    assert computable not in {UUID(each.name) for each in entries(tmp_path)} - {computable}


@pytest.mark.parametrize(
    "forge",
    [
        lambda kept: ENTRY,
        lambda kept: b"",
        lambda kept: kept[:32] + kept[32:].replace(b"conclude", b"complete"),
        lambda kept: bytes(32) + kept[32:],
    ],
    ids=["without proof", "emptied", "changed", "another proof"],
)
async def test_a_changed_entry_stops_the_step(
    store: DocumentStore, tmp_path: Path, forge: Callable[[bytes], bytes]
) -> None:
    journal = Journal(store, [NEW])
    await journal.settle(TASK, ENTRY)
    (entry,) = entries(tmp_path)
    entry.write_bytes(forge(entry.read_bytes()))
    with pytest.raises(JournalForged):
        await journal.find(TASK)


async def test_an_entry_moved_to_another_contract_is_not_believed(store: DocumentStore, tmp_path: Path) -> None:
    other = Task(number="R8-000002", version=1, state=Contract(), work=TASK.work, now=TASK.now)
    journal = Journal(store, [NEW])
    await journal.settle(TASK, ENTRY)
    (mine,) = entries(tmp_path)
    await journal.settle(other, b"other")
    (theirs,) = set(entries(tmp_path)) - {mine}
    theirs.write_bytes(mine.read_bytes())
    with pytest.raises(JournalForged):
        await journal.find(other)
