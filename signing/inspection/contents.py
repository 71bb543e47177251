"""What the objects of a PDF hold: a census over all of them, reachable or not, made from qpdf's normal form of each."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf

from signing.inspection.fonts import not_embedded
from signing.inspection.limits import Limits
from signing.inspection.refusals import NotAccepted

STRING = re.compile(rb"\((?:\\.|[^\\()])*\)", re.DOTALL)
REFERENCE = re.compile(rb"(?<![\d.])(\d+) (\d+) R\b")
NAME = re.compile(rb"/[^\x00\t\n\f\r ()<>\[\]{}/%]+")
ACTIVE_KEYS = frozenset({b"/JS", b"/JavaScript", b"/AA", b"/Launch", b"/XFA", b"/RichMedia", b"/RichMediaContent"})
ACTIVE_ACTIONS = frozenset(
    {
        "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToR", "/GoToE", "/Rendition",
        "/Movie", "/Sound", "/Hide", "/SetOCGState", "/Trans", "/GoTo3DView", "/RichMediaExecute", "/Thread", "/GoToDp",
    }
)  # fmt: skip
ACTION_NAMES = frozenset(name.encode() for name in ACTIVE_ACTIONS)
LOOK_CLOSER = frozenset(
    {b"/BaseFont", b"/OpenAction", b"/URI", b"/FT", b"/F", b"/Ref", b"/OPI", b"/PS", b"/OCG", b"/OCMD"}
)
SAFE_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
FORM_KINDS = frozenset({"/Tx", "/Ch", "/Btn"})
DEPTH_MAX = 60
NESTING = pikepdf.Dictionary | pikepdf.Array
OBJECT_BYTES_MAX = 8 * 2**20  # one object's dictionary, written out
INFLATE_STEP_BYTES = 2**20


@dataclass
class Census:
    """What was found. Objects by (number, generation)."""

    objects: set[tuple[int, int]] = field(default_factory=set)
    references: dict[tuple[int, int], set[tuple[int, int]]] = field(default_factory=dict)
    apart: set[tuple[int, int]] = field(default_factory=set)  # nobody refers to them, by design of the format
    active: set[str] = field(default_factory=set)
    external: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    form_fields: set[str] = field(default_factory=set)
    fonts_not_embedded: set[str] = field(default_factory=set)
    layers: bool = False
    inflated_bytes: int = 0


def census(pdf: pikepdf.Pdf, limits: Limits) -> Census:
    """Look at every object; refuses `too-many-objects`, `nested-too-deeply`, `inflates`."""
    found = Census()
    for count, each in enumerate(pdf.objects):
        if count > limits.objects_max:
            raise NotAccepted("too-many-objects", f"more than {limits.objects_max}")
        if isinstance(each, pikepdf.Object):  # numbers come as numbers, and hold nothing
            _count(each, found, limits)
    return found


def _count(each: pikepdf.Object, found: Census, limits: Limits) -> None:
    stream = isinstance(each, pikepdf.Stream)
    number = each.objgen
    if isinstance(each, pikepdf.Stream):
        found.inflated_bytes += _inflated(each, limits)
        if found.inflated_bytes > limits.inflated_bytes_max:
            raise NotAccepted("inflates", f"more than {limits.inflated_bytes_max} bytes in all")
    plain: pikepdf.Object = each.stream_dict if isinstance(each, pikepdf.Stream) else each
    written = plain.unparse(resolved=True)
    if len(written) > OBJECT_BYTES_MAX:
        raise NotAccepted("too-many-objects", f"object {number} has {len(written)} bytes")
    text = STRING.sub(b"()", written)
    if text != b"null":
        found.objects.add(number)
    found.references[number] = {(int(one[1]), int(one[2])) for one in REFERENCE.finditer(text)}
    names = set(NAME.findall(text))
    if b"/Linearized" in names or (stream and names & {b"/ObjStm", b"/XRef"}):
        found.apart.add(number)
    if names & ACTIVE_KEYS or names & ACTION_NAMES or names & LOOK_CLOSER:
        _look_closer(plain, found, stream)


def _look_closer(top: pikepdf.Object, found: Census, stream: bool) -> None:
    """Go through the dictionaries of one object, not through what it refers to."""
    if stream and isinstance(top, pikepdf.Dictionary) and "/F" in top:
        found.external.add("/F")
    for each in _dictionaries(top):
        found.active.update(key for key in map(str, dict(each)) if key.encode() in ACTIVE_KEYS)
        if "/OpenAction" in each and _runs(each["/OpenAction"]):
            found.active.add("/OpenAction")
        found.fonts_not_embedded.update(not_embedded(each))
        kind = _name(each, "/S")
        if kind in ACTIVE_ACTIONS:
            found.active.add(kind)
        if kind == "/URI" and not SAFE_LINK.match(_text(each.get("/URI"))):
            found.links.add(_text(each.get("/URI"))[:80])
        if _name(each, "/FT") in FORM_KINDS:
            found.form_fields.add(_name(each, "/FT"))
        found.layers = found.layers or _name(each, "/Type") in ("/OCG", "/OCMD")
        if _name(each, "/Subtype") == "/Form" and any(key in each for key in ("/Ref", "/OPI")):
            found.external.add("/Ref")
        if _name(each, "/Subtype") == "/PS" or _name(each, "/Subtype2") == "/PS":
            found.external.add("/PS")


def _runs(action: pikepdf.Object) -> bool:
    """An opening action that only goes to a page of this file is how many programs say where to begin."""
    return not isinstance(action, pikepdf.Array | pikepdf.Name | pikepdf.String) and _name(action, "/S") != "/GoTo"


def _dictionaries(top: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Every dictionary written inside one object; refuses `nested-too-deeply`."""
    waiting: list[tuple[pikepdf.Object, int]] = [(top, 0)]
    while waiting:
        each, depth = waiting.pop()
        if depth > DEPTH_MAX:
            raise NotAccepted("nested-too-deeply", f"deeper than {DEPTH_MAX}")
        if isinstance(each, pikepdf.Dictionary):
            yield each
        if isinstance(each, pikepdf.Dictionary | pikepdf.Array):
            inner = each.values() if isinstance(each, pikepdf.Dictionary) else each
            waiting += [(one, depth + 1) for one in inner if isinstance(one, NESTING) and not one.is_indirect]


def _name(holder: pikepdf.Object, key: str) -> str:
    value = holder.get(key) if isinstance(holder, pikepdf.Dictionary) else None
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, pikepdf.String) else ""


def _inflated(stream: pikepdf.Stream, limits: Limits) -> int:
    """How many bytes the stream's outer compression holds, counted without keeping them; `inflates` beyond bounds."""
    filters = stream.stream_dict.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if names.count("/FlateDecode") > 1:
        raise NotAccepted("inflates", "compressed more than once")
    if not names or names[0] != "/FlateDecode":
        return 0
    inflater, size = zlib.decompressobj(), 0
    waiting = stream.read_raw_bytes()
    try:
        while waiting:
            piece = inflater.decompress(waiting, INFLATE_STEP_BYTES)
            size += len(piece)
            if size > limits.stream_bytes_max:
                raise NotAccepted("inflates", f"object {stream.objgen}: more than {limits.stream_bytes_max} bytes")
            waiting = inflater.unconsumed_tail
    except zlib.error as error:
        raise NotAccepted("damaged", f"object {stream.objgen}: {error}") from error
    return size


def unreferenced(pdf: pikepdf.Pdf, found: Census) -> set[tuple[int, int]]:
    """Give the objects that cannot be reached from the trailer."""
    trailer = STRING.sub(b"()", pdf.trailer.unparse(resolved=True))
    waiting = [(int(one[1]), int(one[2])) for one in REFERENCE.finditer(trailer)]
    reached: set[tuple[int, int]] = set()
    while waiting:
        each = waiting.pop()
        if each not in reached:
            reached.add(each)
            waiting += found.references.get(each, set()) - reached
    return found.objects - reached - found.apart
