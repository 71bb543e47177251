"""How often the authorities publish what they know of revocations, and for how long that is good."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Publication:
    """Status is known as of the last multiple of `…_every`: real authorities sign their answers ahead of the question,
    so that what was signed a minute ago is not yet covered by the newest answer.
    """

    ocsp_every: timedelta = timedelta(minutes=10)
    ocsp_good_for: timedelta = timedelta(hours=12)
    crl_every: timedelta = timedelta(days=1)
    crl_good_for: timedelta = timedelta(days=7)

    def ocsp_as_of(self, now: datetime) -> datetime:
        """The `thisUpdate` of OCSP answers given at `now`."""
        return _multiple_before(now, self.ocsp_every)

    def crl_as_of(self, now: datetime) -> datetime:
        """The `thisUpdate` of the CRL that stands at `now`, if nothing was revoked since."""
        return _multiple_before(now, self.crl_every)


def _multiple_before(now: datetime, every: timedelta) -> datetime:
    whole = now.replace(microsecond=0)
    return whole - (whole - EPOCH) % every
