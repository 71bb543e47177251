"""Trust and network of signing as settings and rules have them: for the signer role, and for whoever verifies."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from typing import cast
from urllib.parse import urlsplit

from domain.clock import JST, Clock, civil_date
from domain.ledger.reading import LedgerReader
from domain.policies.contract_rules import Archiving, ContractRules
from kessai.development_pki import PKI_NAME
from kessai.settings import Settings
from signing.network import Network, TimeStamps
from signing.trust import Sunset, Sunsets, Trust, TrustFiles

SIGNERS, TSAS = "signers", "tsas"


def contract_rules(reader: LedgerReader, clock: Clock) -> ContractRules:
    """The rules for electronic contracts in force today. Refuses `no-rules-in-force`."""
    _, rulebook = reader.references()
    return cast(ContractRules, rulebook.plain("contract", civil_date(clock.now())))


def sunset_at(archiving: Archiving, algorithm: str) -> datetime:
    """When an algorithm ends: at the beginning of the day the rules name, in Japan."""
    return datetime.combine(archiving.algorithm_sunsets[algorithm], time(0), JST)


def trust_files(settings: Settings) -> TrustFiles:
    """The anchors of this installation, read again when they change."""
    return TrustFiles([settings.trust_dir / SIGNERS], [settings.trust_dir / TSAS])


def trust_of(settings: Settings, reader: LedgerReader, clock: Clock) -> Callable[[], Trust]:
    """Give what tells whom to trust as of now: anchors from files that may be added to, and the rules' algorithms."""
    files = trust_files(settings)

    def now() -> Trust:
        archiving = contract_rules(reader, clock).archiving
        ends = tuple(Sunset(algorithm=name, at=sunset_at(archiving, name)) for name in archiving.algorithm_sunsets)
        return replace(files.now(), sunsets=Sunsets(entries=ends))

    return now


def network_of(settings: Settings) -> Network:
    """The one way out for signing and verifying: to the hosts of the settings, and to a development PKI of ours."""
    hosts, moved = [*settings.signing_hosts], {}
    for url in (settings.tsa_url, settings.witness_issuer_url):
        hosts += [urlsplit(url).netloc] if url else []
    if settings.pki_url:
        address = urlsplit(settings.pki_url).netloc
        hosts += [PKI_NAME, address]
        moved = {PKI_NAME: address}
    return Network(allowed_hosts=hosts, moved=moved)


def stamps_of(settings: Settings, network: Network, clock: Clock) -> TimeStamps:
    """The time stamp authority: the one that is set, else the development PKI's."""
    if not settings.tsa_url and not settings.pki_url:
        settings.require("tsa_url")
    url = settings.tsa_url or f"{settings.pki_url}/tsa"
    return TimeStamps(url, network=network, clock=clock, policy=settings.tsa_policy)
