"""pyHanko's fetchers over ours: whatever it wants to know on the way goes to the allow-list, or nowhere."""

from collections.abc import AsyncGenerator, Iterable
from typing import TypeAlias

from asn1crypto import cms, crl, ocsp, x509
from pyhanko_certvalidator.authority import Authority
from pyhanko_certvalidator.errors import CRLFetchError, OCSPFetchError
from pyhanko_certvalidator.fetchers.api import CertificateFetcher, CRLFetcher, FetcherBackend, Fetchers, OCSPFetcher
from pyhanko_certvalidator.util import issuer_serial

from signing.network.errors import RevocationUnknown
from signing.network.revocation import RevocationFetcher

Certificate: TypeAlias = x509.Certificate | cms.AttributeCertificateV2


class Responses(OCSPFetcher):
    """OCSP: each certificate is asked about once in one validation."""

    def __init__(self, source: RevocationFetcher, *, fresh: bool, failures: list[RevocationUnknown]) -> None:
        self._source = source
        self._fresh = fresh
        self._failures = failures
        self._found: dict[bytes, ocsp.OCSPResponse] = {}

    async def fetch(self, cert: Certificate, authority: Authority) -> ocsp.OCSPResponse:
        key = issuer_serial(cert)
        if key not in self._found:
            try:
                self._found[key] = await self._source.response(cert, authority, fresh=self._fresh)
            except RevocationUnknown as refused:
                self._failures.append(refused)
                raise OCSPFetchError(str(refused)) from refused
        return self._found[key]

    def fetched_responses(self) -> Iterable[ocsp.OCSPResponse]:
        return tuple(self._found.values())

    def fetched_responses_for_cert(self, cert: Certificate) -> Iterable[ocsp.OCSPResponse]:
        found = self._found.get(issuer_serial(cert))
        return () if found is None else (found,)


class Lists(CRLFetcher):
    """CRLs: each certificate's is fetched once in one validation."""

    def __init__(self, source: RevocationFetcher, *, fresh: bool, failures: list[RevocationUnknown]) -> None:
        self._source = source
        self._fresh = fresh
        self._failures = failures
        self._found: dict[bytes, crl.CertificateList] = {}

    async def fetch(self, cert: Certificate, *, use_deltas: bool | None = None) -> Iterable[crl.CertificateList]:
        key = issuer_serial(cert)
        if key not in self._found:
            try:
                self._found[key] = await self._source.revocation_list(cert, fresh=self._fresh)
            except RevocationUnknown as refused:
                self._failures.append(refused)
                raise CRLFetchError(str(refused)) from refused
        return (self._found[key],)

    def fetched_crls(self) -> Iterable[crl.CertificateList]:
        return tuple(self._found.values())

    def fetched_crls_for_cert(self, cert: Certificate) -> Iterable[crl.CertificateList]:
        return (self._found[issuer_serial(cert)],)


class NoCertificates(CertificateFetcher):
    """Certificates are never fetched: what a document does not bring is not looked for at a stranger's address."""

    async def fetch_cert_issuers(self, cert: Certificate) -> AsyncGenerator[x509.Certificate, None]:
        return
        yield

    async def fetch_crl_issuers(self, certificate_list: crl.CertificateList) -> AsyncGenerator[x509.Certificate, None]:
        return
        yield

    def fetched_certs(self) -> Iterable[x509.Certificate]:
        return ()


class Backend(FetcherBackend):
    """What pyHanko's validation is given. `failures` tells afterwards what could not be had, and why."""

    def __init__(self, source: RevocationFetcher, *, fresh: bool = False) -> None:
        self._source = source
        self._fresh = fresh
        self.failures: list[RevocationUnknown] = []

    def get_fetchers(self) -> Fetchers:
        """Fetchers of one validation."""
        return Fetchers(
            ocsp_fetcher=Responses(self._source, fresh=self._fresh, failures=self.failures),
            crl_fetcher=Lists(self._source, fresh=self._fresh, failures=self.failures),
            cert_fetcher=NoCertificates(),
        )

    async def close(self) -> None:
        """Nothing is ours to close."""
