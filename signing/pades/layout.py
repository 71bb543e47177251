"""The layout of a file to be signed: which signature fields were laid, what each locks, which are filled."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.fields import FieldMDPSpec

from signing.pades.objects import raw_members, value
from signing.pades.refusals import PadesRefused

PLATFORM_FIELD = "Platform"
"""The field of the platform's certification: laid before the others, invisible, signed first."""


@dataclass(frozen=True, kw_only=True)
class LaidField:
    """One signature field as laid in revision 2."""

    name: str
    label: str
    signed: bool
    reference: generic.IndirectObject

    @property
    def lock(self) -> FieldMDPSpec:
        """What its signature locks."""
        return FieldMDPSpec.from_pdf_object(self.reference.get_object()["/Lock"])

    @property
    def excluded(self) -> tuple[str, ...]:
        """The fields its signature leaves open."""
        return tuple(str(each) for each in self.lock.fields or ())


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The fields that were laid: the platform's and the parties', in their order."""

    platform: LaidField
    parties: tuple[LaidField, ...]
    certified: bool


def read_layout(handler: PdfHandler) -> Layout:
    """Read the layout from a reader or a revision. Raises PadesRefused `not-laid` where there is none."""
    fields = _fields(handler)
    platform = _platform(fields)
    return Layout(platform=platform, parties=tuple(fields), certified=_is_certified(handler, platform))


def open_party(handler: PdfHandler, name: str) -> LaidField:
    """The field of a party in a certified file; looks no further than it must.

    Raises PadesRefused: not-laid, not-certified, no-such-field, already-signed.
    """
    fields = _fields(handler)
    if not _is_certified(handler, _platform(fields)):
        raise PadesRefused("not-certified", "the platform has not certified the file")
    found = next((each for each in fields if each.name == name), None)
    if found is None:
        raise PadesRefused("no-such-field", f"no party has the field {name!r}")
    if found.signed:
        raise PadesRefused("already-signed", f"the field {name!r} is signed")
    return found


def has_form_fields(handler: PdfHandler) -> bool:
    """Whether the file has any form field, of a signature or of anything else."""
    form = value(handler.root, "/AcroForm")
    return form is not None and len(value(form, "/Fields", ())) > 0


def _platform(fields: Iterator[LaidField]) -> LaidField:
    """The first field, which is the platform's."""
    platform = next(fields, None)
    if platform is None or platform.name != PLATFORM_FIELD:
        raise PadesRefused("not-laid", f"the first field of the file is not {PLATFORM_FIELD!r}")
    return platform


def _is_certified(handler: PdfHandler, platform: LaidField) -> bool:
    """Whether the platform's field is signed, and it is that signature that the catalog names as the certification."""
    permissions = value(handler.root, "/Perms", {})
    if not platform.signed or "/DocMDP" not in permissions:
        return False
    return bool(permissions.raw_get("/DocMDP") == platform.reference.get_object().raw_get("/V"))


def _fields(handler: PdfHandler) -> Iterator[LaidField]:
    """Signature fields with a lock: those that were laid. Time stamps of the archive have none."""
    form = value(handler.root, "/AcroForm")
    if form is None:
        return
    for reference in raw_members(value(form, "/Fields", generic.ArrayObject())):
        if not isinstance(reference, generic.IndirectObject):
            continue
        field = reference.get_object()
        if value(field, "/FT") != "/Sig" or "/Lock" not in field:
            continue
        yield LaidField(
            name=str(field["/T"]), label=str(value(field, "/TU", "")), signed="/V" in field, reference=reference
        )
