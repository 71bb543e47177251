"""The API application: routes, problems, edge and OpenAPI document, around the parts it is handed."""

from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import errors, openapi
from api.edge import Edge
from api.parts import ApiParts
from api.routes import (
    approval,
    approval_list,
    attachments,
    campaign,
    campaign_list,
    contract,
    contract_batch,
    contract_documents,
    contract_list,
    contract_report,
    contract_signing,
    contract_verification,
    directory,
    directory_reading,
    docs,
    entry,
    entry_list,
    events,
    health,
    inbox,
    telework,
    telework_attendance,
    telework_list,
    telework_register,
    webhook,
)

STATIC = Path(__file__).parent / "static"

TAGS = [
    {"name": "approvals", "description": "電子決裁"},
    {"name": "telework", "description": "テレワーク"},
    {"name": "registers", "description": "管理簿"},
    {"name": "contracts", "description": "電子契約"},
    {"name": "inbox", "description": "受信箱"},
    {"name": "attachments", "description": "添付文書"},
    {"name": "directory", "description": "職員録"},
    {"name": "signing", "description": "電子契約の署名者"},
    {"name": "events", "description": "台帳の事実"},
    {"name": "webhooks", "description": "Webhookと配信の記録"},
]
ABOUT = """決裁 (Kessai) のAPI。

* 状態を変えるPOSTには `Idempotency-Key` が要る。同じ鍵と同じ内容は何度送っても一度だけ行われ、同じ答えになる。
* 変更の答えの `Kessai-Position` を、読むときの `?after=` に渡すと、その変更が反映されてから答える。
* 誤りはすべて `application/problem+json`(RFC 9457)で、変わらない `code` を持つ。
* 時刻は時差付きのRFC 3339、日付はISO 8601、金額は整数の円。
"""
ROUTES = (
    contract_signing,  # takes from the officials' addresses what comes with a signing session
    approval,
    approval_list,
    telework_list,
    telework_register,
    telework_attendance,
    telework,
    entry_list,
    entry,
    campaign_list,
    campaign,
    contract_verification,
    contract_list,
    contract_report,
    contract_batch,
    contract_documents,
    contract,
    inbox,
    attachments,
    directory,
    directory_reading,
    events,
    webhook,
    docs,
    health,
)
RECORDS = (approval, telework, entry, campaign, contract, directory, webhook)
OTHERS = (contract_documents, contract_batch, contract_signing)  # whose bodies are no commands of a record


def create_app(parts: ApiParts) -> FastAPI:
    """Give the ASGI application of one API process. Nothing is read or opened until a request comes."""
    app = FastAPI(
        title="Kessai",
        version=version("kessai"),
        description=ABOUT,
        openapi_tags=TAGS,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere; `/docs` is our own
        redoc_url=None,
        servers=[{"url": parts.public_url}],
        redirect_slashes=False,
    )
    app.state.parts = parts
    errors.install(app, parts.problem_page)
    for routes in ROUTES:
        app.include_router(routes.router)
    if parts.development_issuer is not None:
        app.include_router(parts.development_issuer.router)
    parts.identity.install(app)
    for router in parts.routers:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    bodies = {name: body for routes in (*RECORDS, *OTHERS) for name, body in routes.BODIES.items()}
    openapi.install(app, bodies, contract_signing.ALSO)
    app.add_middleware(
        Edge,
        limits=parts.limits,
        telemetry=parts.telemetry,
        allowed_hosts=parts.allowed_hosts,
        https=urlsplit(parts.public_url).scheme == "https",
    )
    return app
