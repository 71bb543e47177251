"""Archives: from a signed file (B-T) to one that can be checked for decades (B-LTA), and on from one generation of
time stamps to the next (`docs/adr/0021-archive-renewal-and-the-clock.md`).
"""

from signing.archive.augmenting import augment
from signing.archive.judging import Judgement, judge, judge_future
from signing.archive.made import Archived
from signing.archive.refusals import ArchiveRefused
from signing.archive.renewing import MARGIN, renew, renew_before
from signing.archive.state import ArchiveStamp, ArchiveState, archive_state

__all__ = [
    "MARGIN",
    "ArchiveRefused",
    "ArchiveStamp",
    "ArchiveState",
    "Archived",
    "Judgement",
    "archive_state",
    "augment",
    "judge",
    "judge_future",
    "renew",
    "renew_before",
]
