"""The signer role's parts, built from the composition: tools of the steps, the worker, and the nightly round."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker

from domain import contract
from domain.clock import civil_date
from kessai.composition import Composition
from kessai.keys import journal_keys, key_path
from kessai.signing_keys import signing_keys
from kessai.trusting import contract_rules, stamps_of, sunset_at, trust_of
from projections.queries.contract_custody import ContractCustody
from signing import pyhanko_overrides
from signing.documents import DocumentStore, open_store
from signing.network import Network, RevocationFetcher
from workflows.activities.contract import Custody, OutsideSteps, Tools
from workflows.activities.contract.custody import DueList, ReviewList
from workflows.activities.contract.journal import Journal
from workflows.activities.contract.step_ledger import StepLedger
from workflows.activities.contract.worker import build_signing_worker
from workflows.outside import signing_queue


def signing_tools(parts: Composition, network: Network) -> Tools:
    """What steps work with. Refuses keys that cannot be used."""
    settings = parts.settings
    pyhanko_overrides.install(parts.clock)
    documents = DocumentStore(open_store(settings.documents_url))
    journal = journal_keys(key_path(settings.keys_dir, "journal"), production=settings.production)
    return Tools(
        reader=parts.reader,
        documents=documents,
        journal=Journal(documents, journal),
        keys=signing_keys(settings, network, parts.clock),
        stamps=stamps_of(settings, network, parts.clock),
        revocation=RevocationFetcher(network, parts.clock),
        trust=trust_of(settings, parts.reader, parts.clock),
        verifier=parts.verifier,
        lease=lambda: timedelta(minutes=contract_rules(parts.reader, parts.clock).lease_minutes),
        clock=parts.clock,
        development=not settings.production,
    )


def signing_worker(parts: Composition, client: Client, network: Network) -> Worker:
    """The worker that does the steps outside the ledger, and carries the nightly round."""
    settings = parts.settings
    ledger = StepLedger(writer=parts.writer, record=contract.RECORD, clock=parts.clock)
    steps = OutsideSteps(ledger=ledger, tools=signing_tools(parts, network))
    queue = signing_queue(settings.task_queue)
    custody = Custody(
        client=client, task_queue=queue, due=due_list(parts), reviews=review_list(parts), review=ledger.review
    )
    return build_signing_worker(
        client, task_queue=queue, steps=steps, custody=custody, at_once=settings.signing_at_once
    )


def due_list(parts: Composition) -> DueList:
    """Give what asks the read model which contracts fall due: by their time stamp's end, or by an algorithm's."""

    def due(after: str, limit: int) -> list[tuple[str, int]]:
        archiving, now = contract_rules(parts.reader, parts.clock).archiving, parts.clock.now()
        before = now + timedelta(days=archiving.renewal_margin_days)
        ending = [name for name in archiving.algorithm_sunsets if sunset_at(archiving, name) <= before]
        return [*ContractCustody(parts.read_store).due(before=before, algorithms=ending, after=after, limit=limit)]

    return due


def review_list(parts: Composition) -> ReviewList:
    """Give what asks the read model whose retention ends soon enough to be reviewed."""

    def reviews(after: str, limit: int) -> list[str]:
        archiving = contract_rules(parts.reader, parts.clock).archiving
        by = civil_date(parts.clock.now()) + timedelta(days=archiving.review_before_days)
        return ContractCustody(parts.read_store).reviews(by=by, after=after, limit=limit)

    return reviews
