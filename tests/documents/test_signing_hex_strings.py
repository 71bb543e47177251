"""Hex strings read at once: the same value, the same place to go on from, the same refusals as pyHanko's reading."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError

from signing import pyhanko_overrides
from signing.hex_strings import faster
from tests.documents.signing_ceremony import Ceremony
from tests.documents.signing_world import NOW

ORIGINAL = generic.read_hex_string_from_stream
FASTER = faster(ORIGINAL)
PIECES = st.sampled_from(
    [b"0", b"9", b"a", b"F", b" ", b"\n", b"\r", b"\t", b"\x00", b"%x\n", b">", b"<", b"g", b"00" * 40]
)


def outcome(read, data):
    stream = BytesIO(data)
    stream.seek(3)
    try:
        value = read(stream)
    except PdfError as error:
        return type(error)
    return value, type(value), stream.tell()


@settings(deadline=None)
@given(st.lists(PIECES, max_size=400))
def test_whatever_stands_there_is_read_as_pyhanko_reads_it(pieces):
    for end in (b"> 12 0 R", b">", b""):
        data = b"abc<" + b"".join(pieces) + end
        assert outcome(FASTER, data) == outcome(ORIGINAL, data)


@pytest.mark.parametrize("size", [30, 31, 32, 33, 63, 64, 4_100, 4_127, 4_128, 20_000])
@pytest.mark.parametrize("odd", [b"", b"f"])
def test_every_size_up_to_and_over_what_is_read_at_once(size, odd):
    data = b"abc<" + b"ab" * size + odd + b">rest"
    assert outcome(FASTER, data) == outcome(ORIGINAL, data)


class Standing:
    def now(self):
        return NOW


async def test_it_is_in_place_while_the_overrides_are_and_signatures_hold():
    ceremony = Ceremony()
    pdf = (await ceremony.signed(await ceremony.certified(1), 1)).pdf
    with pyhanko_overrides.installed(Standing()), pyhanko_overrides.installed(Standing()):
        assert generic.read_hex_string_from_stream is not ORIGINAL
        assert await ceremony.holds(pdf)
    assert generic.read_hex_string_from_stream is ORIGINAL
