"""印影: what is drawn into the box of a signature: seals as on paper, or a neutral stamp that says it is electronic."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Literal

import msgspec

from domain.clock import JST, civil_date
from signing.typesetting.contract_faults import Fault, TextRefused, unsettable
from signing.typesetting.press import PICTURE, Order, set_documents
from signing.typesetting.wording import era_date

Shape = Literal["personal", "corporate", "official", "stamp"]
SIDE_MM = {"personal": (20, 20), "corporate": (20, 20), "official": (22, 22), "stamp": (52, 22)}
ROOM_MM = {"personal": 14.0, "corporate": 8.0, "official": 18.5}
SIZE_MM_MAX = 8.0
KEPT_MAX = 64  # a prefecture has a few seals, and a stamp is of one day
LENGTH_MAX = {"personal": 6, "corporate": 8, "official": 16, "stamp": 200}
STAMP_SIZES_PT = ((13, 10), (30, 8), (66, 5.5), (124, 4), (200, 3))  # as many characters as its lines take
LABEL_LENGTH_MAX = 14
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """印影. `text` is what the seal reads: a family name, 代表取締役印, 青空県知事之印; of a stamp, the party's name.

    `ring` is the company's name around a corporate seal; `label` says on a stamp which side signed (乙).
    """

    shape: Shape
    text: str
    ring: str = ""
    label: str = ""


def set_seal(seal: Seal, *, at: datetime) -> bytes:
    """Give a page of one seal (PDF/A-2b, fonts embedded, its size the seal's), dated by the day of `at` in Japan.

    The same seal on the same day gives the same bytes; it is kept ready for the next signature.
    Refuses (`TextRefused`) texts that are empty, too long for the seal or hold a character the fonts do not have.
    """
    return _set_for(_checked(seal), civil_date(at))


def set_seals(seals: Sequence[Seal], *, at: datetime) -> tuple[bytes, ...]:
    """Give the page of each seal, set in one process."""
    return set_documents(tuple(_order(_checked(seal), civil_date(at)) for seal in seals))


@lru_cache(maxsize=KEPT_MAX)
def _set_for(seal: Seal, day: date) -> bytes:
    (pdf,) = set_documents((_order(seal, day),))
    return pdf


def _order(seal: Seal, day: date) -> Order:
    midnight = datetime.combine(day, time.min, tzinfo=JST)
    return Order(template="seal", data=_sheet(seal, day), at=midnight, standards=PICTURE)


def _checked(seal: Seal) -> Seal:
    faults = [*unsettable(seal, "seal")]
    if not 1 <= len(_characters(seal.text)) <= LENGTH_MAX[seal.shape] or "\n" in seal.text:
        reason = f"印影の文字は、１字から{LENGTH_MAX[seal.shape]}字までです。"
        faults.append(Fault(field="text", code="length", reason=reason))
    if seal.shape == "corporate" and not 1 <= len(_characters(seal.ring)) <= 24:
        faults.append(Fault(field="ring", code="length", reason="外周の文字は、１字から24字までです。"))
    if len(seal.label) > LABEL_LENGTH_MAX or "\n" in seal.label:
        faults.append(Fault(field="label", code="length", reason=f"見出しは、{LABEL_LENGTH_MAX}字までです。"))
    if faults:
        raise TextRefused(tuple(faults))
    return seal


def _sheet(seal: Seal, day: date) -> Mapping[str, Any]:
    width, height = SIDE_MM[seal.shape]
    sheet: dict[str, Any] = {"shape": seal.shape, "title": f"印影　{seal.text}", "width": width, "height": height}
    if seal.shape == "stamp":
        size = next(points for longest, points in STAMP_SIZES_PT if len(seal.text) <= longest)
        return {**sheet, "label": seal.label, "name": seal.text, "size": size,
                "day": f"{day.isoformat()}（{era_date(day)}）JST"}  # fmt: skip
    columns = _columns(_characters(seal.text), square=seal.shape == "official")
    tallest, room = max(map(len, columns)), ROOM_MM[seal.shape]
    size = min(room / tallest, room / len(columns), SIZE_MM_MAX) * 0.92
    ring = _characters(seal.ring)
    ring_size = min(2.9, 2 * math.pi * 7.6 / max(len(ring), 1) * 0.9)
    return {**sheet, "columns": columns, "size": size, "spread": size * 1.12 * len(columns), "ring": ring,
            "ring_size": ring_size}  # fmt: skip


def _columns(characters: Sequence[str], *, square: bool) -> list[list[str]]:
    """Characters over columns as even as can be, the first ones longer: a square of them for an office."""
    count = math.ceil(math.sqrt(len(characters))) if square else (1 if len(characters) <= 3 else 2)
    short, longer = divmod(len(characters), count)
    lengths = [short + 1] * longer + [short] * (count - longer)
    starts = [sum(lengths[:place]) for place in range(count)]
    return [list(characters[start : start + length]) for start, length in zip(starts, lengths, strict=True)]


def _characters(text: str) -> list[str]:
    """What is read as one character: with the variation selector that follows it."""
    found: list[str] = []
    for each in text:
        if found and any(ord(each) in block for block in SELECTORS):
            found[-1] += each
        else:
            found.append(each)
    return found
