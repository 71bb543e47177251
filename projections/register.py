"""The register of read models: one line each."""

from projections.approval import APPROVAL
from projections.campaign import CAMPAIGN
from projections.contract import CONTRACT
from projections.directory import DIRECTORY
from projections.entry import ENTRY
from projections.projection import Projection
from projections.telework import TELEWORK

PROJECTIONS: tuple[Projection, ...] = (APPROVAL, TELEWORK, ENTRY, CAMPAIGN, CONTRACT, DIRECTORY)
