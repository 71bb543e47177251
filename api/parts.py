"""Everything the API is built from, handed in by the composition root."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Request

from api.auth.development_issuer import DevelopmentIssuer
from api.auth.identity import Identity
from api.body_limit import BodyLimits
from api.contract_batches import ContractBatches
from api.deliveries import Deliveries
from api.errors import ProblemPage
from api.event_stream import EventStreams
from api.gateway import Gateway
from api.known_directory import KnownDirectory
from api.sealed_journal import SealedJournal
from api.signing.knocking import Doors
from api.telemetry import Telemetry
from domain.calendars import Calendars
from domain.clock import Clock
from domain.ledger.reading import LedgerReader
from domain.policies.webhook import Allowed
from projections.position import ReadPosition
from projections.queries.approval import Approvals
from projections.queries.campaign import Campaigns
from projections.queries.contract import Contracts
from projections.queries.contract_custody import ContractCustody
from projections.queries.contract_reports import ContractReports
from projections.queries.entry import Entries
from projections.queries.inbox import Inbox
from projections.queries.telework import Teleworks
from projections.queries.telework_attendance import TeleworkAttendance
from projections.queries.telework_register import TeleworkRegister
from signing.documents import DocumentStore
from signing.verification import Report

Check = Callable[[], Awaitable[None]]  # raises when its part does not answer


class Verification(Protocol):
    """Gives the verdict over a signed PDF; `offline`: nothing is asked of the network."""

    async def __call__(self, pdf: bytes, *, offline: bool) -> Report: ...


@dataclass(frozen=True, kw_only=True)
class ApiParts:
    """The parts of one API process. `routers` are those of others (pages, the Temporal UI's codec), added as they are.

    `ready` names what must answer before this process takes requests. `problem_page` shows a problem to a browser on
    a page's path, or gives None to have it answered as JSON. `metrics_token` empty: metrics only for this machine.
    """

    clock: Clock
    calendars: Calendars
    reader: LedgerReader
    gateway: Gateway
    identity: Identity
    directory: KnownDirectory
    approvals: Approvals
    teleworks: Teleworks
    telework_attendance: TeleworkAttendance
    telework_register: TeleworkRegister
    entries: Entries
    campaigns: Campaigns
    contracts: Contracts
    contract_custody: ContractCustody
    contract_reports: ContractReports
    contract_batches: ContractBatches
    journal: SealedJournal
    inbox: Inbox
    position: ReadPosition
    documents: DocumentStore
    verification: Verification
    deliveries: Deliveries
    webhook_secrets: Callable[[str, int], tuple[str, ...]] = field(repr=False)  # number, generation → current first
    webhook_targets: Allowed
    doors: Doors  # for signers without an account
    limits: BodyLimits
    telemetry: Telemetry
    public_url: str
    streams: EventStreams = field(default_factory=EventStreams)
    allowed_hosts: tuple[str, ...] = ()
    metrics_token: str = field(default="", repr=False)
    ready: Mapping[str, Check] = field(default_factory=dict)
    development_issuer: DevelopmentIssuer | None = None
    routers: tuple[APIRouter, ...] = ()
    problem_page: ProblemPage | None = None


def parts_of(request: Request) -> ApiParts:
    """Give the parts of the application that the request came to."""
    parts: ApiParts = request.app.state.parts
    return parts


async def _parts(request: Request) -> ApiParts:
    return parts_of(request)


Parts = Annotated[ApiParts, Depends(_parts)]
