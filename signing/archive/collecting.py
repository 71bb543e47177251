"""Collecting what later validation needs: certification paths, and revocation data fetched now for each certificate."""

from datetime import datetime, timedelta

from asn1crypto import cms, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ExpiredError, PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers.api import Fetchers
from pyhanko_certvalidator.path import ValidationPath

from domain.clock import Clock
from signing.archive.refusals import ArchiveRefused
from signing.network.fetchers import Backend
from signing.network.revocation import RevocationFetcher
from signing.trust import Trust

RESPONDER_AGAIN = timedelta(minutes=10)
LIST_AGAIN = timedelta(hours=6)


class Collection:
    """What is collected for one file. Everything is fetched anew: what was kept may be older than a signature."""

    def __init__(self, *, trust: Trust, revocation: RevocationFetcher, clock: Clock) -> None:
        self._backend = Backend(revocation, fresh=True)
        self._fetchers: Fetchers = self._backend.get_fetchers()
        self._clock = clock
        self._context = ValidationContext(
            trust_roots=list(trust.roots),
            allow_fetching=True,
            revocation_mode="require",
            fetchers=self._fetchers,
            algorithm_usage_policy=trust.sunsets.usage_policy,
        )
        self._paths: list[ValidationPath] = []

    async def add_signer(self, signed: cms.SignedData, *, newer_than: datetime | None = None) -> None:
        """Collect for whoever signed this, up to an anchor. With `newer_than` the status must be known as of later.

        Raises ArchiveRefused: `revoked`, `signer-ended`, `not-yet`, `not-valid`; RevocationUnknown where nobody
        answers.
        """
        info = extract_certificate_info(signed)
        await self.add(info.signer_cert, list(info.other_certs), newer_than=newer_than)

    async def add(
        self, certificate: x509.Certificate, others: list[x509.Certificate], *, newer_than: datetime | None = None
    ) -> None:
        """The same for a certificate and those that may stand above it."""
        failures = len(self._backend.failures)
        validator = CertificateValidator(certificate, intermediate_certs=others, validation_context=self._context)
        try:
            self._paths.append(await validator.async_validate_path())
        except RevokedError as error:
            raise ArchiveRefused("revoked", str(error)) from error
        except ExpiredError as error:
            raise ArchiveRefused("signer-ended", str(error)) from error
        except (PathError, ValidationError) as error:
            if len(self._backend.failures) > failures:
                raise self._backend.failures[-1] from error
            raise ArchiveRefused("not-valid", str(error)) from error
        if newer_than is not None:
            self._require_newer(certificate, newer_than)

    def write(self, writer: IncrementalPdfFileWriter) -> None:
        """Put it all into the file's security store, the anchors too: validation in the past asks for them."""
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, paths=self._paths, validation_context=self._context, embed_roots=True
        )

    def _require_newer(self, certificate: x509.Certificate, than: datetime) -> None:
        """Refuse `not-yet` while the newest status is not from after the signature."""
        for response in self._fetchers.ocsp_fetcher.fetched_responses_for_cert(certificate):
            (status,) = response.basic_ocsp_response["tbs_response_data"]["responses"]
            self._require_after(status["this_update"].native, than, again=RESPONDER_AGAIN)
            return
        lists = [one for one in self._fetchers.crl_fetcher.fetched_crls() if one.issuer == certificate.issuer]
        for listed in lists:
            self._require_after(listed["tbs_cert_list"]["this_update"].native, than, again=LIST_AGAIN)

    def _require_after(self, as_of: datetime, than: datetime, *, again: timedelta) -> None:
        if as_of <= than:
            detail = f"the newest status is as of {as_of.isoformat()}, the signature of {than.isoformat()}"
            raise ArchiveRefused("not-yet", detail, try_again_at=self._clock.now() + again)
