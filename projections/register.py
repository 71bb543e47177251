"""The register of read models: one line each."""

from projections.approval import APPROVAL
from projections.notice import NOTICE
from projections.projection import Projection

PROJECTIONS: tuple[Projection, ...] = (APPROVAL, NOTICE)
