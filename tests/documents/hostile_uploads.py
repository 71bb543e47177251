"""PDFs that somebody might upload to be decided and signed: bombs, things that act, things that wait for later."""

import io
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pikepdf

from tests.documents.incremental_updates import Update, stream, update
from tests.documents.signed_files import elsewhere, saved, with_text_field
from tests.documents.signing_world import contract

Name, Dictionary = pikepdf.Name, pikepdf.Dictionary
Make = Callable[[], bytes]
MIB = 2**20


def written_by_hand(
    objects: Mapping[int, bytes], *, root: int = 1, size: int | None = None, extra: bytes = b""
) -> bytes:
    """A file with these objects and a classical index."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at, last = len(out), size or max(objects) + 1
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number in sorted(places):
        out += b"%d 1\n%010d 00000 n \n" % (number, places[number])
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (last, root, extra, at)
    return bytes(out)


def little(*objects: bytes, catalog: bytes = b"", page: bytes = b"") -> bytes:
    """One empty page; `catalog` and `page` add entries, `objects` whole objects (from number 4)."""
    every = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>" % page,
        **dict(enumerate(objects, 4)),
    }
    return written_by_hand(every)


def edited(change: Callable[[pikepdf.Pdf], None]) -> Make:
    """The contract with something done to it before it is sent."""

    def make() -> bytes:
        document = pikepdf.open(io.BytesIO(contract()))
        change(document)
        return saved(document)

    return make


def action(**entries: Any) -> Make:
    """An action that a click on the page starts."""

    def change(document: pikepdf.Pdf) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 99, 99], A=Dictionary(**entries))
        document.pages[0].obj.Annots = [document.make_indirect(link)]

    return edited(change)


def in_catalog(key: str, value: object) -> Make:
    return edited(lambda document: document.Root.__setitem__(key, value))


def _annotation(document: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=[60, 480, 260, 520], Contents="9,999,999", F=4)
    document.pages[0].obj.Annots = [document.make_indirect(note)]


def attached(name: str, data: bytes) -> Make:
    """The contract with a file inside."""

    def change(document: pikepdf.Pdf) -> None:
        document.attachments[name] = pikepdf.AttachedFileSpec(  # type: ignore[call-arg]  # the others have defaults
            document, data, filename=name
        )

    return edited(change)


def _script_name(document: pikepdf.Pdf) -> None:
    script = document.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=["a", script]))


def _spelt_differently() -> bytes:
    """The names of a script with letters as numbers."""
    return little(catalog=b"/OpenAction << /#53 /Java#53cript /#4a#53 (app.alert\\(1\\)) >>")


def two_bodies() -> bytes:
    """The same object twice; the index has one of them."""
    pdf = little(stream(b"0 g 60 60 20 20 re f"), page=b"/Contents 4 0 R")
    at = pdf.rfind(b"xref\n", 0, pdf.rfind(b"startxref"))
    second = b"4 0 obj\n%s\nendobj\n" % stream(b"1 g 60 60 20 20 re f")
    return pdf[:at] + second + pdf[at:].replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(second)))


def covered(with_image: bool) -> Make:
    """Text, and then something opaque over it."""

    def change(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        if with_image:
            pixel = document.make_stream(
                b"\xff", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8,
                ColorSpace=Name.DeviceGray,
            )  # fmt: skip
            if "/XObject" not in page.obj.Resources:
                page.obj.Resources.XObject = Dictionary()
            page.obj.Resources.XObject.Cover = pixel
        cover = b"q 600 0 0 500 0 300 cm /Cover Do Q" if with_image else b"1 g 0 300 600 500 re f"
        page.contents_add(cover)

    return edited(change)


def _covered_by_a_form(document: pikepdf.Pdf) -> None:
    """The cover lies in a form that is painted twice as large and moved."""
    cover = document.make_stream(b"1 g 0 0 250 200 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 300, 421])
    page = document.pages[0]
    if "/XObject" not in page.obj.Resources:
        page.obj.Resources.XObject = Dictionary()
    page.obj.Resources.XObject.Cover = cover
    page.contents_add(b"q 2 0 0 2 40 380 cm /Cover Do Q")


def _picture(document: pikepdf.Pdf) -> pikepdf.Object:
    return document.make_stream(b"1 g 0 0 99 99 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99])


def _painted_link(document: pikepdf.Pdf) -> None:
    shown = Dictionary(N=_picture(document))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 99, 99], AP=shown)
    document.pages[0].obj.Annots = [document.make_indirect(link)]


def loose_widget() -> bytes:
    """A field's picture on a page, of a field that the form does not know."""
    return little(
        b"<< /Type /Annot /Subtype /Widget /Rect [0 0 99 99] /F 4 /AP << /N 5 0 R >> >>",
        stream(b"1 g 0 0 99 99 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 99 99]"),
        page=b"/Annots [4 0 R]",
    )


def _layers(document: pikepdf.Pdf) -> None:
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name="層"))
    document.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(ON=[layer]))


def _encrypted() -> bytes:
    return saved_encrypted("")


def saved_encrypted(password: str) -> bytes:
    document, out = pikepdf.open(io.BytesIO(contract())), io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(owner="o", user=password))
    return out.getvalue()


def not_embedded() -> bytes:
    return little(
        stream(b"BT /F1 12 Tf 60 700 Td (1,000) Tj ET"),
        page=b"/Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>",
    )


def hybrid() -> bytes:
    """As Microsoft Office writes: an old index, and a newer one beside it with what old readers do not see."""
    out = bytearray(little())
    at = out.rindex(b"xref\n", 0, out.rindex(b"startxref"))
    hidden = at
    objects = b"5 0 << /Made (by an office program) >>"
    body = b"4 0 obj\n%s\nendobj\n" % stream(objects, b"/Type /ObjStm /N 1 /First 4")
    row = b"\x01" + hidden.to_bytes(4, "big") + b"\0\0" + b"\x02\0\0\0\x04\0\0"
    where = hidden + len(body)
    index = b"6 0 obj\n%s\nendobj\n" % stream(row, b"/Type /XRef /W [1 4 2] /Index [4 2] /Size 7")
    old = bytes(out[at:]).replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 5 0 R /XRefStm %d" % where)
    old = old.replace(b"startxref\n%d" % at, b"startxref\n%d" % (where + len(index))).replace(b"/Size 4", b"/Size 7")
    return bytes(out[:at]) + body + index + old


# bombs


def crowded_index(entries: int = 2_000_000) -> bytes:
    """An index stream of two million entries in twenty kilobytes."""
    data = zlib.compress(b"\0" * (entries * 4), 9)
    out = bytearray(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n")
    at = len(out)
    out += b"3 0 obj\n<< /Type /XRef /W [1 2 1] /Size %d /Root 1 0 R /Filter /FlateDecode /Length %d >>\nstream\n" % (
        entries, len(data),
    )  # fmt: skip
    return bytes(out + data + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % at)


def spelt_index() -> bytes:
    """The same, its size written so that a search for /Size does not see it."""
    return crowded_index().replace(b"/Size ", b"/Siz#65 ")


def inflating_content(mebibytes: int = 300) -> bytes:
    data = zlib.compress(b" " * (mebibytes * MIB), 9)
    return little(
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(data), data),
        page=b"/Contents 4 0 R",
    )


def twice_deflated() -> bytes:
    data = zlib.compress(zlib.compress(b" " * (300 * MIB), 9), 9)
    return little(
        b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(data), data),
        page=b"/Contents 4 0 R",
    )


def inflating_objects(mebibytes: int = 300) -> bytes:
    """An object stream that holds one object and a great many blanks; the catalog lies in it."""
    inner = b"1 0 << /Type /Catalog /Pages 2 0 R >>" + b" " * (mebibytes * MIB)
    data = zlib.compress(inner, 9)
    out = bytearray(b"%PDF-1.7\n")
    places = [len(out)]
    out += b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    places.append(len(out))
    out += b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    places.append(len(out))
    head = b"4 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(data)
    out += head + data + b"\nendstream\nendobj\n"
    at = len(out)
    rows = b"\0\0\0\0\0\xff\xff" + b"\x02\0\0\0\x04\0\0"
    rows += b"".join(b"\x01" + place.to_bytes(4, "big") + b"\0\0" for place in (*places, at))
    out += b"5 0 obj\n%s\nendobj\n" % stream(rows, b"/Type /XRef /W [1 4 2] /Size 6 /Root 1 0 R")
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % at)


def nested(opens: bytes, closes: bytes, depth: int, before: bytes = b"") -> bytes:
    return little(catalog=before + b" /Deep " + opens * depth + b" 1 " + closes * depth)


def chained(length: int = 3_000) -> bytes:
    """A chain of fields, each the only child of the one before."""
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [10 0 R] >> >>"}
    objects[2] = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    objects[3] = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    for number in range(10, 10 + length):
        objects[number] = b"<< /T (f%d) /Kids [%d 0 R] >>" % (number, number + 1)
    objects[10 + length] = b"<< /T (end) /FT /Sig >>"
    return written_by_hand(objects)


def many_pages(count: int = 100_000) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + count))
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)}
    objects |= dict.fromkeys(range(3, 3 + count), b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")
    return written_by_hand(objects)


def _unused(body: bytes, at: Update) -> None:
    at.add(body)


def many_revisions(count: int = 200) -> bytes:
    pdf = elsewhere()
    for number in range(count):
        pdf = update(pdf, partial(_unused, b"<< /Unused %d >>" % number))
    return pdf


_EMPTY_FIELD = b"<< /FT /Sig /T (S) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] >>"
REFUSED: Mapping[str, tuple[str, Make]] = {  # what it is → the code of its refusal, and the file
    "nothing": ("not-a-pdf", lambda: b""),
    "a header": ("not-a-pdf", lambda: b"%PDF-1.7\n"),
    "an archive": ("not-a-pdf", lambda: b"PK\x03\x04" + b"\0" * 500),
    "noise": ("not-a-pdf", lambda: bytes((at * 7919) % 251 for at in range(5_000))),
    "half a file": ("not-a-pdf", lambda: contract()[: len(contract()) // 2]),
    "a file without its index": ("damaged", lambda: contract().replace(b"startxref", b"startxxxx")),
    "a polyglot": ("bytes-outside", lambda: b"#!/bin/sh\n" + b"\n" * 20 + little()),
    "bytes after the end": ("bytes-outside", lambda: contract() + b"AND MORE"),
    "script in the catalog": ("active-content", in_catalog("/OpenAction", Dictionary(S=Name.JavaScript, JS="1"))),
    "script by name": ("active-content", edited(_script_name)),
    "script spelt differently": ("active-content", _spelt_differently),
    "acts of the document": ("active-content", in_catalog("/AA", Dictionary(WC=Dictionary(S=Name.GoTo)))),
    "program launched": ("active-content", action(S=Name.Launch, F="cmd.exe")),
    "form sent": ("active-content", action(S=Name.SubmitForm, F="https://example.com/")),
    "form filled from elsewhere": ("active-content", action(S=Name.ImportData, F="x.fdf")),
    "another file opened": ("active-content", action(S=Name.GoToR, F="other.pdf", D=[0, Name.Fit])),
    "embedded file opened": ("active-content", action(S=Name.GoToE, D=[0, Name.Fit])),
    "film played": ("active-content", action(S=Name.Rendition)),
    "something hidden by a click": ("active-content", action(S=Name.Hide, T="x")),
    "layer switched by a click": ("active-content", action(S=Name.SetOCGState, State=[])),
    "second action": (
        "active-content",
        action(S=Name.URI, URI="https://example.com/", Next=Dictionary(S=Name.JavaScript, JS="1")),
    ),
    "XFA form": ("active-content", in_catalog("/AcroForm", Dictionary(Fields=[], XFA="<xdp/>"))),
    "link to a file": ("link-target", action(S=Name.URI, URI="file:///etc/passwd")),
    "link that is a script": ("link-target", action(S=Name.URI, URI="javascript:alert(1)")),
    "text field": ("form-fields", lambda: with_text_field(contract())),
    "free text annotation": ("annotations", edited(_annotation)),
    "layers": ("optional-content", edited(_layers)),
    "program attached": ("embedded-program", attached("setup.exe", b"MZ\x90")),
    "program under another name": ("embedded-program", attached("annex.txt", b"MZ\x90\x00")),
    "content in another file": (
        "external-content",
        lambda: little(b"<< /Length 0 /F (other.bin) >>\nstream\n\nendstream", page=b"/Contents 4 0 R"),
    ),
    "password": ("encrypted", lambda: saved_encrypted("secret")),
    "encrypted without a password": ("encrypted", _encrypted),
    "signed already": ("already-signed", lambda: _one_revision_signed()),
    "font not embedded": ("fonts-not-embedded", not_embedded),
    "text under an area": ("hidden-text", covered(False)),
    "text under an image": ("hidden-text", covered(True)),
    "text under a part of the page": ("hidden-text", edited(_covered_by_a_form)),
    "portfolio": ("portfolio", in_catalog("/Collection", Dictionary(Type=Name.Collection))),
    "link that looks like something": ("annotations", edited(_painted_link)),
    "field that nobody fills": ("annotations", loose_widget),
    "signature field": ("form-fields", lambda: little(_EMPTY_FIELD, catalog=b"/AcroForm << /Fields [4 0 R] >>")),
    "edited before": ("incremental-updates", lambda: update(contract(), lambda at: at.touch(at.page()))),
    "two bodies of one object": ("unreferenced-objects", two_bodies),
    "hybrid index": ("hybrid-xref", hybrid),
    "an object that nobody uses": ("unreferenced-objects", lambda: little(b"<< /Forged true >>")),
    "huge page": (
        "page-size",
        edited(lambda document: document.pages[0].obj.__setitem__("/MediaBox", [0, 0, 9, 10**6])),
    ),
    "no pages": ("no-pages", edited(lambda document: document.pages.__delitem__(slice(0, None)))),
    "dictionaries in dictionaries": ("damaged", lambda: nested(b"<< /D ", b" >>", 3_000)),
    "arrays in arrays": ("damaged", lambda: nested(b"[", b"]", 3_000)),
    "arrays a little deep": ("nested-too-deeply", lambda: nested(b"[", b"]", 90, b"/JS (1)")),
}


def _one_revision_signed() -> bytes:
    """A signature's field with a value, in one revision: the guard must not need the cryptography to see it."""
    return little(
        b"<< /FT /Sig /T (S) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /V 5 0 R >>",
        b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 0 0 0] /Contents <00> >>",
        catalog=b"/AcroForm << /Fields [4 0 R] /SigFlags 3 >>",
    )


BOMBS: Mapping[str, Make] = {
    "crowded index": crowded_index,
    "crowded index, spelt": spelt_index,
    "content of 300 MiB": inflating_content,
    "content deflated twice": twice_deflated,
    "objects of 300 MiB": inflating_objects,
    "a chain of fields": chained,
    "a hundred thousand pages": many_pages,
    "two hundred revisions": many_revisions,
    "references in a circle": lambda: little(b"5 0 R", b"4 0 R", catalog=b"/Loop 4 0 R"),
    "pages in a circle": lambda: little().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
    "an index in a circle": lambda: little().replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9"),
    "a size beyond reason": lambda: little().replace(b"/Size 4", b"/Size 2147483647"),
}
