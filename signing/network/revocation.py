"""Revocation data by the addresses that stand in certificates: OCSP and CRLs, kept until the next update where that is
good enough, asked for anew where it is not.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Generic, TypeAlias, TypeVar

from asn1crypto import cms, crl, ocsp, x509
from pyhanko_certvalidator.authority import Authority, AuthorityWithCert
from pyhanko_certvalidator.errors import OCSPFetchError, OCSPValidationError
from pyhanko_certvalidator.fetchers.common_utils import (
    enumerate_delivery_point_urls,
    format_ocsp_request,
    process_ocsp_response_data,
)
from pyhanko_certvalidator.util import get_ocsp_urls, get_relevant_crl_dps, issuer_serial

from domain.clock import Clock
from signing.network.errors import NetworkRefused, RevocationUnknown
from signing.network.session import Network

OCSP_REQUEST, OCSP_RESPONSE = "application/ocsp-request", "application/ocsp-response"
CRL = "application/pkix-crl"
KEPT_MAX = timedelta(hours=12)  # whatever an answer says of itself
ENTRIES_MAX = 4096
ADDRESSES_MAX = 4  # of one certificate
Certificate: TypeAlias = x509.Certificate | cms.AttributeCertificateV2
T = TypeVar("T")


class Kept(Generic[T]):
    """Answers by what was asked, until they say there is a newer one."""

    def __init__(self) -> None:
        self._entries: OrderedDict[object, tuple[datetime, T]] = OrderedDict()

    def get(self, key: object, now: datetime) -> T | None:
        """What is kept and still good at `now`. Kept at a time to come: the clock went back, and it does not count."""
        until, value = self._entries.get(key, (now, None))
        return value if now < until <= now + KEPT_MAX else None

    def keep(self, key: object, value: T, *, until: datetime | None, now: datetime) -> None:
        """Keep it until then, half a day at most; not at all where it says nothing of a next update."""
        if until is None:
            return
        self._entries[key] = (min(until, now + KEPT_MAX), value)
        self._entries.move_to_end(key)
        if len(self._entries) > ENTRIES_MAX:
            self._entries.popitem(last=False)


class RevocationFetcher:
    """Asks responders and distribution points. Nothing here is believed yet: signatures are checked by whoever
    validates with it.
    """

    def __init__(self, network: Network, clock: Clock) -> None:
        self._network = network
        self._clock = clock
        self._ocsps: Kept[ocsp.OCSPResponse] = Kept()
        self._crls: Kept[crl.CertificateList] = Kept()

    async def response(
        self, certificate: Certificate, issuer: x509.Certificate | Authority, *, fresh: bool = False
    ) -> ocsp.OCSPResponse:
        """What a responder says of the certificate. Raises RevocationUnknown, of the first address that failed."""
        key, now = issuer_serial(certificate), self._clock.now()
        kept = None if fresh else self._ocsps.get(key, now)
        if kept is not None:
            return kept
        authority = issuer if isinstance(issuer, Authority) else AuthorityWithCert(issuer)
        addresses = tuple(get_ocsp_urls(certificate))
        answer = await self._first(addresses, lambda url: self._ask(url, certificate, authority))
        self._ocsps.keep(key, answer, until=_next_of_response(answer), now=now)
        return answer

    async def revocation_list(self, certificate: Certificate, *, fresh: bool = False) -> crl.CertificateList:
        """The CRL of the certificate's first distribution point that answers. Raises RevocationUnknown."""
        addresses = tuple(_distribution_points(certificate))
        now = self._clock.now()
        for address in () if fresh else addresses:
            kept = self._crls.get(address, now)
            if kept is not None:
                return kept
        found = await self._first(addresses, self._list)
        until = found["tbs_cert_list"]["next_update"].native
        for address in addresses:
            self._crls.keep(address, found, until=until, now=now)
        return found

    async def _first(self, addresses: tuple[str, ...], ask: Callable[[str], Awaitable[T]]) -> T:
        """The first answer; where none comes, the first failure: the others are but second choices."""
        failed: NetworkRefused | None = None
        for address in addresses[:ADDRESSES_MAX]:
            try:
                return await ask(address)
            except NetworkRefused as refused:
                failed = failed or refused
        if failed is None:
            raise RevocationUnknown("mismatch", "the certificate names nobody to ask")
        raise RevocationUnknown(failed.code, str(failed)) from failed

    async def _ask(self, url: str, certificate: Certificate, authority: Authority) -> ocsp.OCSPResponse:
        request = format_ocsp_request(certificate, authority, certid_hash_algo="sha1", request_nonces=True)
        answer = await self._network.fetch(
            "POST",
            url,
            accept=OCSP_RESPONSE,
            bytes_max=self._network.limits.ocsp_bytes_max,
            content=request.dump(),
            content_type=OCSP_REQUEST,
        )
        try:
            response = process_ocsp_response_data(answer, ocsp_request=request, ocsp_url=url)
            _next_of_response(response)  # parses what was read lazily
        except OCSPValidationError as error:
            raise RevocationUnknown("rejected", f"{url}: {error}") from error
        except (OCSPFetchError, ValueError, TypeError, KeyError) as error:
            raise RevocationUnknown("malformed", f"{url}: {error}") from error
        return response

    async def _list(self, url: str) -> crl.CertificateList:
        answer = await self._network.fetch("GET", url, accept=CRL, bytes_max=self._network.limits.crl_bytes_max)
        try:
            found = crl.CertificateList.load(answer, strict=True)
            found["tbs_cert_list"]["this_update"].native  # noqa: B018  # parses what was read lazily
        except (ValueError, TypeError, KeyError) as error:
            raise RevocationUnknown("malformed", f"{url} gives no CRL: {error}") from error
        return found


def _distribution_points(certificate: Certificate) -> Iterator[str]:
    for point in get_relevant_crl_dps(certificate, use_deltas=False):
        yield from enumerate_delivery_point_urls(point)


def _next_of_response(response: ocsp.OCSPResponse) -> datetime | None:
    """The earliest next update in it; None where it says nothing."""
    said = [one["next_update"].native for one in response.basic_ocsp_response["tbs_response_data"]["responses"]]
    return None if None in said else min(said)
