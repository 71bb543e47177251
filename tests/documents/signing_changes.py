"""Changes somebody may make to a contract in one more revision: to its pages, its fields, its catalog."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.pades.objects import array, dictionary, members, name, number, raw_members, real, text, value

Attack = Callable[[bytes], bytes]
Writer = IncrementalPdfFileWriter


class Quiet(IncrementalPdfFileWriter):
    """Leaves XMP and /Info alone, so that an attack changes nothing else."""

    def _update_meta(self) -> None:
        return


def revised(change: Callable[[Writer], None]) -> Attack:
    """An attack that changes objects in one revision."""

    def attack(pdf: bytes) -> bytes:
        writer = Quiet(BytesIO(pdf))
        change(writer)
        out = BytesIO()
        writer.write(out)
        return out.getvalue()

    return attack


def first_page(writer: Writer) -> Any:
    return writer.find_page_for_modification(0)[0]


def stream(data: bytes, **entries: Any) -> generic.StreamObject:
    return generic.StreamObject(dictionary({"/" + key: each for key, each in entries.items()}), stream_data=data)


def form(writer: Writer) -> Any:
    return writer.root["/AcroForm"]


def fields(writer: Writer) -> list[Any]:
    return raw_members(form(writer)["/Fields"])


def field(writer: Writer, wanted: str) -> Any:
    return next(each for each in fields(writer) if each.get_object()["/T"] == wanted)


def add_field(writer: Writer, entries: dict[str, Any], *, on_page: bool = True) -> Any:
    """A field at the end of the form, and on the first page."""
    page = first_page(writer)
    entries = {"/Type": name("/Annot"), "/Subtype": name("/Widget"), "/P": page, "/F": number(132)} | entries
    added = writer.add_object(dictionary(entries))
    the_form = form(writer)
    the_form[name("/Fields")] = array([*fields(writer), added])
    writer.update_container(the_form)
    if on_page:
        annotate(writer, added)
    return added


def annotate(writer: Writer, annotation: Any) -> None:
    page = first_page(writer).get_object()
    page[name("/Annots")] = array([*raw_members(value(page, "/Annots", generic.ArrayObject())), annotation])
    writer.mark_update(first_page(writer))


def touch(writer: Writer, reference: Any, entries: dict[str, Any]) -> None:
    """Change entries of an object; None takes one out."""
    found = reference.get_object()
    for key, each in entries.items():
        if each is None:
            found.pop(key, None)
        else:
            found[name(key)] = each
    writer.mark_update(reference)


def overlay(writer: Writer) -> None:
    page = first_page(writer).get_object()
    added = writer.add_object(stream(b"q 1 g 60 600 400 40 re f Q"))
    contents = page.raw_get("/Contents")
    before = raw_members(page["/Contents"]) if isinstance(page["/Contents"], generic.ArrayObject) else [contents]
    touch(writer, first_page(writer), {"/Contents": array([*before, added])})


def replaced_contents(writer: Writer) -> None:
    page = first_page(writer).get_object()
    listed = isinstance(page["/Contents"], generic.ArrayObject)
    reference = page["/Contents"].raw_get(0) if listed else page.raw_get("/Contents")
    writer.objects[(0, reference.idnum)] = stream(b"BT ET")


def new_page(writer: Writer) -> None:
    pages = writer.root.raw_get("/Pages")
    empty = dictionary({"/Type": name("/Page"), "/Parent": pages, "/MediaBox": array(map(real, (0, 0, 595, 842)))})
    added = writer.add_object(empty)
    kids = raw_members(pages.get_object()["/Kids"])
    touch(writer, pages, {"/Kids": array([*kids, added]), "/Count": number(int(pages.get_object()["/Count"]) + 1)})


def free_text(writer: Writer) -> None:
    box = array(map(real, (60, 600, 400, 640)))
    entries = {"/Type": name("/Annot"), "/Subtype": name("/FreeText"), "/Rect": box, "/Contents": text("1,000,000円")}
    annotate(writer, writer.add_object(dictionary(entries)))


def script(writer: Writer) -> None:
    action = dictionary({"/S": name("/JavaScript"), "/JS": text("app.alert(1)")})
    writer.root[name("/OpenAction")] = action
    writer.update_root()


def catalog(writer: Writer) -> None:
    writer.root[name("/PageMode")] = name("/UseAttachments")
    writer.update_root()


def form_default(writer: Writer) -> None:
    the_form = form(writer)
    the_form[name("/NeedAppearances")] = generic.BooleanObject(True)
    writer.update_container(the_form)


def swapped_font(writer: Writer) -> None:
    for number_of in range(1, int(writer.prev.trailer["/Size"])):
        reference = generic.IndirectObject(number_of, 0, writer)
        found = reference.get_object()
        if isinstance(found, generic.DictionaryObject) and "/FontFile3" in found:
            touch(writer, reference, {"/FontFile3": writer.add_object(stream(b"x", Subtype=name("/OpenType")))})
            return
    raise AssertionError("the contract has an embedded font")


def attachment(writer: Writer) -> None:
    embedded = writer.add_object(stream(b"another record", Type=name("/EmbeddedFile")))
    described = {"/Type": name("/Filespec"), "/F": text("a.txt"), "/EF": dictionary({"/F": embedded})}
    added = writer.add_object(dictionary(described))
    tree = dictionary({"/Names": array([text("a.txt"), added])})
    writer.root[name("/Names")] = dictionary({"/EmbeddedFiles": tree})
    writer.update_root()


def replaced_attachment(writer: Writer) -> None:
    listed = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    embedded = members(listed)[1]["/EF"].raw_get("/F")
    writer.objects[(0, embedded.idnum)] = stream(b"another record", Type=name("/EmbeddedFile"))


def removed(wanted: str) -> Callable[[Writer], None]:
    def change(writer: Writer) -> None:
        the_form = form(writer)
        left = [each for each in fields(writer) if each.get_object()["/T"] != wanted]
        the_form[name("/Fields")] = array(left)
        writer.update_container(the_form)

    return change


def touched(wanted: str, entries: dict[str, Any]) -> Callable[[Writer], None]:
    return lambda writer: touch(writer, field(writer, wanted), entries)


def other_appearance(wanted: str) -> Callable[[Writer], None]:
    def change(writer: Writer) -> None:
        bounds = array(map(real, (0, 0, 120, 60)))
        drawn = stream(b"q 1 0 0 rg 0 0 120 60 re f Q", Type=name("/XObject"), Subtype=name("/Form"), BBox=bounds)
        touch(writer, field(writer, wanted), {"/AP": dictionary({"/N": writer.add_object(drawn)})})

    return change


def appearance_in_place(wanted: str) -> Callable[[Writer], None]:
    def change(writer: Writer) -> None:
        bounds = array(map(real, (0, 0, 120, 60)))
        reference = field(writer, wanted).get_object()["/AP"].raw_get("/N")
        drawn = stream(b"q 1 0 0 rg 0 0 120 60 re f Q", Type=name("/XObject"), Subtype=name("/Form"), BBox=bounds)
        writer.objects[(0, reference.idnum)] = drawn

    return change


def lock_gone(wanted: str) -> Callable[[Writer], None]:
    return touched(wanted, {"/Lock": None})


def lock_weakened(wanted: str) -> Callable[[Writer], None]:
    def change(writer: Writer) -> None:
        lock = field(writer, wanted).get_object().raw_get("/Lock")
        nothing = {"/Type": name("/SigFieldLock"), "/Action": name("/Include"), "/Fields": array([])}
        writer.objects[(0, lock.idnum)] = dictionary(nothing)

    return change


def text_field(writer: Writer) -> None:
    box = array(map(real, (60, 600, 400, 640)))
    add_field(writer, {"/FT": name("/Tx"), "/T": text("Amount"), "/V": text("1"), "/Rect": box})


def visible_field(writer: Writer) -> None:
    box = array(map(real, (60, 600, 400, 640)))
    add_field(writer, {"/FT": name("/Sig"), "/T": text("Extra"), "/Rect": box})


def invisible_field(writer: Writer) -> None:
    add_field(writer, {"/FT": name("/Sig"), "/T": text("Extra"), "/Rect": array(map(real, (0, 0, 0, 0)))})


def second_reference(wanted: str) -> Callable[[Writer], None]:
    def change(writer: Writer) -> None:
        signature = field(writer, wanted).get_object().raw_get("/V")
        nowhere = array(map(real, (0, 0, 0, 0)))
        add_field(writer, {"/FT": name("/Sig"), "/T": text("Extra"), "/Rect": nowhere, "/V": signature})

    return change


def borrowed(from_: str, for_: str) -> Callable[[Writer], None]:
    def change(writer: Writer) -> None:
        signature = field(writer, from_).get_object().raw_get("/V")
        touch(writer, field(writer, for_), {"/V": signature})

    return change


def permissions_gone(writer: Writer) -> None:
    writer.root.pop("/Perms")
    writer.update_root()


def structure(writer: Writer) -> None:
    tree = writer.root.raw_get("/StructTreeRoot")
    element = members(tree.get_object()["/K"])[0]
    element[name("/Alt")] = text("another text")
    writer.update_container(element)


def turned_page(writer: Writer) -> None:
    touch(writer, first_page(writer), {"/Rotate": number(180)})


def cropped_page(writer: Writer) -> None:
    touch(writer, first_page(writer), {"/CropBox": array(map(real, (0, 0, 595, 100)))})


def layers(writer: Writer) -> None:
    layer = writer.add_object(dictionary({"/Type": name("/OCG"), "/Name": text("x")}))
    writer.root[name("/OCProperties")] = dictionary({"/OCGs": array([layer]), "/D": dictionary({})})
    writer.update_root()


def metadata(writer: Writer) -> None:
    packet = stream(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", Type=name("/Metadata"), Subtype=name("/XML"))
    writer.root[name("/Metadata")] = writer.add_object(packet)
    writer.update_root()
