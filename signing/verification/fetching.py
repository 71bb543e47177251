"""What the network says of certificates that a file brings no revocation data for."""

import asyncio
from collections.abc import Sequence

from asn1crypto import x509

from signing.network.errors import RevocationUnknown
from signing.network.revocation import RevocationFetcher
from signing.verification.wire import Fetched, Wanted

ASKED_MAX = 24  # certificates of one file
SECONDS_MAX = 20.0


async def fetched_for(wanted: Sequence[Wanted], network: RevocationFetcher) -> Fetched:
    """Ask about each certificate, OCSP first, all at once. What nobody answers in time is left out."""
    tasks = [asyncio.create_task(_asked(each, network)) for each in wanted[:ASKED_MAX]]
    done, late = await asyncio.wait(tasks, timeout=SECONDS_MAX)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    answers = [task.result() for task in tasks if task in done]
    return Fetched(
        ocsps=tuple(each for one in answers for each in one.ocsps),
        crls=tuple(each for one in answers for each in one.crls),
    )


async def _asked(wanted: Wanted, network: RevocationFetcher) -> Fetched:
    certificate, issuer = x509.Certificate.load(wanted.certificate), x509.Certificate.load(wanted.issuer)
    try:
        return Fetched(ocsps=((await network.response(certificate, issuer)).dump(),))
    except RevocationUnknown:
        pass  # not everybody has a responder
    try:
        return Fetched(crls=((await network.revocation_list(certificate)).dump(),))
    except RevocationUnknown:
        return Fetched()  # the report says that it is unknown
