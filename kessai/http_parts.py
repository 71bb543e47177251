"""The API's parts, built from the composition: identity, gateway, read models, document store, readiness checks."""

from starlette.concurrency import run_in_threadpool
from temporalio.client import Client

from api.auth.development_grants import Client as IssuerClient
from api.auth.development_issuer import DevelopmentIssuer
from api.auth.development_tokens import DevelopmentTokens
from api.auth.identity import Identity, IdentitySettings, development_settings, metadata_url
from api.body_limit import BodyLimits
from api.codec import MAX_BYTES as CODEC_BYTES_MAX
from api.codec import PATH as CODEC_PATH
from api.codec import CodecEndpoint
from api.contract_batches import ContractBatches
from api.deliveries import Deliveries
from api.gateway import Gateway
from api.known_directory import KnownDirectory
from api.pages.contract_acting import WITH_FILE
from api.pages.contract_batch import FILE as CONTRACT_LIST
from api.pages.drafting import UPLOAD_PATHS
from api.pages.problem_page import problem_page
from api.pages.register import page_routers
from api.parts import ApiParts, Check
from api.sealed_journal import SealedJournal
from api.signing.knocking import Doors
from api.telemetry import Telemetry
from domain import contract
from domain.ledger.security_log import SecurityLog
from domain.policies.webhook import Allowed
from kessai.composition import Composition
from kessai.contract_verification import Verification
from kessai.keys import issuer_key, key_path, link_keys, session_secret, webhook_secrets
from kessai.notifying.tables import outbox_schema
from kessai.processes import RECORDS
from kessai.settings import DEVELOPMENT_ISSUER, Settings
from projections.position import ReadPosition
from projections.queries.approval import Approvals
from projections.queries.campaign import Campaigns
from projections.queries.contract import Contracts
from projections.queries.contract_custody import ContractCustody
from projections.queries.contract_reports import ContractReports
from projections.queries.entry import Entries
from projections.queries.inbox import Inbox
from projections.queries.notices import Notices
from projections.queries.telework import Teleworks
from projections.queries.telework_attendance import TeleworkAttendance
from projections.queries.telework_register import TeleworkRegister
from signing.documents import DocumentStore, open_store

FILES_AT_ONCE = 4  # of full size, sent with one draft sheet


def api_parts(parts: Composition, client: Client) -> ApiParts:
    """Build what one API process hands to `create_app`. `client` may still be unconnected: reads work without
    Temporal.
    """
    settings = parts.settings
    directory = KnownDirectory(parts.reader)
    session = session_secret(key_path(settings.keys_dir, "session"), production=settings.production)
    identity_settings = _identity_settings(settings, session)
    identity = Identity(identity_settings, clock=parts.clock, directory=directory)
    documents = DocumentStore(open_store(settings.documents_url))
    journal = SealedJournal(documents=documents, signer=parts.signer, verifier=parts.verifier)
    codec = CodecEndpoint(
        codec=parts.codec(believes_unsealed=True),
        session=identity.session,
        directory=directory,
        clock=parts.clock,
        security=SecurityLog(parts.reader),
        ui_origin=settings.temporal_ui_url,
    )
    return ApiParts(
        clock=parts.clock,
        calendars=parts.calendars,
        reader=parts.reader,
        gateway=gateway(parts, client),
        identity=identity,
        directory=directory,
        approvals=Approvals(parts.read_store),
        teleworks=Teleworks(parts.read_store),
        telework_attendance=TeleworkAttendance(parts.read_store),
        telework_register=TeleworkRegister(parts.read_store, parts.reader),
        entries=Entries(parts.read_store),
        campaigns=Campaigns(parts.read_store),
        contracts=Contracts(parts.read_store),
        contract_custody=ContractCustody(parts.read_store),
        contract_reports=ContractReports(parts.read_store),
        contract_batches=ContractBatches(reader=parts.reader, documents=documents, journal=journal),
        journal=journal,
        inbox=Inbox(parts.read_store),
        position=ReadPosition(parts.read_store),
        documents=documents,
        verification=Verification(parts),
        deliveries=Deliveries(parts.reader, outbox_schema=outbox_schema(settings.database_schema)),
        webhook_secrets=webhook_secrets(key_path(settings.keys_dir, "webhook"), production=settings.production),
        webhook_targets=Allowed.of(settings.webhook_private_targets),
        doors=doors(parts),
        limits=BodyLimits(
            upload_bytes=settings.max_upload_bytes,
            request_bytes=settings.max_request_bytes,
            others={f"{CODEC_PATH}/decode": CODEC_BYTES_MAX, **_sheets(settings)},
        ),
        telemetry=Telemetry(log_key=session.encode()),
        public_url=settings.public_url,
        allowed_hosts=settings.allowed_hosts,
        metrics_token=settings.metrics_token,
        ready=_checks(parts, client),
        development_issuer=_development_issuer(parts, identity_settings, directory),
        routers=(codec.router, *page_routers(form_guard=identity.form_guard, notices=Notices(parts.read_store))),
        problem_page=problem_page,
    )


def doors(parts: Composition) -> Doors:
    """The doors of contracts' signers: what checks their links, sessions and codes."""
    settings = parts.settings
    return Doors(
        keys=link_keys(key_path(settings.keys_dir, "link"), production=settings.production), reader=parts.reader,
        record=contract.RECORD, clock=parts.clock, public_url=settings.public_url, sealer=parts.signer,
    )  # fmt: skip


def _sheets(settings: Settings) -> dict[str, int]:
    """Sheets that take files: several at once, each within its own limit, beside what is typed."""
    paths = (*UPLOAD_PATHS, *WITH_FILE.values(), CONTRACT_LIST)
    return dict.fromkeys(paths, FILES_AT_ONCE * settings.max_upload_bytes + settings.max_request_bytes)


def gateway(parts: Composition, client: Client) -> Gateway:
    """The gateway of this installation: for the API, and for whoever walks cases through it (demo, drills,
    benchmarks).
    """
    return Gateway(
        starter=parts.starter(client), reader=parts.reader, signer=parts.signer, clock=parts.clock, records=RECORDS
    )


def _identity_settings(settings: Settings, session: str) -> IdentitySettings:
    if settings.issuer == DEVELOPMENT_ISSUER:
        internal = f"http://{settings.api_host}:{settings.api_port}"
        return development_settings(public_url=settings.public_url, internal_url=internal, session_secret=session)
    settings.require("jwks_url", "oidc_client_id")
    return IdentitySettings(
        public_url=settings.public_url,
        issuer=settings.issuer,
        jwks_url=settings.jwks_url,
        metadata_url=metadata_url(settings.issuer),
        audience=settings.audience,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret or None,
        session_secret=session,
    )


def _development_issuer(
    parts: Composition, identity: IdentitySettings, directory: KnownDirectory
) -> DevelopmentIssuer | None:
    settings = parts.settings
    if settings.issuer != DEVELOPMENT_ISSUER:
        return None
    key = issuer_key(key_path(settings.keys_dir, "issuer"), production=settings.production)
    return DevelopmentIssuer(
        public_url=settings.public_url,
        internal_url=f"http://{settings.api_host}:{settings.api_port}",
        client=IssuerClient(client_id=identity.client_id, redirect_uri=identity.redirect_uri),
        tokens=DevelopmentTokens(
            issuer=identity.issuer,
            audience=identity.audience,
            key_id=key.key_id,
            private_key=key.private_key,
            clock=parts.clock,
        ),
        clock=parts.clock,
        directory=directory,
    )


def _checks(parts: Composition, client: Client) -> dict[str, Check]:
    """What must answer before requests are taken: the ledger, the read models, Temporal."""

    async def ledger() -> None:
        await run_in_threadpool(parts.reader.head)

    async def read_models() -> None:
        await run_in_threadpool(ReadPosition(parts.read_store).reached)

    async def temporal() -> None:
        await client.service_client.check_health()

    return {"ledger": ledger, "read-models": read_models, "temporal": temporal}
