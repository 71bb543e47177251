"""Signing with a key elsewhere: two phases in two processes, harmless to repeat, refused where anything was swapped."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.keys import KeyRefused
from signing.keys.signing_key import LoadedKey
from signing.pades import PadesRefused, Prepared, TwoPhase, complete, prepare
from tests.documents.signing_ceremony import Ceremony
from tests.documents.signing_world import NOW, private_key, private_pem, seal


@pytest.fixture(scope="module")
def ceremony() -> Ceremony:
    return Ceremony()


@pytest.fixture(scope="module", params=["rsa2048", "p256"])
def key(request: pytest.FixtureRequest, ceremony: Ceremony) -> LoadedKey:
    return ceremony.world.signer("受注者", request.param, 30)


@pytest.fixture
async def certified(ceremony: Ceremony) -> bytes:
    return await ceremony.certified(2)


def refused(code: str) -> "pytest.RaisesExc[PadesRefused]":
    return pytest.raises(PadesRefused, match=f"^{code}: ")


def prepared(pdf: bytes, key: LoadedKey, **others: Any) -> Prepared:
    wanted = {"certificate": key.certificate, "chain": key.chain, "at": NOW, "instruction": b"record", "seal": seal()}
    return prepare(pdf, **{"field": "Party1", "name": "受注者", "reason": "合意", **wanted, **others})


async def test_the_two_phases_make_one_signature(ceremony: Ceremony, certified: bytes, key: LoadedKey) -> None:
    first = prepared(certified, key)
    assert first.state.base_sha256 == sha256(certified).hexdigest()
    done = await complete(
        first.pdf, state=first.state, signature=key.sign(first.to_sign, "sha256"), stamps=ceremony.stamps
    )
    assert done.pdf.startswith(certified)
    assert (done.level, done.field, done.signed_at) == ("B-T", "Party1", NOW)
    assert await ceremony.holds(done.pdf)


async def test_the_same_input_prepares_the_same_bytes(certified: bytes, key: LoadedKey) -> None:
    assert prepared(certified, key) == prepared(certified, key)
    assert prepared(certified, key).pdf != prepared(certified, key, instruction=b"another").pdf


async def test_a_state_survives_as_json_of_a_few_kilobytes(certified: bytes, key: LoadedKey) -> None:
    state = prepared(certified, key).state
    text = msgspec.json.encode(state)
    assert msgspec.json.decode(text, type=TwoPhase) == state
    assert len(text) < 16_384


def test_the_phases_may_run_in_different_processes(ceremony: Ceremony, tmp_path: Path) -> None:
    """The key signs in a process that knows nothing but the bytes, as a card reader would."""
    own = private_key("p256", 31)
    key = LoadedKey(own, ceremony.world.signer("受注者", "p256", 31).certificate, ceremony.world.chain)
    first = prepared(asyncio.run(ceremony.certified(2)), key)
    (tmp_path / "key.pem").write_bytes(private_pem(own))
    (tmp_path / "to_sign").write_bytes(first.to_sign)
    command = ["openssl", "dgst", "-sha256", "-sign", "key.pem", "-out", "signature", "to_sign"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "prepared.pdf").write_bytes(first.pdf)
    (tmp_path / "state.json").write_bytes(msgspec.json.encode(first.state))
    program = """
import asyncio, sys, msgspec
from pathlib import Path
from signing.pades import TwoPhase, complete
from tests.documents.signing_world import World
folder = Path(sys.argv[1])
state = msgspec.json.decode((folder / "state.json").read_bytes(), type=TwoPhase)
signature = (folder / "signature").read_bytes()
stamps = World().time_stamps()
done = complete((folder / "prepared.pdf").read_bytes(), state=state, signature=signature, stamps=stamps)
(folder / "signed.pdf").write_bytes(asyncio.run(done).pdf)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program, str(tmp_path)], check=True, timeout=60)
    (signature,) = [
        each
        for each in PdfFileReader(BytesIO((tmp_path / "signed.pdf").read_bytes())).embedded_regular_signatures
        if each.field_name == "Party1"
    ]
    assert signature.signer_cert.dump() == key.certificate.dump()


async def test_completing_twice_differs_in_the_time_stamp_only(
    ceremony: Ceremony, certified: bytes, key: LoadedKey
) -> None:
    first = prepared(certified, key)
    untouched = sha256(first.pdf).digest()
    signature = key.sign(first.to_sign, "sha256")
    once, twice = [
        await complete(first.pdf, state=first.state, signature=signature, stamps=ceremony.stamps) for _ in range(2)
    ]
    assert sha256(first.pdf).digest() == untouched
    start, end = first.state.start, first.state.end
    assert once.pdf[:start] + once.pdf[end:] == twice.pdf[:start] + twice.pdf[end:]
    assert await ceremony.holds(twice.pdf)


async def test_a_signature_by_another_key_or_over_other_bytes_is_refused(
    ceremony: Ceremony, certified: bytes, key: LoadedKey
) -> None:
    first = prepared(certified, key)
    other = ceremony.world.signer("別人", "p256", 32)
    good = key.sign(first.to_sign, "sha256")
    asked = ceremony.stamps.asked
    for wrong in (other.sign(first.to_sign, "sha256"), key.sign(b"other bytes", "sha256"), good[:-1], b"", bytes(5000)):
        with refused("signature-mismatch"):
            await complete(first.pdf, state=first.state, signature=wrong, stamps=ceremony.stamps)
    assert ceremony.stamps.asked == asked


async def test_another_file_or_another_state_is_refused(ceremony: Ceremony, certified: bytes, key: LoadedKey) -> None:
    first, second = prepared(certified, key), prepared(certified, key, instruction=b"another")
    signature = key.sign(first.to_sign, "sha256")
    for pdf in (second.pdf, certified, first.pdf[:-1], first.pdf + b"\n", b""):
        with refused("prepared-file"):
            await complete(pdf, state=first.state, signature=signature, stamps=ceremony.stamps)
    other = ceremony.world.signer("別人", "p256", 32)
    swapped = (
        {"to_sign": second.state.to_sign},
        {"instruction_sha256": second.state.instruction_sha256},
        {"certificate": msgspec.to_builtins(other.certificate.dump())},
        {"start": first.state.start + 2},
        {"start": first.state.end, "end": first.state.start},
        {"end": len(first.pdf) + 10},
        {"to_sign": "not base64"},
    )
    for change in swapped:
        state = msgspec.structs.replace(first.state, **change)
        with refused("state"):
            await complete(first.pdf, state=state, signature=signature, stamps=ceremony.stamps)
    for chain in ((), first.state.chain[:1], first.state.chain[::-1]):
        state = msgspec.structs.replace(first.state, chain=chain)
        with pytest.raises(KeyRefused, match=r"^chain: "):
            await complete(first.pdf, state=state, signature=signature, stamps=ceremony.stamps)


async def test_a_signature_stamped_after_its_certificate_expired_is_refused(
    ceremony: Ceremony, certified: bytes, key: LoadedKey
) -> None:
    first = prepared(certified, key)
    late = replace(ceremony.stamps, at=NOW + timedelta(days=1200))
    with pytest.raises(KeyRefused, match=r"^expired: "):
        await complete(first.pdf, state=first.state, signature=key.sign(first.to_sign, "sha256"), stamps=late)


async def test_what_may_not_be_signed_is_not_prepared(ceremony: Ceremony, certified: bytes, key: LoadedKey) -> None:
    with refused("not-certified"):
        prepared(ceremony.laid(2), key)
    with refused("no-such-field"):
        prepared(certified, key, field="Party9")
    with refused("already-signed"):
        prepared((await ceremony.signed(certified, 1)).pdf, key)
    with pytest.raises(KeyRefused, match=r"^expired: "):
        prepared(certified, key, at=NOW + timedelta(days=1200))
    with pytest.raises(KeyRefused, match=r"^chain: "):
        prepared(certified, key, chain=key.chain[:1])


async def test_two_prepared_on_one_base_are_told_apart_by_it(ceremony: Ceremony, certified: bytes) -> None:
    one = ceremony.world.signer("甲", "p256", 33)
    two = ceremony.world.signer("乙", "p256", 34)
    first, second = prepared(certified, one), prepared(certified, two, field="Party2")
    assert first.state.base_sha256 == second.state.base_sha256
    signature = one.sign(first.to_sign, "sha256")
    done = await complete(first.pdf, state=first.state, signature=signature, stamps=ceremony.stamps)
    assert second.state.base_sha256 != sha256(done.pdf).hexdigest()
