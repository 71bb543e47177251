"""Array parameters in Postgres's binary format: a batch's columns, sent without quoting, escaping or guessing."""

from collections.abc import Sequence
from itertools import chain
from struct import Struct, pack
from typing import Any
from uuid import UUID

from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper, PyFormat
from psycopg.pq import Format

BYTEA, INT8, INT4, TEXT, UUID_OID = 17, 20, 23, 25, 2950  # fixed for ever in Postgres's catalogue
ARRAY_OF = {BYTEA: 1001, INT8: 1016, INT4: 1007, TEXT: 1009, UUID_OID: 2951}
_HEAD, _DIMENSION, _LENGTH = Struct("!IiI"), Struct("!iI"), Struct("!i")


class BinaryArray:
    """One array without nulls, ready to send."""

    __slots__ = ("data", "oid")

    def __init__(self, element_oid: int, length: int, elements: bytes) -> None:
        dimension = _DIMENSION.pack(length, 1) if length else b""
        self.oid = ARRAY_OF[element_oid]
        self.data = _HEAD.pack(1 if length else 0, 0, element_oid) + dimension + elements


class BinaryArrayDumper(Dumper):
    """Hands a `BinaryArray` to psycopg as what it is."""

    format = Format.BINARY

    def __init__(self, cls: type, context: AdaptContext | None = None, *, oid: int = 0) -> None:
        super().__init__(cls, context)
        self.oid = oid

    def get_key(self, obj: BinaryArray, format: PyFormat) -> Any:
        return (BinaryArray, obj.oid)

    def upgrade(self, obj: BinaryArray, format: PyFormat) -> Dumper:
        return BinaryArrayDumper(BinaryArray, oid=obj.oid)

    def dump(self, obj: BinaryArray) -> bytes:
        return obj.data


def texts(values: Sequence[str]) -> BinaryArray:
    """Give a text[]."""
    return _of(TEXT, [value.encode() for value in values])


def byte_strings(values: Sequence[bytes]) -> BinaryArray:
    """Give a bytea[]."""
    return _of(BYTEA, values)


def uuids(values: Sequence[UUID]) -> BinaryArray:
    """Give a uuid[]."""
    return _of(UUID_OID, [value.bytes for value in values])


def bigints(values: Sequence[int]) -> BinaryArray:
    """Give a bigint[]."""
    return BinaryArray(INT8, len(values), pack("!" + "iq" * len(values), *chain.from_iterable((8, v) for v in values)))


def ints(values: Sequence[int]) -> BinaryArray:
    """Give an int[]."""
    return BinaryArray(INT4, len(values), pack("!" + "ii" * len(values), *chain.from_iterable((4, v) for v in values)))


def _of(element_oid: int, values: Sequence[bytes]) -> BinaryArray:
    length = _LENGTH.pack
    return BinaryArray(element_oid, len(values), b"".join([part for v in values for part in (length(len(v)), v)]))
