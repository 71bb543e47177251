"""DER: the few shapes of ASN.1 that are written by hand, where building objects would cost more than signing."""

from collections.abc import Iterable

INTEGER, BIT_STRING, OCTET_STRING, NULL = 0x02, 0x03, 0x04, 0x05
OBJECT_IDENTIFIER, UTF8_STRING, SEQUENCE, SET = 0x06, 0x0C, 0x30, 0x31
SHORT_LENGTH_MAX = 127


def tlv(tag: int, *parts: bytes) -> bytes:
    """Give one value: its tag, the length of all parts together, the parts."""
    content = b"".join(parts)
    length = len(content)
    if length <= SHORT_LENGTH_MAX:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def sequence(*parts: bytes) -> bytes:
    """Give a SEQUENCE of values that are already encoded."""
    return tlv(SEQUENCE, *parts)


def set_of(parts: Iterable[bytes]) -> bytes:
    """Give a SET OF in the order that DER asks for (X.690 11.6)."""
    return tlv(SET, *sorted(parts))


def octets(content: bytes) -> bytes:
    """Give an OCTET STRING."""
    return tlv(OCTET_STRING, content)


def integer(number: int) -> bytes:
    """Give an INTEGER of any size, not below zero."""
    return tlv(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def identifier(dotted: str) -> bytes:
    """Give an OBJECT IDENTIFIER from its dotted form."""
    first, second, *others = (int(arc) for arc in dotted.split("."))
    content = bytearray()
    for arc in (first * 40 + second, *others):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        content.extend(reversed(septets))
    return tlv(OBJECT_IDENTIFIER, bytes(content))


def named_bit(number: int) -> bytes:
    """Give a BIT STRING of names in which only `number` is set, without trailing zeros (X.690 11.2.2)."""
    content = bytearray(number // 8 + 1)
    content[-1] = 0x80 >> number % 8
    return tlv(BIT_STRING, bytes((7 - number % 8,)), bytes(content))
