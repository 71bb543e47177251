"""What somebody may do to a signed PDF: one function per attack, from the signed file to the attacked one."""

import io
import re
from collections.abc import Callable, Mapping

import pikepdf

from tests.documents.incremental_updates import Update, stream, table, update

Attack = Callable[[bytes], bytes]
FORGED = b"BT /F1 24 Tf 60 500 Td (9,999,999) Tj ET"
WHITE_BOX = b"1 g 40 300 500 200 re f"


def _appending(change: Callable[[Update], None]) -> Attack:
    return lambda pdf: update(pdf, change)


# pages and what they are drawn from


def _overlay(at: Update) -> None:
    page = at.page()
    old = page.Contents
    parts = [each.objgen[0] for each in old] if isinstance(old, pikepdf.Array) else [old.objgen[0]]
    extra = at.add(stream(WHITE_BOX))
    at.bodies[page.objgen[0]] = with_entry(
        page, "/Contents", b"[%s %s]" % (b" ".join(b"%d 0 R" % n for n in parts), extra)
    )


def _replaced_content(at: Update) -> None:
    contents = at.page().Contents
    first = contents[0] if isinstance(contents, pikepdf.Array) else contents
    at.bodies[first.objgen[0]] = stream(WHITE_BOX)


def _new_page(at: Update) -> None:
    pages = at.catalog.Pages
    new = at.add(b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] >>" % pages.objgen[0])
    kids = b" ".join(each.unparse() for each in pages.Kids)
    at.bodies[pages.objgen[0]] = with_entry(pages, "/Kids", b"[%s %s]" % (kids, new)).replace(
        b"/Count %d" % int(pages.Count), b"/Count %d" % (int(pages.Count) + 1)
    )


def _removed_page(at: Update) -> None:
    pages = at.catalog.Pages
    pages.Kids = pikepdf.Array(list(pages.Kids)[:-1])
    pages.Count = int(pages.Count) - 1
    at.touch(pages)


def _font_swapped(at: Update) -> None:
    for each in at.pdf.objects:
        if isinstance(each, pikepdf.Dictionary):
            for key in ("/FontFile2", "/FontFile3"):
                if key in each:
                    kind = b"/Subtype /CIDFontType0C" if key == "/FontFile3" else b""
                    at.bodies[each[key].objgen[0]] = stream(b"another font", kind)
                    return
    raise AssertionError("no font")


def _page_size(at: Update) -> None:
    page = at.page()
    page.MediaBox = pikepdf.Array([0, 0, 595, 400])
    at.touch(page)


# annotations


def _annotated(kind: bytes, entries: bytes, appearance: bytes = WHITE_BOX) -> Attack:
    def change(at: Update) -> None:
        drawn = at.add(stream(appearance, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"))
        note = at.add(
            b"<< /Type /Annot /Subtype %s /F 4 /Rect [0 0 595 842] /AP << /N %s >> %s >>" % (kind, drawn, entries)
        )
        page = at.page()
        old = b" ".join(each.unparse() for each in page.get("/Annots", ()))
        at.bodies[page.objgen[0]] = with_entry(page, "/Annots", b"[%s %s]" % (old, note))

    return _appending(change)


def _annotations_gone(at: Update) -> None:
    page = at.page()
    page.Annots = pikepdf.Array([])
    at.touch(page)


def _signed_fields(at: Update) -> list[pikepdf.Object]:
    return [each for each in at.catalog.AcroForm.Fields if "/V" in each and each.get("/FT") == "/Sig"]


def _appearance_swapped(at: Update) -> None:
    field = _signed_fields(at)[-1]
    drawn = at.add(stream(WHITE_BOX, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"))
    at.bodies[field.objgen[0]] = with_entry(field, "/AP", b"<< /N %s >>" % drawn)


def _widget_moved(at: Update) -> None:
    field = _signed_fields(at)[-1]
    field.Rect = pikepdf.Array([0, 0, 595, 842])
    at.touch(field)


def _widget_hidden(at: Update) -> None:
    field = _signed_fields(at)[-1]
    field.F = 2
    at.touch(field)


# the catalog and the form


def _opening_script(at: Update) -> None:
    at.catalog.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    at.touch(at.catalog)


def _catalog(at: Update) -> None:
    at.catalog.PageLayout = pikepdf.Name.TwoColumnLeft
    at.catalog.Lang = pikepdf.String("en")
    at.touch(at.catalog)


def _title(at: Update) -> None:
    information = at.pdf.trailer.Info
    information.Title = pikepdf.String("another contract")
    at.touch(information)


def _validation_data_and_more(at: Update) -> None:
    """A security store that has nothing to do with the signatures, and a page's content beside it."""
    at.catalog.DSS = pikepdf.Dictionary()
    at.touch(at.catalog)
    at.add(stream(WHITE_BOX))


def _attachment(at: Update) -> None:
    file = at.add(stream(b"another annex", b"/Type /EmbeddedFile"))
    named = at.add(b"<< /Type /Filespec /F (annex.txt) /UF (annex.txt) /EF << /F %s >> >>" % file)
    at.bodies[at.catalog.objgen[0]] = with_entry(
        at.catalog, "/Names", b"<< /EmbeddedFiles << /Names [(annex.txt) %s] >> >>" % named
    )


def _field_removed(at: Update) -> None:
    form = at.catalog.AcroForm
    form.Fields = pikepdf.Array([each for each in form.Fields if each.objgen != _signed_fields(at)[-1].objgen])
    at.touch(form if form.is_indirect else at.catalog)


def _signature_emptied(at: Update) -> None:
    field = _signed_fields(at)[-1]
    del field["/V"]
    at.touch(field)


def _shared_signature(at: Update) -> None:
    field = _signed_fields(at)[-1]
    second = at.add(
        b"<< /FT /Sig /T (Somebody) /Type /Annot /Subtype /Widget /F 132 /Rect [0 0 0 0] /P %d 0 R /V %s >>"
        % (at.page().objgen[0], field["/V"].unparse())
    )
    form = at.catalog.AcroForm
    fields = b"[%s %s]" % (b" ".join(each.unparse() for each in form.Fields), second)
    if form.is_indirect:
        at.bodies[form.objgen[0]] = with_entry(form, "/Fields", fields)
    else:
        at.bodies[at.catalog.objgen[0]] = with_entry(at.catalog, "/AcroForm", with_entry(form, "/Fields", fields))


def _text_field(at: Update) -> None:
    new = at.add(
        b"<< /FT /Tx /T (Amount) /V (9,999,999) /Type /Annot /Subtype /Widget /F 4 /Rect [60 480 260 520] /P %d 0 R >>"
        % at.page().objgen[0]
    )
    form = at.catalog.AcroForm
    fields = b"[%s %s]" % (b" ".join(each.unparse() for each in form.Fields), new)
    if form.is_indirect:
        at.bodies[form.objgen[0]] = with_entry(form, "/Fields", fields)
    else:
        at.bodies[at.catalog.objgen[0]] = with_entry(at.catalog, "/AcroForm", with_entry(form, "/Fields", fields))


def _permissions_gone(at: Update) -> None:
    if "/Perms" in at.catalog:
        del at.catalog["/Perms"]
    at.catalog.PageMode = pikepdf.Name.UseNone
    at.touch(at.catalog)


# revisions and indexes


def _unused_object(at: Update) -> None:
    at.add(stream(FORGED))


def _many_unused(pdf: bytes) -> bytes:
    for _ in range(12):
        pdf = update(pdf, _unused_object)
    return pdf


def _freed(at: Update) -> None:
    contents = at.page().Contents
    at.freed.append((contents[0] if isinstance(contents, pikepdf.Array) else contents).objgen[0])


def _signature_replaced(at: Update) -> None:
    """The signature's own object again at the end, with a range that leaves the new part out."""
    signature = _signed_fields(at)[-1]["/V"]
    at.touch(signature)


def _hybrid(pdf: bytes) -> bytes:
    """A last revision whose old-style index says nothing, and whose hidden one replaces a page's content."""
    at = Update(pdf)
    _replaced_content(at)
    ((number, body),) = at.bodies.items()
    out = bytearray(pdf + b"\n")
    where = len(out)
    out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    hidden = len(out)
    row = b"\x01" + where.to_bytes(4, "big") + b"\0\0"
    out += stream_object(at.next_number, row, b"/Type /XRef /W [1 4 2] /Index [%d 1] /Size %d" % (number, number + 1))
    previous = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    index = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d /XRefStm %d >>\n" % (
        at.next_number + 1, at.catalog.objgen[0], previous, hidden,
    )  # fmt: skip
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % index)


def stream_object(number: int, data: bytes, entries: bytes) -> bytes:
    """A whole stream object."""
    return b"%d 0 obj\n%s\nendobj\n" % (number, stream(data, entries))


def _no_index(pdf: bytes) -> bytes:
    """Incremental saving: objects at the end, without an index (readers that repair take them)."""
    return pdf + b"\n%d 0 obj\n%s\nendobj\n" % (Update(pdf).page().objgen[0], b"<< /Type /Page >>")


def _index_loop(pdf: bytes) -> bytes:
    at = len(pdf) + 1
    trailer = b"trailer\n<< /Size 9 /Root %d 0 R /Prev %d >>\n" % (Update(pdf).catalog.objgen[0], at)
    return pdf + b"\nxref\n0 1\n0000000000 65535 f \n" + trailer + b"startxref\n%d\n%%%%EOF\n" % at


# the signature itself, in place: the file keeps its length


def last(pdf: bytes, pattern: bytes) -> re.Match[bytes]:
    """The last place where the pattern stands."""
    return list(re.finditer(pattern, pdf))[-1]


def _in_place(pdf: bytes, pattern: bytes, put: Callable[[bytes], bytes]) -> bytes:
    found = last(pdf, pattern)
    new = put(found[0])
    return pdf[: found.start()] + new.ljust(len(found[0]))[: len(found[0])] + pdf[found.end() :]


BYTE_RANGE = rb"/ByteRange\s*\[[\d ]+\]"
CONTENTS = rb"/Contents\s*<[0-9a-fA-F]+>"


def range_set(to: bytes) -> Attack:
    """The last signature with another /ByteRange."""
    return lambda pdf: _in_place(pdf, BYTE_RANGE, lambda _: to)


def contents_set(put: Callable[[bytes], bytes]) -> Attack:
    """The last signature with other /Contents."""
    return lambda pdf: _in_place(pdf, CONTENTS, put)


def _gap_widened(pdf: bytes) -> bytes:
    """Wrapping: the second part moves back, and something else stands in the gap behind the signature's value."""
    found = last(pdf, BYTE_RANGE)
    zero, first, second, rest = (int(each) for each in found[0][10:].strip(b" []").split())
    extra = b" /Injected (" + b"x" * 40 + b")"
    new = (b"/ByteRange [%d %d %d %d]" % (zero, first, second + len(extra), rest)).ljust(len(found[0]))
    return (pdf[: found.start()] + new + pdf[found.end() :])[:second] + extra + pdf[second:]


def _padding_used(old: bytes) -> bytes:
    """Wrapping without moving anything: the value ends early, and an entry of its own stands in what was padding."""
    used = len(old[:-1].rstrip(b"0")) + 8
    extra = b"> /Injected <"
    return old[:used] + extra + b"0" * (len(old) - used - len(extra) - 1) + b">"


def flipped(pdf: bytes, at: int, by: int = 1) -> bytes:
    """The file with one byte changed."""
    return pdf[:at] + bytes([pdf[at] ^ by]) + pdf[at + 1 :]


def signature_value_at(pdf: bytes, *, within: float) -> int:
    """An offset of a hex digit in the last signature's value, `within` its used part (0 … 1)."""
    found = last(pdf, CONTENTS)
    digits = found[0][found[0].index(b"<") + 1 : -1].rstrip(b"0")
    return found.start() + found[0].index(b"<") + 1 + int(len(digits) * within)


def with_entry(found: pikepdf.Object, key: str, value: bytes) -> bytes:
    """A dictionary as bytes, with one entry given as bytes."""
    marker = b"(placeholder-of-an-entry)"
    kept = found.get(key) if isinstance(found, pikepdf.Dictionary) else None
    found[key] = pikepdf.String(marker[1:-1].decode())
    written = bytes(found.unparse(resolved=True)).replace(marker, value)
    if kept is not None:
        found[key] = kept
    else:
        del found[key]
    return written


def without_repair(pdf: bytes) -> pikepdf.Pdf:
    """Open as the guard does."""
    return pikepdf.open(io.BytesIO(pdf), attempt_recovery=False)


APPENDED: Mapping[str, Attack] = {
    "content drawn over": _appending(_overlay),
    "content stream replaced": _appending(_replaced_content),
    "page added": _appending(_new_page),
    "page removed": _appending(_removed_page),
    "page made smaller": _appending(_page_size),
    "font program swapped": _appending(_font_swapped),
    "free text annotation": _annotated(b"/FreeText", b"/Contents (9,999,999) /DA (/Helv 24 Tf)"),
    "stamp annotation": _annotated(b"/Stamp", b"/Name /Approved"),
    "square annotation": _annotated(b"/Square", b"/IC [1 1 1]"),
    "redaction annotation": _annotated(b"/Redact", b"/OverlayText (9,999,999)"),
    "link annotation": _annotated(b"/Link", b"/A << /S /URI /URI (https://example.com/) >>"),
    "annotations removed": _appending(_annotations_gone),
    "seal's picture swapped": _appending(_appearance_swapped),
    "seal moved over the page": _appending(_widget_moved),
    "seal hidden": _appending(_widget_hidden),
    "script at opening": _appending(_opening_script),
    "catalog changed": _appending(_catalog),
    "title changed": _appending(_title),
    "something beside validation data": _appending(_validation_data_and_more),
    "attachment added": _appending(_attachment),
    "signature field removed": _appending(_field_removed),
    "signature emptied": _appending(_signature_emptied),
    "signature shown in a second field": _appending(_shared_signature),
    "text field added": _appending(_text_field),
    "certification removed": _appending(_permissions_gone),
    "unused object": _appending(_unused_object),
    "many unused objects": _many_unused,
    "empty revision": _appending(lambda _: None),
    "content freed": _appending(_freed),
    "signature object replaced": _appending(_signature_replaced),
    "hidden index of a hybrid revision": _hybrid,
    "objects without an index": _no_index,
    "index that loops": _index_loop,
    "bytes after the end": lambda pdf: pdf + b"AND MORE",
    "bytes before the beginning": lambda pdf: b"MORE AND " + pdf,
}
IN_PLACE: Mapping[str, Attack] = {
    "range of nothing": range_set(b"/ByteRange [0 0 0 0]"),
    "range that is null": range_set(b"/ByteRange null"),
    "range of one number": range_set(b"/ByteRange [0]"),
    "range below nothing": range_set(b"/ByteRange [0 -9 9 9]"),
    "range beyond the end": range_set(b"/ByteRange [0 9 9 99999999]"),
    "range that starts later": range_set(b"/ByteRange [9 9 20 9]"),
    "range renamed": range_set(b"/ByteRenge [0 1 2 3]"),
    "contents of zeros": contents_set(lambda old: b"/Contents <" + b"0" * (len(old) - 12) + b">"),
    "contents that are null": contents_set(lambda _: b"/Contents null"),
    "contents renamed": contents_set(lambda old: old.replace(b"/Contents", b"/Contentz")),
    "contents emptied": contents_set(lambda _: b"/Contents <>"),
    "contents of one zero": contents_set(lambda _: b"/Contents <00>"),
    "gap widened": _gap_widened,
    "another entry in the padding": contents_set(_padding_used),
    "format unknown": lambda pdf: _in_place(pdf, rb"/SubFilter\s*/[\w.]+", lambda _: b"/SubFilter /none"),
    "format missing": lambda pdf: _in_place(pdf, rb"/SubFilter\s*/[\w.]+", lambda _: b"/SubFelter /none"),
    "value flipped": lambda pdf: flipped(pdf, signature_value_at(pdf, within=0.3)),
    "cut off": lambda pdf: pdf[: len(pdf) * 2 // 3],
    "cut at the end": lambda pdf: pdf[:-8],
}


# forms and layers, for files that have them


def field_value(at: Update) -> None:
    """The value of a text field, and what it shows."""
    field = at.catalog.AcroForm.Fields[0]
    shown = at.add(
        stream(b"/Tx BMC q BT /Helv 12 Tf 2 6 Td (9,999,999) Tj ET Q EMC", b"/Subtype /Form /BBox [0 0 200 20]")
    )
    field.V = pikepdf.String("9,999,999")
    at.bodies[field.objgen[0]] = with_entry(field, "/AP", b"<< /N %s >>" % shown)


def field_value_only(at: Update) -> None:
    """The value of a text field, shown as before."""
    field = at.catalog.AcroForm.Fields[0]
    field.V = pikepdf.String("9,999,999")
    at.touch(field)


def field_hidden(at: Update) -> None:
    """A text field that covered something, hidden by its flag."""
    field = at.catalog.AcroForm.Fields[0]
    field.F = 2
    at.touch(field)


def layer_switched(at: Update) -> None:
    """What is shown and what is not, exchanged."""
    layers = at.catalog.OCProperties.D
    layers.ON, layers.OFF = layers.OFF, layers.ON
    at.touch(layers if layers.is_indirect else at.catalog)


def overlay_taken_away(at: Update) -> None:
    """Shadow attack, hide: the last content stream, which covered the others, is emptied."""
    at.bodies[at.page().Contents[-1].objgen[0]] = stream(b" ")


def other_object_chosen(pdf: bytes, number: int) -> bytes:
    """Shadow attack, hide and replace: a new index points to the second body that lay in the signed file all along."""
    at = Update(pdf)
    places = [found.start() for found in re.finditer(rb"(?<!\d)%d 0 obj\b" % number, pdf)]
    out = bytearray(pdf)
    index = len(out)
    out += table({number: places[-1]}, []) + at.trailer()
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % index)


FORM_ATTACKS: Mapping[str, Attack] = {
    "text field's value and picture": _appending(field_value),
    "text field's value": _appending(field_value_only),
    "text field hidden": _appending(field_hidden),
}
