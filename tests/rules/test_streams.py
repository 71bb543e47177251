"""流れの名: a stream is read as it was built, and a guard stream is nobody's record."""

import pytest

from domain.streams import guard_stream, parse, prefix_of, stream_of


@pytest.mark.parametrize(("noun", "number"), [("approval", "R8-000123"), ("directory", "pref"), ("contract", "R10-1")])
def test_a_records_stream_is_read_as_it_was_built(noun: str, number: str) -> None:
    stream = stream_of(noun, number)
    assert parse(stream) == (noun, number)
    assert stream.startswith(prefix_of(noun))


def test_a_guard_stream_is_no_records() -> None:
    assert guard_stream("document-number", "道路", 2026) == "document-number/道路/2026"
    assert parse(guard_stream("document-number", "道路", 2026)) is None
    assert parse(guard_stream("seats", "office-1")) is None
    assert parse("approval") is None
