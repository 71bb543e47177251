"""Looking into PDFs that came from outside: what is accepted, how it is normalised, what its pages look like."""

from signing.inspection.inspecting import Accepted, accept, inspect, normalise, page_images
from signing.inspection.limits import SIGNED, UPLOAD, Limits
from signing.inspection.refusals import REASONS, Busy, InspectionError, NotAccepted
from signing.inspection.wire import EmbeddedFile, Inspection, PageImage

__all__ = [
    "REASONS",
    "SIGNED",
    "UPLOAD",
    "Accepted",
    "Busy",
    "EmbeddedFile",
    "Inspection",
    "InspectionError",
    "Limits",
    "NotAccepted",
    "PageImage",
    "accept",
    "inspect",
    "normalise",
    "page_images",
]
