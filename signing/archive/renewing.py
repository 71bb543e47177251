"""Renewal: the next generation's time stamp, while the last one still shows something."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.clock import Clock
from signing.archive.collecting import Collection
from signing.archive.judging import Judgement, judge, judge_future
from signing.archive.made import Archived, stamped
from signing.archive.reading import archive_stamps, opened
from signing.archive.refusals import ArchiveRefused
from signing.archive.state import ArchiveStamp, ArchiveState, archive_state
from signing.network.errors import StampRefused
from signing.network.revocation import RevocationFetcher
from signing.network.time_stamps import TimeStamps
from signing.trust import Sunsets, Trust

MARGIN = timedelta(days=90)
BEYOND = timedelta(days=365)


async def renew(
    pdf: bytes,
    *,
    trust: Trust,
    stamps: TimeStamps,
    revocation: RevocationFetcher,
    clock: Clock,
    algorithm: str,
    margin: timedelta = MARGIN,
) -> Archived:
    """Add validation data for the last time stamp's authority and a new time stamp made with `algorithm` (sha256 …).

    The file is validated before and after, and as of after the new authority's certificate. Raises ArchiveRefused:
    `too-late` when the last one shows nothing any more, `algorithm-ended`, `no-archive-stamp`, `not-valid`,
    `not-lasting`, `revoked`, `unreadable`, `unsigned`; StampRefused and RevocationUnknown, which may pass.
    """
    state = archive_state(pdf)
    if not state.stamps or state.level != "B-LTA":
        raise ArchiveRefused("no-archive-stamp", f"the file's level is {state.level}")
    now = clock.now()
    end = shows_until(state.stamps[-1], trust.sunsets)
    if now >= end:
        raise ArchiveRefused("too-late", f"the last time stamp has shown nothing since {end.isoformat()}")
    require_algorithm(trust.sunsets, algorithm, now)
    require_passed("not-valid", await judge(pdf, trust=trust, revocation=revocation, clock=clock))
    collection = Collection(trust=trust, revocation=revocation, clock=clock)
    await collection.add_signer(archive_stamps(opened(pdf))[-1].signed_data)
    authority = await add_authority(collection, stamps)
    generation = state.generation + 1
    made = await stamped(pdf, collection, stamps, algorithm=algorithm, generation=generation, authority=authority)
    return await checked(made, trust=trust, revocation=revocation, clock=clock, margin=margin)


def renew_before(state: ArchiveState, sunsets: Sunsets, *, margin: timedelta = MARGIN) -> datetime:
    """When renewal is due: the margin before the last time stamp stops showing something. Before the first one, the
    margin before what it is to cover ends.
    """
    end = shows_until(state.stamps[-1], sunsets) if state.stamps else state.augment_before
    return end - margin


def shows_until(stamp: ArchiveStamp, sunsets: Sunsets) -> datetime:
    """When the authority's certificate or the first algorithm ends."""
    return min([stamp.not_after, *(end for one in stamp.algorithms if (end := sunsets.of(one)))])


async def add_authority(collection: Collection, stamps: TimeStamps) -> str:
    """Collect for the authority that stamps today, so that the file brings along what its last time stamp needs; give
    its certificate's SHA-256.

    Raises StampRefused `untrusted`: an authority changes its root every few years, and somebody has to decide to trust
    it before its stamps are worth anything.
    """
    certificate = await stamps.certificate()
    try:
        await collection.add(certificate, list(stamps.chain))
    except ArchiveRefused as refused:
        raise StampRefused("untrusted", str(refused)) from refused
    return str(certificate.sha256.hex())


async def checked(
    pdf: bytes, *, trust: Trust, revocation: RevocationFetcher, clock: Clock, margin: timedelta
) -> Archived:
    """The file as an archive, once it validates now and would after its last authority's certificate."""
    require_passed("not-valid", await judge(pdf, trust=trust, revocation=revocation, clock=clock))
    state = archive_state(pdf)
    horizon = state.stamps[-1].not_after + BEYOND
    require_passed("not-lasting", await judge_future(pdf, trust=trust, at=horizon, clock=clock))
    return Archived(
        pdf=pdf, level=state.level, state=state, renew_before=renew_before(state, trust.sunsets, margin=margin)
    )


def require_algorithm(sunsets: Sunsets, algorithm: str, now: datetime) -> None:
    """Refuse `algorithm-ended`."""
    if not sunsets.holds(algorithm, now):
        raise ArchiveRefused("algorithm-ended", f"{algorithm} ended at {sunsets.of(algorithm)}")


def require_passed(code: str, judgements: Iterable[Judgement]) -> None:
    """Refuse with `code`, naming every signature that did not pass. Raises RevocationUnknown where somebody did not
    answer about one of them: that may pass.
    """
    failed = [one for one in judgements if not one.passed]
    for one in failed:
        if one.unanswered:
            raise one.unanswered[0]
    if failed:
        raise ArchiveRefused(code, "; ".join(f"{one.field}: {one.code} {one.detail}" for one in failed))
