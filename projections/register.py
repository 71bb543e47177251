"""The register of read models: one line each."""

from projections.approval import APPROVAL
from projections.directory import DIRECTORY
from projections.projection import Projection

PROJECTIONS: tuple[Projection, ...] = (APPROVAL, DIRECTORY)
