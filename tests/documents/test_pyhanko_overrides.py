"""What is replaced in pyHanko: all of it, in the versions it was found in, and only while it is installed."""

import re
import sys
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.ltv.poe import POEManager, POEType
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

from signing import pyhanko_overrides
from signing.pyhanko_overrides import CLOCK_READERS, NEVER_USED, PATH, VERSIONS, WRITER
from tests.documents.pki_world import MovedClock

READS_THE_CLOCK = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.(time|localtime|gmtime)\(")
THEN = datetime(2049, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def clock():
    moved = MovedClock(THEN)
    with pyhanko_overrides.installed(moved):
        yield moved


def sources():
    """Every module of pyHanko and of its validator, by name."""
    for package in ("pyhanko", "pyhanko_certvalidator"):
        spec = find_spec(package)
        assert spec is not None
        root = next(iter(spec.submodule_search_locations or ()))
        for file in Path(root).rglob("*.py"):
            yield ".".join((package, *file.relative_to(root).with_suffix("").parts)), file.read_text("utf-8")


def test_the_versions_are_those_in_which_the_names_were_found():
    assert {name: version(name) for name in VERSIONS} == VERSIONS


def test_no_other_module_reads_the_clock():
    found = {name for name, text in sources() if READS_THE_CLOCK.search(text)}
    assert found == {*CLOCK_READERS, *NEVER_USED}


def test_every_module_has_the_class_under_the_name_that_is_replaced():
    for name in CLOCK_READERS:
        assert import_module(name).datetime is datetime, name


@pytest.mark.parametrize("place", [WRITER, PATH])
def test_every_method_that_is_replaced_is_there(place):
    module, owner, name = place
    assert callable(getattr(getattr(import_module(module), owner), name))


def test_what_is_never_used_is_not_even_loaded_by_signing():
    import_module("signing.archive")
    assert not set(NEVER_USED) & set(sys.modules)


def test_everything_that_reads_the_clock_reads_ours(clock):
    for name in CLOCK_READERS:
        assert import_module(name).datetime.now(UTC) == THEN, name
    assert ValidationTimingInfo.now().validation_time == THEN
    assert ValidationContext(trust_roots=[]).moment == THEN
    poes = POEManager()
    assert poes.register(b"something", POEType.PROVIDED).poe_time == THEN
    clock.move(days=1)
    assert ValidationTimingInfo.now().validation_time == THEN + timedelta(days=1)


def test_the_replacement_is_a_datetime_like_any_other(clock):
    replaced = import_module(CLOCK_READERS[0]).datetime
    assert isinstance(THEN, replaced)
    assert not isinstance("2049", replaced)
    assert type(replaced(2049, 1, 2, tzinfo=UTC)) is datetime
    assert type(replaced.now()) is datetime
    japan = timezone(timedelta(hours=9))
    assert (replaced.now(japan), replaced.now(japan).tzinfo) == (THEN, japan)
    assert replaced.fromisoformat("2049-01-02T03:04:05+00:00") == THEN


def test_installing_again_replaces_the_clock_and_uninstalling_gives_everything_back():
    writer = import_module(WRITER[0]).BasePdfFileWriter
    path = import_module(PATH[0]).ValidationPath
    before = (writer.__dict__[WRITER[2]], path.__dict__[PATH[2]])
    pyhanko_overrides.install(MovedClock(THEN))
    pyhanko_overrides.install(MovedClock(THEN + timedelta(days=9)))
    assert ValidationTimingInfo.now().validation_time == THEN + timedelta(days=9)
    pyhanko_overrides.uninstall()
    pyhanko_overrides.uninstall()
    assert (writer.__dict__[WRITER[2]], path.__dict__[PATH[2]]) == before
    assert all(import_module(name).datetime is datetime for name in CLOCK_READERS)


def test_who_forgot_to_install_is_told(clock):
    pyhanko_overrides.require(clock)
    with pytest.raises(RuntimeError, match="install"):
        pyhanko_overrides.require(MovedClock(THEN + timedelta(minutes=2)))


def with_xmp():
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        with pdf.open_metadata() as metadata:
            metadata["dc:title"] = "契約書"
        pdf.save(made := BytesIO())
    return made.getvalue()


def rewritten(pdf):
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/Changed"] = writer.root["/Type"]
    writer.update_root()
    writer.write(made := BytesIO())
    return made.getvalue()[len(pdf) :]


def test_the_xmp_packet_is_left_as_the_generator_wrote_it(clock):
    assert b"xpacket" not in rewritten(with_xmp())
    pyhanko_overrides.uninstall()
    assert b"xpacket" in rewritten(with_xmp())
