"""Seeding: the demo organisation and rules as facts of the ledger; what is already there is left alone."""

import hashlib
from datetime import UTC, datetime
from importlib.resources import as_file, files
from uuid import UUID

import typer

from domain import rule_adoption
from domain.directory import Directory
from domain.directory.facts import Change
from domain.events import Actor, Meta
from domain.ledger.order import Entry
from domain.ledger.reading import DIRECTORY, RULEBOOK
from domain.ledger.writing import LedgerWriter
from kessai.cli.directory import command_id
from kessai.composition import Composition
from kessai.directory_diff import diff
from kessai.directory_files import read_directory_file
from kessai.rule_files import packaged_editions
from kessai.settings import Settings

IMPORTER = Actor(kind="system", person="system:directory-import", name="職員録の取込")


def load_organisation(settings: Settings) -> None:
    """Adopt the packaged rules and import the demo organisation, as far as the ledger does not have them yet."""
    parts = Composition(settings)
    try:
        adopt_rules(parts.writer)
        directory, _ = parts.reader.references()
        if directory.version == 0:
            import_packaged_organisation(parts.writer, directory)
    finally:
        parts.close()


def walk_cases(settings: Settings) -> None:
    """Walk the demo's routine case and the ¥12,000,000 one to their ends, over HTTP, on the running instance."""
    from kessai.story.demo import walk_cases as walk  # only here: the demo starts instances, seeding does not

    walk(settings, typer.echo)


def adopt_rules(writer: LedgerWriter) -> None:
    """Adopt the packaged rule editions that are not adopted yet, through the rulebook's own decision."""
    offered = packaged_editions()
    occasion = "adopt/" + hashlib.sha256("".join(sorted(event.sha256 for event in offered)).encode()).hexdigest()
    writer.apply_rule(
        rule_adoption.RECORD,
        number=RULEBOOK.removeprefix("rulebook-"),
        verb="adopt",
        rule="system:seed",
        name="規程の読み込み",
        occasion=occasion,
        command=rule_adoption.offer(offered),
    )


def import_packaged_organisation(writer: LedgerWriter, directory: Directory) -> None:
    """Import the demo organisation that comes with the program."""
    with as_file(files("kessai.demo") / "organisation.yaml") as path:
        differences = diff(directory, read_directory_file(path))
    facts = tuple(difference.fact for difference in differences)
    append_directory(writer, facts=facts, version=directory.version, command_id=command_id(directory, differences))


def append_directory(
    writer: LedgerWriter, *, facts: tuple[Change, ...], version: int, command_id: UUID, at: datetime | None = None
) -> None:
    """Add an import's facts to the directory in one transaction, if it still has `version` (one of ADR 0002's listed
    writers).
    """
    meta = Meta(
        command_id=command_id,
        payload_sha256=hashlib.sha256("\n".join(map(repr, facts)).encode()).hexdigest(),
        correlation_id=DIRECTORY,
        by=IMPORTER,
        at=at or datetime.now(UTC).replace(microsecond=0),
    )
    writer.append_batch([Entry(stream=DIRECTORY, version=version, events=facts, meta=meta)])
