"""The payload codec: what Temporal stores is sealed, what was not sealed by us is not believed and breaks nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from kessai.composition import Composition
from kessai.keys import create_keys
from kessai.settings import Settings
from workflows.codec import SEALED, UNSEALED, SealingCodec, Unreadable

SECRET = "職員0525の所見"
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=SECRET.encode())
OLD, NEW = {"2026-04": b"o" * 32}, {"2026-04": b"o" * 32, "2026-10": b"n" * 32}


def worker(keys: dict[str, bytes] = NEW, current: str = "2026-10") -> SealingCodec:
    return SealingCodec(keys, current)


def reader() -> SealingCodec:
    return SealingCodec(NEW, "2026-10", believes_unsealed=True)


async def sealed(codec: SealingCodec | None = None) -> Payload:
    return (await (codec or worker()).encode([PLAIN]))[0]


async def opened(codec: SealingCodec, payload: Payload) -> Payload:
    return (await codec.decode([payload]))[0]


async def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    payload = await sealed()
    assert SECRET.encode() not in payload.SerializeToString()
    assert payload.metadata["encoding"] == SEALED
    assert payload.metadata["encryption-key-id"] == b"2026-10"
    for codec in (worker(), reader()):
        assert await opened(codec, payload) == PLAIN


async def test_the_same_value_is_sealed_differently_each_time() -> None:
    assert (await sealed()).data != (await sealed()).data


async def test_payloads_of_an_earlier_key_still_open() -> None:
    assert await opened(worker(), await sealed(worker(OLD, "2026-04"))) == PLAIN


async def test_sealing_is_never_left_out_even_for_what_looks_sealed() -> None:
    """Otherwise data that says of itself that it is sealed would go through as it is."""
    looks_sealed = Payload(metadata={"encoding": SEALED}, data=b"as it is")
    [payload] = await worker().encode([looks_sealed])
    assert payload != looks_sealed
    assert await opened(worker(), payload) == looks_sealed


async def not_ours() -> dict[str, Payload]:
    ours = await sealed()
    foreign = await sealed(SealingCodec({"2026-10": b"x" * 32}, "2026-10"))
    unknown = await sealed(SealingCodec({"2027-04": b"n" * 32}, "2027-04"))
    renamed = Payload(metadata={**ours.metadata, "encryption-key-id": b"2026-04"}, data=ours.data)
    return {
        "unsealed": PLAIN,
        "without any encoding": Payload(data=b"null"),
        "another installation's key": foreign,
        "a key nobody knows": unknown,
        "moved to another key's id": renamed,
        "a key's id that is no text": Payload(metadata={**ours.metadata, "encryption-key-id": b"\xff"}, data=ours.data),
        "changed": Payload(metadata=ours.metadata, data=ours.data[:-1] + bytes([ours.data[-1] ^ 1])),
        "cut short": Payload(metadata=ours.metadata, data=ours.data[:5]),
        "empty": Payload(metadata=ours.metadata),
    }


async def test_a_worker_gets_a_value_that_fits_nothing_for_whatever_is_not_ours() -> None:
    """I23: raising would fail the workflow's task again and again; anybody could stop a case."""
    for what, payload in (await not_ours()).items():
        assert (await opened(worker(), payload)).data == UNSEALED, what


async def test_a_reader_sees_the_unsealed_as_it_is_and_is_told_what_does_not_open() -> None:
    assert await opened(reader(), PLAIN) == PLAIN
    for what, payload in (await not_ours()).items():
        if payload.metadata.get("encoding") == SEALED:
            with pytest.raises(Unreadable):
                await opened(reader(), payload)
                pytest.fail(what)


async def test_failures_keep_their_words_to_themselves(tmp_path: Path) -> None:
    """I19: an error may quote what somebody wrote; its message and trace are sealed like everything else."""
    create_keys(tmp_path, development=True)
    converter = Composition(replace(Settings(), keys_dir=tmp_path)).data_converter
    failure = Failure()
    await converter.encode_failure(ApplicationError(SECRET, type="Defect"), failure)
    assert SECRET.encode() not in failure.SerializeToString()
    error = await converter.decode_failure(failure)
    assert isinstance(error, ApplicationError)
    assert error.message == SECRET
