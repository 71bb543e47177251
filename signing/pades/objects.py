"""PDF objects in few words."""

from codecs import BOM_UTF16_BE
from collections.abc import Iterable, Mapping
from typing import Any

from pyhanko.pdf_utils import generic


def dictionary(entries: Mapping[str, Any]) -> generic.DictionaryObject:
    """A dictionary; keys are names, given with their slash."""
    return generic.DictionaryObject({generic.pdf_name(key): value for key, value in entries.items()})


def copied(found: generic.DictionaryObject) -> generic.DictionaryObject:
    """A new dictionary with the same entries, references left as they are."""
    return generic.DictionaryObject({key: found.raw_get(key) for key in found})


def value(found: generic.DictionaryObject, key: str, default: Any = None) -> Any:
    """What stands under a key, looked up where it is a reference; pyHanko's own `get` does not look it up."""
    return found[key] if key in found else default  # noqa: SIM401


def members(found: Any) -> list[Any]:
    """The members of an array, looked up where they are references."""
    return [found[position] for position in range(len(found))]


def array(of: Iterable[Any]) -> generic.ArrayObject:
    """An array."""
    return generic.ArrayObject(of)


def raw_members(found: generic.ArrayObject) -> list[Any]:
    """The members of an array, references left as they are."""
    return [found.raw_get(position) for position in range(len(found))]


def name(text: str) -> generic.NameObject:
    """A name, given with its slash."""
    return generic.pdf_name(text)


def number(value: int) -> generic.NumberObject:
    """An integer."""
    return generic.NumberObject(value)


def real(value: float) -> generic.FloatObject:
    """A real number with two digits after the point: points of a page."""
    return generic.FloatObject(f"{value:.2f}")


def text(value: str) -> generic.TextStringObject | generic.ByteStringObject:
    """A text string; in hex where it is not ASCII, which is shorter than pyHanko's escapes and read at once."""
    return generic.pdf_string(value) if value.isascii() else generic.ByteStringObject(encoded(value))


def encoded(value: str) -> bytes:
    """The bytes a text string is written as: PDFDocEncoding where it can be, else UTF-16 (ISO 32000-1 §7.9.2.2)."""
    try:
        return bytes(generic.encode_pdfdocencoding(value))
    except UnicodeEncodeError:
        return BOM_UTF16_BE + value.encode("utf-16-be")
