"""Revision 2: what is attached, and every signature field with its lock, before anybody signs (ADR 0018)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import isfinite

from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1

from signing.pades.attachments import Attachment, attach
from signing.pades.layout import PLATFORM_FIELD, has_form_fields
from signing.pades.objects import array, dictionary, name, number, raw_members, real, text
from signing.pades.refusals import PadesRefused
from signing.pades.revision import Revision, open_revision, reading
from signing.pades.tagging import tag_widgets

PARTIES_MAX = 20
PLATFORM_LABEL = "電子契約基盤による封緘"
APPEND_ONLY = 3  # /SigFlags: signatures exist, append only
PRINT_AND_LOCKED = 4 | 128  # /F: printed, as PDF/A asks; not to be moved

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")


@dataclass(frozen=True, kw_only=True)
class PartyField:
    """A party's field. `label` is what screen readers say; `box` is (left, bottom, right, top) in points on `page`.

    Pages are counted from 0. Without page and box the signature is not shown on any page.
    """

    name: str
    label: str
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


def lay_fields(
    pdf: bytes, *, parties: Sequence[PartyField], attachments: Sequence[Attachment] = (), at: datetime
) -> bytes:
    """Append revision 2 to the decided file, which stays an exact prefix; the same input gives the same bytes.

    `at` (aware) dates the attachments. No other form field may be there, before or after. Raises PadesRefused:
    unreadable, encrypted, fields-already-laid, field-name, field-box, attachment-name.
    """
    _require_names(parties)
    revision = open_revision(pdf, identity=_identity(parties, attachments, at))
    with reading():
        if has_form_fields(revision):
            raise PadesRefused("fields-already-laid", "the file has form fields")
        attach(revision, attachments, at=at)
        _lay(revision, parties)
        return revision.appended()


def _lay(revision: Revision, parties: Sequence[PartyField]) -> None:
    everyone = [each.name for each in parties]
    platform = PartyField(name=PLATFORM_FIELD, label=PLATFORM_LABEL)
    widgets = []
    for each in (platform, *parties):
        others = [other for other in everyone if other != each.name]
        widgets.append((_add_field(revision, each, leaving=others), each.label))
    tag_widgets(revision, widgets)
    form = dictionary({"/Fields": array(reference for reference, _ in widgets), "/SigFlags": number(APPEND_ONLY)})
    revision.root[name("/AcroForm")] = revision.add_object(form)
    revision.register_extension(ESIC_EXTENSION_1)
    revision.update_root()


def _add_field(revision: Revision, party: PartyField, *, leaving: Sequence[str]) -> generic.IndirectObject:
    """Add one field, merged with its widget, whose signature locks every field but those of `leaving`."""
    page_reference = revision.page(party.page or 0)
    lock = FieldMDPSpec(FieldMDPAction.EXCLUDE, list(leaving)) if leaving else FieldMDPSpec(FieldMDPAction.ALL)
    field = dictionary(
        {
            "/FT": name("/Sig"),
            "/T": text(party.name),
            "/TU": text(party.label),
            "/Type": name("/Annot"),
            "/Subtype": name("/Widget"),
            "/F": number(PRINT_AND_LOCKED),
            "/Rect": array(map(real, party.box or (0, 0, 0, 0))),
            "/P": page_reference,
            "/Lock": revision.add_object(lock.as_sig_field_lock()),
        }
    )
    if party.box:
        field[name("/AP")] = dictionary({"/N": revision.add_object(_empty_frame(party.box))})
    reference = revision.add_object(field)
    _annotate(revision, page_reference, reference)
    return reference


def _annotate(revision: Revision, page_reference: generic.IndirectObject, widget: generic.IndirectObject) -> None:
    """Hang the widget on its page; tabs go by structure there, as PDF/UA asks (ISO 14289-1 §7.18.3)."""
    page = page_reference.get_object()
    annotations = raw_members(page["/Annots"]) if "/Annots" in page else []
    page[name("/Annots")] = array([*annotations, widget])
    page[name("/Tabs")] = name("/S")
    revision.mark_update(page_reference)


def _empty_frame(box: tuple[float, float, float, float]) -> generic.StreamObject:
    """What stands in a field until it is signed: a thin frame. An empty appearance counts as none."""
    width, height = box[2] - box[0], box[3] - box[1]
    frame = f"q 0.6 G 0.5 w 0.25 0.25 {width - 0.5:.2f} {height - 0.5:.2f} re S Q"
    bounds = array(map(real, (0, 0, width, height)))
    described = {"/Type": name("/XObject"), "/Subtype": name("/Form"), "/BBox": bounds, "/Resources": dictionary({})}
    return generic.StreamObject(dictionary(described), stream_data=frame.encode())


def _require_names(parties: Sequence[PartyField]) -> None:
    names = [each.name for each in parties]
    if not 0 < len(names) <= PARTIES_MAX or len({*names, PLATFORM_FIELD}) != len(names) + 1:
        raise PadesRefused("field-name", f"between 1 and {PARTIES_MAX} different names are needed: {names}")
    for each in parties:
        if not _NAME.fullmatch(each.name) or not each.label:
            raise PadesRefused("field-name", f"{each.name!r}, said {each.label!r}")
        if (each.page is None) != (each.box is None):
            raise PadesRefused("field-box", f"{each.name} has a page without a box, or a box without a page")
        if each.box and not (all(map(isfinite, each.box)) and each.box[0] < each.box[2] and each.box[1] < each.box[3]):
            raise PadesRefused("field-box", f"{each.name} has the box {each.box}")


def _identity(parties: Sequence[PartyField], attachments: Sequence[Attachment], at: datetime) -> bytes:
    attached = [(each.name, sha256(each.data).hexdigest()) for each in attachments]
    return repr((list(parties), attached, at.isoformat())).encode()
