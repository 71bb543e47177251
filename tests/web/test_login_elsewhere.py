"""Login at a prefecture's own identity provider: https, a client secret, and answers that are not believed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse

from api.auth.identity import IdentitySettings
from tests.web.login_world import Browser, ForeignIssuer, SetClock, browsing, foreign_app, query, tokens

HERE = "https://kessai.example"


@pytest.fixture
def issuer() -> ForeignIssuer:
    return ForeignIssuer(SetClock())


@pytest.fixture
def app(issuer: ForeignIssuer) -> FastAPI:
    return foreign_app(issuer)


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    async with browsing(app, HERE) as browser:
        yield browser


async def come_back(browser: Browser, issuer: ForeignIssuer, *, nonce: str | None = None) -> Any:
    started = await browser.get("/login")
    asked = query(started.headers["location"])
    issuer.claims.setdefault("nonce", asked["nonce"] if nonce is None else nonce)
    return await browser.http.get("/callback", params={"code": "c", "state": asked["state"]})


async def test_the_browser_is_sent_to_the_issuer_with_everything_that_protects_the_way_back(browser: Browser) -> None:
    started = await browser.get("/login")
    assert started.headers["location"].startswith("https://idp.example/auth?")
    asked = query(started.headers["location"])
    assert asked["redirect_uri"] == f"{HERE}/callback"
    assert (asked["response_type"], asked["scope"], asked["code_challenge_method"]) == ("code", "openid", "S256")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20


async def test_a_person_comes_back_and_the_cookie_is_bound_to_this_host(
    browser: Browser, issuer: ForeignIssuer
) -> None:
    back = await come_back(browser, issuer)
    assert (back.status_code, back.headers["location"]) == (303, "/")
    cookie = back.headers["set-cookie"]
    assert cookie.startswith("__Host-kessai=")
    assert "; secure" in cookie.lower()
    assert "domain" not in cookie.lower()
    assert (await browser.get("/inbox")).text.startswith("0525 None")
    sent = issuer.seen[0]
    assert sent["authorization"].startswith("Basic ")
    assert len(sent["code_verifier"]) >= 43
    assert "of the client" not in str(sent)


WRONG: list[dict[str, Any]] = [
    {"nonce": "another"},
    {"nonce": ""},
    {"nonce": None},
]


@pytest.mark.parametrize("claims", WRONG)
async def test_an_identity_token_for_another_login_is_not_believed(
    browser: Browser, issuer: ForeignIssuer, claims: dict[str, Any]
) -> None:
    issuer.claims = claims
    assert (await come_back(browser, issuer)).status_code == 400
    assert (await browser.get("/inbox")).status_code == 303


@pytest.mark.parametrize("claims", [{"client_id": "another"}, {"issuer": "https://evil.example"}, {"person": ""}])
async def test_an_identity_token_for_others_or_by_others_is_not_believed(
    browser: Browser, issuer: ForeignIssuer, claims: dict[str, Any]
) -> None:
    issuer.claims = claims
    assert (await come_back(browser, issuer)).status_code == 401
    assert (await browser.get("/inbox")).status_code == 303


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"access_token": "x", "token_type": "Bearer"}, 400),
        ({"access_token": "x", "token_type": "Bearer", "id_token": 5}, 400),
        ({"access_token": "x", "token_type": "Bearer", "id_token": "a.b.c"}, 401),
        (JSONResponse({"error": "invalid_grant"}, 400), 400),
        (JSONResponse({"error": "server_error"}, 500), 503),
        (HTMLResponse("<html>", 200), 503),
        (HTMLResponse("<html>", 502), 503),
        (JSONResponse([1]), 503),
    ],
)
async def test_whatever_else_the_issuer_answers_ends_on_a_page_with_a_way_on(
    browser: Browser, issuer: ForeignIssuer, answer: Any, status: int
) -> None:
    issuer.answer = answer
    page = await come_back(browser, issuer)
    assert page.status_code == status
    assert 'href="/login"' in page.text
    assert (await browser.get("/inbox")).status_code == 303


async def test_a_service_account_does_not_log_in_to_pages(browser: Browser, issuer: ForeignIssuer) -> None:
    token = tokens(issuer.url, issuer.clock).for_service("import")
    issuer.answer = {"access_token": "x", "token_type": "Bearer", "id_token": token}
    assert (await come_back(browser, issuer)).status_code == 401


async def test_metadata_of_another_issuer_is_not_used(issuer: ForeignIssuer) -> None:
    issuer.metadata_issuer = "https://evil.example"
    async with browsing(foreign_app(issuer), HERE) as browser:
        page = await browser.get("/login")
    assert page.status_code == 503
    assert "認証基盤に接続できません" in page.text
    assert page.headers["retry-after"] == "5"


def test_the_api_s_audience_is_never_the_client_s_own() -> None:
    with pytest.raises(ValueError, match="must differ"):
        IdentitySettings(
            public_url=HERE,
            issuer="https://idp.example",
            jwks_url="https://idp.example/jwks",
            metadata_url="https://idp.example/.well-known/openid-configuration",
            audience="kessai",
            client_id="kessai",
            session_secret="s",
        )


def test_secrets_of_the_settings_are_not_shown(issuer: ForeignIssuer) -> None:
    settings = IdentitySettings(
        public_url=HERE,
        issuer="https://idp.example",
        jwks_url="https://idp.example/jwks",
        metadata_url="https://idp.example/.well-known/openid-configuration",
        audience="kessai",
        client_id="pages",
        client_secret="hidden-client",
        session_secret="hidden-session",
    )
    assert "hidden" not in repr(settings)
