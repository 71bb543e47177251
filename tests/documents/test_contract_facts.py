"""What a file says of itself: read back as it was written, and hostile until it is checked."""

import contextlib
import io
import json
import zlib
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import msgspec
import pikepdf
import pytest

from signing.typesetting.contract import set_contract
from signing.typesetting.contract_facts import (
    BYTES_MAX,
    NAME,
    ContractFacts,
    FactsUnreadable,
    contract_facts,
    differences,
)
from signing.typesetting.seals import Seal, set_seal
from tests.documents.contract_texts import AT, VENDOR, contract_text


def carrying(written: bytes, *, pack: str | None = None) -> bytes:
    """A PDF of one page with a file of our name."""
    with pikepdf.new() as document:
        document.add_blank_page()
        document.attachments[NAME] = pikepdf.AttachedFileSpec(
            document,
            written,
            filename=NAME,
            description="",
            mime_type="application/json",
            creation_date="",
            mod_date="",
        )
        stream = document.attachments[NAME].get_file().obj
        if pack == "flate":
            stream.write(zlib.compress(written), filter=pikepdf.Name.FlateDecode)
        elif pack == "hex":
            stream.write(written.hex().encode(), filter=pikepdf.Name.ASCIIHexDecode)
        output = io.BytesIO()
        document.save(output, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return output.getvalue()


def hostile() -> Iterator[tuple[str, bytes, str]]:
    said = json.loads(msgspec.json.encode(contract_facts(set_contract(contract_text(), at=AT).pdf)))
    yield "not a PDF", b"%PDF-1.7\nnothing", "facts-unreadable"
    yield "empty", b"", "facts-unreadable"
    yield "not JSON", carrying(b"{"), "facts-malformed"
    yield "not UTF-8", carrying(b'{"format":"\xff"}'), "facts-malformed"
    yield "deep", carrying(b"[" * 20_000), "facts-malformed"
    yield "long", carrying(b" " * (BYTES_MAX + 1)), "facts-too-long"
    yield "a bomb", carrying(b" " * 50_000_000, pack="flate"), "facts-too-long"
    yield "packed otherwise", carrying(b"{}", pack="hex"), "facts-malformed"
    yield "another format", carrying(json.dumps({**said, "format": "kessai-contract/2"}).encode()), "facts-malformed"
    yield "yen as text", carrying(json.dumps({**said, "amount_yen": "1"}).encode()), "facts-malformed"
    yield "yen as float", carrying(json.dumps({**said, "amount_yen": 1.5}).encode()), "facts-malformed"
    yield "more than we write", carrying(json.dumps({**said, "more": 1}).encode()), "facts-malformed"
    yield "a box twice", carrying(json.dumps({**said, "boxes": said["boxes"] * 2}).encode()), "facts-malformed"
    far = [{**said["boxes"][0], "box": [0, 0, 1e9, 1]}]
    yield "a box far away", carrying(json.dumps({**said, "boxes": far}).encode()), "facts-malformed"


def test_what_a_file_says_of_itself_is_hostile_until_checked() -> None:
    for name, pdf, code in hostile():
        with pytest.raises(FactsUnreadable) as refused:
            contract_facts(pdf)
        assert refused.value.code == code, name


def test_no_damage_to_a_file_comes_out_as_anything_but_a_refusal() -> None:
    chosen, said = Random(20261121), msgspec.json.encode(set_contract(contract_text(), at=AT).facts)
    whole = carrying(said)
    for _ in range(1_500):
        damaged = bytearray(whole)
        for _ in range(chosen.choice((1, 2, 5, 20))):
            damaged[chosen.randrange(len(damaged))] = chosen.randrange(256)
        with contextlib.suppress(FactsUnreadable):
            contract_facts(bytes(damaged))


def test_a_file_that_says_nothing_is_no_contract_of_ours() -> None:
    assert contract_facts(set_seal(Seal(shape="personal", text="山田"), at=AT)) is None
    facts = contract_facts(carrying(msgspec.json.encode(set_contract(contract_text(), at=AT).facts), pack="flate"))
    assert isinstance(facts, ContractFacts)


DECIDED = {
    "amount_yen": 13_200_000,
    "counterparty": VENDOR.name,
    "period_from": date(2026, 12, 1),
    "period_to": date(2027, 3, 19),
}


@pytest.mark.parametrize(
    ("decided", "differing"),
    [
        ({}, ()),
        ({"amount_yen": 13_200_001}, ("amount_yen",)),
        ({"amount_yen": None}, ("amount_yen",)),
        ({"counterparty": f"{VENDOR.name} "}, ("counterparty",)),
        ({"counterparty": None}, ("counterparty",)),
        ({"period_to": date(2027, 3, 20)}, ("period",)),
        ({"period_from": None}, ()),
        ({"amount_yen": 1, "counterparty": "他社"}, ("amount_yen", "counterparty")),
    ],
)  # fmt: skip
def test_a_contract_is_compared_with_its_decision_as_data(decided: dict[str, Any], differing: tuple[str, ...]) -> None:
    facts = set_contract(contract_text(), at=AT).facts
    assert differences(facts, **{**DECIDED, **decided}) == differing
