"""The login pages as an application, with the development issuer or a foreign one, and a browser to walk them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.auth.development_grants import Client
from api.auth.development_issuer import DevelopmentIssuer
from api.auth.development_tokens import DevelopmentTokens
from api.auth.forms import form_token
from api.auth.identity import Identity, IdentitySettings, development_settings
from api.auth.principal import Principal
from domain.directory import Directory, fold
from domain.directory.facts import AbsenceRecorded, ActingNamed, Appointed, PostEstablished, UnitEstablished
from domain.events import Event

URL = "http://127.0.0.1:8700"
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SPRING = date(2026, 4, 1)
SECRET = "a secret of this test"
ISSUER_KEY = ec.generate_private_key(ec.SECP256R1())


@dataclass
class SetClock:
    """A clock that stands where it is set."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


def directory() -> Directory:
    def unit(code: str, name: str, kind: Any, parent: str | None) -> Event:
        return UnitEstablished(unit=code, name=name, kind=kind, parent=parent, document_symbol=None, valid_from=SPRING)

    def post(code: str, title: str, unit: str, rank: Any, person: str | None, kind: Any = "regular") -> list[Event]:
        post = PostEstablished(post=code, title=title, unit=unit, rank=rank, oversees=(), valid_from=SPRING)
        if person is None:
            return [post]
        return [post, Appointed(post=code, person=person, name=f"職員{person}", kind=kind, valid_from=SPRING)]

    return fold(
        Directory(),
        [
            unit("pref", "県", "prefecture", None),
            unit("policy", "総合政策部", "department", "pref"),
            unit("dx", "DX推進課", "division", "policy"),
            unit("construction", "建設部", "department", "pref"),
            unit("works", "建設管理課", "division", "construction"),
            unit("road", "道路課", "division", "construction"),
            *post("governor", "知事", "pref", "governor", "0001"),
            *post("dx-officer", "DX推進課主事", "dx", "officer", "0222"),
            *post("construction-deputy", "建設部次長", "construction", "deputy_director", "0502"),
            *post("works-director", "建設管理課長", "works", "division_director", "0502", "concurrent"),
            *post("road-director", "道路課長", "road", "division_director", None),
            *post("road-officer", "道路課主事", "road", "officer", "0525"),
            *post("road-assistant", "道路課技師", "road", "officer", None),
            ActingNamed(post="road-director", acting_post="construction-deputy", valid_from=SPRING),
            AbsenceRecorded(
                absence="a1",
                person="0001",
                begins_at=datetime(2026, 11, 16, tzinfo=UTC),
                ends_at=datetime(2026, 11, 28, tzinfo=UTC),
                reason="海外出張",
                entered_by="0001",
            ),
        ],
    )


async def directory_now() -> Directory:
    return directory()


def tokens(issuer: str, clock: SetClock) -> DevelopmentTokens:
    return DevelopmentTokens(issuer=issuer, audience="kessai", key_id="k1", private_key=ISSUER_KEY, clock=clock)


def add_pages(app: FastAPI, identity: Identity) -> None:
    """Two pages behind the session: one that shows who is there, one form that does something."""
    app.state.done = 0

    @app.get("/inbox", response_class=HTMLResponse)
    async def inbox(request: Request, principal: Annotated[Principal, Depends(identity.session)]) -> str:
        return f"{principal.id} {principal.default_post} <input name=form_token value={form_token(request)}>"

    @app.post("/approve", dependencies=[Depends(identity.form_guard)])
    async def approve(principal: Annotated[Principal, Depends(identity.session)]) -> None:
        app.state.done += 1

    app.mount("/static", StaticFiles(directory=Path(__file__).parents[2] / "api" / "static"))
    identity.install(app)


def development_app(clock: SetClock, *, url: str = URL, over_the_wire: bool = False) -> FastAPI:
    """The pages with the development issuer in the same process; over ASGI unless it really listens at `url`."""
    app = FastAPI()
    settings = development_settings(public_url=url, internal_url=url, session_secret=SECRET)
    transport = None if over_the_wire else httpx.ASGITransport(app)
    issuer = DevelopmentIssuer(
        public_url=url,
        internal_url=url,
        client=Client(client_id=settings.client_id, redirect_uri=settings.redirect_uri),
        tokens=tokens(settings.issuer, clock),
        clock=clock,
        directory=directory_now,
    )
    app.include_router(issuer.router)
    add_pages(app, Identity(settings, clock=clock, directory=directory_now, transport=transport))
    return app


@dataclass
class ForeignIssuer:
    """A prefecture's identity provider that answers as it is told: a real ASGI app on its own host."""

    clock: SetClock
    url: str = "https://idp.example"
    secret: str = "of the client"
    claims: dict[str, Any] = field(default_factory=dict)
    answer: Any = None
    metadata_issuer: str | None = None
    seen: list[dict[str, str]] = field(default_factory=list)
    app: FastAPI = field(default_factory=FastAPI)

    def __post_init__(self) -> None:
        self.app.add_api_route("/.well-known/openid-configuration", self.metadata)
        self.app.add_api_route("/jwks", self.jwks)
        self.app.add_api_route("/token", self.token, methods=["POST"], response_model=None)

    async def metadata(self) -> dict[str, Any]:
        issuer = self.metadata_issuer or self.url
        urls = {"authorization_endpoint": f"{self.url}/auth", "token_endpoint": f"{self.url}/token"}
        return {"issuer": issuer, "jwks_uri": f"{self.url}/jwks", **urls}

    async def jwks(self) -> dict[str, Any]:
        return dict(tokens(self.url, self.clock).jwks())

    async def token(self, request: Request) -> Any:
        form = {name: str(value) for name, value in (await request.form()).items()}
        self.seen.append({**form, "authorization": request.headers.get("authorization", "")})
        if self.answer is not None:
            return self.answer
        given = {"person": "0525", "post": None, "client_id": "pages", "nonce": "", **self.claims}
        key = tokens(given.pop("issuer", self.url), self.clock)
        return {"access_token": "x", "token_type": "Bearer", "id_token": key.identity(given.pop("person"), **given)}


def foreign_app(issuer: ForeignIssuer, *, url: str = "https://kessai.example") -> FastAPI:
    """The pages in production form: https, a client secret, an issuer on another host."""
    app = FastAPI()
    settings = IdentitySettings(
        public_url=url,
        issuer=issuer.url,
        jwks_url=f"{issuer.url}/jwks",
        metadata_url=f"{issuer.url}/.well-known/openid-configuration",
        audience="kessai",
        client_id="pages",
        client_secret=issuer.secret,
        session_secret=SECRET,
    )
    transport = httpx.ASGITransport(issuer.app)
    add_pages(app, Identity(settings, clock=issuer.clock, directory=directory_now, transport=transport))
    return app


@dataclass
class Browser:
    """A browser with its own cookies that goes one step at a time."""

    http: httpx.AsyncClient

    async def get(self, url: str) -> httpx.Response:
        return await self.http.get(url)

    async def submit(self, url: str, form: dict[str, str], **headers: str) -> httpx.Response:
        return await self.http.post(url, data=form, headers={name.replace("_", "-"): v for name, v in headers.items()})

    async def to_issuer(self, next_path: str | None = None) -> httpx.Response:
        """From our login to the issuer's page."""
        started = await self.http.get("/login", params={} if next_path is None else {"next": next_path})
        assert started.status_code == 302
        return await self.get(started.headers["location"])

    async def press(self, page: httpx.Response, post: str) -> httpx.Response:
        """Press a post on the issuer's page; the answer sends back to us."""
        return await self.submit("/development/issuer/authorize", {**hidden(page), "post": post})

    async def log_in(self, post: str = "road-officer", next_path: str | None = None) -> httpx.Response:
        pressed = await self.press(await self.to_issuer(next_path), post)
        assert pressed.status_code == 303
        return await self.get(pressed.headers["location"])

    async def form_token(self) -> str:
        page = await self.get("/inbox")
        found = re.search(r"value=(\S+)>", page.text)
        assert found is not None
        return found[1]


@asynccontextmanager
async def browsing(app: FastAPI, url: str = URL) -> AsyncIterator[Browser]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=url, follow_redirects=False) as http:
        yield Browser(http)


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the page's second form, the one with the posts."""
    form = page.text.split("<form")[2]
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return {name: unescape(value) for name, value in pairs}


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))
