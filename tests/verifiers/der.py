"""DER, as much of it as is needed to find a time stamp inside a signature; nothing but the standard library."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

OCTETS, OID, SEQUENCE, SET, TIME = 0x04, 0x06, 0x30, 0x31, 0x18
UNSIGNED, EXPLICIT = 0xA1, 0xA0
SIGNATURE_TIME_STAMP = bytes.fromhex("2a864886f70d010910020e")


@dataclass(frozen=True)
class Value:
    """One value: its tag, its content, and the whole of it as encoded."""

    tag: int
    content: bytes
    whole: bytes


def values(data: bytes) -> Iterator[Value]:
    """The values that stand one after the other in `data`."""
    at = 0
    while at < len(data):
        tag, length, start = data[at], data[at + 1], at + 2
        if length & 0x80:
            octets = length & 0x7F
            length, start = int.from_bytes(data[start : start + octets], "big"), start + octets
        end = start + length
        if end > len(data):
            raise ValueError("a value ends beyond its data")
        yield Value(tag, data[start:end], data[at:end])
        at = end


def first(data: bytes) -> Value:
    """The first value; what follows is padding."""
    return next(values(data))


def signer_info(content_info: bytes) -> list[Value]:
    """The parts of the only SignerInfo of a CMS signature."""
    _, explicit = values(first(content_info).content)
    *_, signers = values(first(explicit.content).content)
    return list(values(first(signers.content).content))


def time_stamp(content_info: bytes) -> tuple[bytes, bytes] | None:
    """A signature's value and the time stamp token over it (DER); None where there is none."""
    parts = signer_info(content_info)
    unsigned = parts[-1]
    if unsigned.tag != UNSIGNED:
        return None
    signature = parts[-2]
    for attribute in values(unsigned.content):
        name, found = values(attribute.content)
        if name.content == SIGNATURE_TIME_STAMP:
            return signature.content, first(found.content).whole
    return None


def stated_time(token: bytes) -> datetime:
    """The time that a time stamp token states."""
    _, explicit = values(first(token).content)
    encapsulated = list(values(first(explicit.content).content))[2]
    info = first(first(list(values(encapsulated.content))[1].content).content).content
    stated = next(each for each in values(first(info).content if info[0] == SEQUENCE else info) if each.tag == TIME)
    return datetime.strptime(stated.content[:14].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
