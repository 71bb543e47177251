"""The upload guard: what is refused and why, what is accepted, and that nothing takes long or much."""

import asyncio
import io
import resource
import time
from typing import Any

import msgspec
import pikepdf
import pytest

from signing.inspection import (
    REASONS,
    SIGNED,
    UPLOAD,
    Busy,
    Inspection,
    NotAccepted,
    accept,
    inspect,
    normalise,
    page_images,
)
from signing.inspection.examination import examine
from signing.inspection.sandbox import Bounds, run
from signing.inspection.wire import Answer, Order
from tests.documents import hostile_uploads
from tests.documents.hostile_uploads import BOMBS, REFUSED, Dictionary, Name, edited, little
from tests.documents.incremental_updates import stream, update
from tests.documents.signed_files import elsewhere, own_contract, saved
from tests.documents.signing_world import contract

SECONDS_MAX = 15.0
KIBIBYTES_MAX = 1024 * 1024


def refusal(pdf: bytes) -> str:
    """The code with which the file is refused; looked at in this process, for files that are no bombs."""
    with pytest.raises(NotAccepted) as refused:
        examine(pdf, UPLOAD)
    assert refused.value.reason == REASONS[refused.value.code]
    return refused.value.code


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_not_be_decided_is_refused(name: str) -> None:
    code, make = REFUSED[name]
    assert refusal(make()) == code


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_in_time_and_within_memory(name: str) -> None:
    pdf, began = BOMBS[name](), time.monotonic()
    with pytest.raises(NotAccepted):
        inspect(pdf)
    assert time.monotonic() - began < SECONDS_MAX
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < KIBIBYTES_MAX


def order(**entries: Any) -> bytes:
    return msgspec.msgpack.encode(Order(pdf=hundred_pages(), limits=UPLOAD, **entries))


def hundred_pages() -> bytes:
    document = pikepdf.open(io.BytesIO(contract()))
    for _ in range(99):
        document.pages.append(document.pages[0])
    return saved(document)


@pytest.mark.parametrize(
    ("module", "bounds", "code"),
    [
        ("signing.inspection.drawing", Bounds(processor_seconds=1, seconds=60), "too-slow"),
        ("signing.inspection.no_such_part", Bounds(), "child-died"),
    ],
)
def test_a_child_that_does_not_come_to_its_end_is_a_refusal(module: str, bounds: Bounds, code: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        run(module, order(width=2000), bounds=bounds)
    assert refused.value.code == code


def test_a_child_without_memory_refuses_and_does_not_answer() -> None:
    """What lacks memory fails in whatever part it is: it dies, or says that it cannot read the file."""
    try:
        answer = run("signing.inspection.drawing", order(width=2000), bounds=Bounds(memory_bytes=2**27))
    except NotAccepted:
        return
    assert msgspec.msgpack.decode(answer, type=Answer).refusal is not None


def test_a_machine_that_has_no_time_says_so_and_nothing_of_the_file() -> None:
    with pytest.raises(Busy):
        run("signing.inspection.drawing", order(width=2000), bounds=Bounds(seconds=0.02, starved_seconds=0.02))


def test_a_child_writes_no_file_and_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESSAI_SECRET", "x")
    inspection = inspect(contract())
    assert inspection == examine(contract(), UPLOAD)


# accepted


def _opening_page(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, Name.XYZ, None, None, None])


def _recognised(document: pikepdf.Pdf) -> None:
    """A scanned page over the text that a program recognised in it."""
    page = document.pages[0]
    pixel = document.make_stream(
        b"\x80",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=1,
        Height=1,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceGray,
    )
    font = next(iter(page.obj.Resources.Font.keys()))
    page.obj.Resources.XObject = Dictionary(Scan=pixel)
    page.obj.Contents = document.make_stream(
        b"BT 3 Tr %s 12 Tf 60 700 Td <0001> Tj ET q 595 0 0 842 0 0 cm /Scan Do Q" % font.encode()
    )


def linearised() -> bytes:
    return saved(pikepdf.open(io.BytesIO(contract())), linearize=True)


CLEAN = {
    "typeset": contract,
    "opens at a page": edited(_opening_page),
    "link to the web": hostile_uploads.action(S=Name.URI, URI="https://www.example.lg.jp/"),
    "link to a page": hostile_uploads.action(S=Name.GoTo, D=[0, Name.Fit]),
    "a text attached": hostile_uploads.attached("specification.txt", b"as agreed"),
    "scanned and recognised": edited(_recognised),
    "linearised": linearised,
    "objects in streams": lambda: saved(
        pikepdf.open(io.BytesIO(contract())), object_stream_mode=pikepdf.ObjectStreamMode.generate
    ),
    "objects by themselves": lambda: saved(
        pikepdf.open(io.BytesIO(contract())), object_stream_mode=pikepdf.ObjectStreamMode.disable
    ),
    "a length apart": lambda: little(b"<< /Length 5 0 R >>\nstream\n0 g \nendstream", b"4", page=b"/Contents 4 0 R"),
}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_files_are_accepted(name: str) -> None:
    found = examine(CLEAN[name](), UPLOAD)
    assert (found.pages >= 1, found.revisions, found.signatures) == (True, 1, 0)


def test_what_is_attached_is_told() -> None:
    (attached,) = examine(CLEAN["a text attached"](), UPLOAD).attachments
    assert (attached.name, attached.size_bytes) == ("specification.txt", 9)


def test_a_signed_file_is_looked_at_by_other_limits() -> None:
    found = examine(own_contract(), SIGNED)
    assert (found.signatures, found.signature_fields, found.revisions) == (3, 3, 5)


# normalised


@pytest.mark.parametrize("name", ["hybrid index", "edited before", "two bodies of one object", "a polyglot"])
def test_what_writing_anew_cures_is_cured(name: str) -> None:
    pdf = REFUSED[name][1]()
    accepted = accept(pdf)
    assert accepted.normalised
    assert accepted.pdf == normalise(pdf)
    assert examine(accepted.pdf, UPLOAD).sha256 == accepted.inspection.sha256 != accepted.original_sha256


def test_an_accepted_file_stays_as_it_is() -> None:
    accepted = accept(contract())
    assert accepted.pdf == contract()
    assert not accepted.normalised


def test_a_signed_file_is_never_written_anew() -> None:
    for pdf in (own_contract(), elsewhere(), REFUSED["signed already"][1]()):
        with pytest.raises(NotAccepted) as refused:
            normalise(pdf)
        assert refused.value.code == "already-signed"


def test_the_past_is_gone_after_writing_anew() -> None:
    pdf = update(contract(), lambda at: at.add(stream(b"what was there before")))
    assert b"what was there before" in pdf
    assert b"what was there before" not in normalise(pdf)


# page images


def test_page_images_are_the_same_every_time() -> None:
    first, again = page_images(own_contract(), width=720), page_images(own_contract(), width=720)
    assert first == again
    assert [each.page for each in first] == list(range(1, len(first) + 1))
    assert {each.width for each in first} == {720}
    assert first[0].png.startswith(b"\x89PNG")
    assert first[0].sha256 != page_images(contract(), width=720, pages=(1,))[0].sha256  # the seals are drawn


def test_a_hostile_page_size_does_not_blow_up_its_image() -> None:
    tall = edited(lambda document: document.pages[0].obj.__setitem__("/MediaBox", [0, 0, 10, 2_000_000]))()
    (image,) = page_images(tall, width=1080, pages=(1,))
    assert image.width * image.height < 1080 * 1080 * 3


def test_files_that_are_no_pdf_have_no_images() -> None:
    with pytest.raises(NotAccepted):
        page_images(b"%PDF-1.7 nothing %%EOF", width=720)


async def test_several_are_looked_at_at_once() -> None:
    found = await asyncio.gather(*(asyncio.to_thread(inspect, contract()) for _ in range(3)))
    assert all(isinstance(each, Inspection) for each in found)
