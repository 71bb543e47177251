"""Login to pages: the whole way there and back, and every way to arrive where one should not."""

import asyncio
import json
import socket
import threading
from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from api.auth.next_path import safe_next
from api.auth.session import SESSION_LIFETIME
from tests.web.login_world import NOW, URL, Browser, SetClock, browsing, development_app, query


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def app(clock: SetClock) -> FastAPI:
    return development_app(clock)


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    async with browsing(app) as browser:
        yield browser


def session_in(browser: Browser) -> dict[str, object]:
    cookie = browser.http.cookies["kessai"]
    content: dict[str, object] = json.loads(b64decode(cookie.split(".")[0]))
    return content


async def test_a_page_leads_to_the_login_and_the_login_back_to_the_page(browser: Browser) -> None:
    turned_away = await browser.get("/inbox?state=in_review&unit=道路")
    assert turned_away.status_code == 303
    assert turned_away.headers["location"].startswith("/login?next=/inbox%3F")
    started = await browser.get(turned_away.headers["location"])
    page = await browser.get(started.headers["location"])
    assert page.status_code == 200
    pressed = await browser.press(page, "road-officer")
    back = await browser.get(pressed.headers["location"])
    assert back.status_code == 303
    inbox = await browser.get(back.headers["location"])
    assert inbox.status_code == 200
    assert inbox.text.startswith("0525 road-officer")
    assert str(inbox.request.url.query, "ascii").startswith("state=in_review&unit=%")


@pytest.fixture
def running(clock: SetClock) -> Iterator[str]:
    """The application really listening, so that it asks itself for keys and tokens over the wire."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = development_app(clock, url=url, over_the_wire=True)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=asyncio.run, args=(server.serve([listening]),))
        thread.start()
        yield url
        server.should_exit = True
        thread.join(timeout=10)
        assert not thread.is_alive()


async def test_a_server_that_is_its_own_issuer_does_not_wait_for_itself(running: str) -> None:
    async with httpx.AsyncClient(base_url=running, trust_env=False, timeout=10) as http:
        browser = Browser(http)
        await browser.log_in("governor", "/inbox")
        assert (await browser.get("/inbox")).text.startswith("0001 governor")
        assert (await browser.get("/static/login.css")).headers["content-type"].startswith("text/css")


async def test_the_acting_person_logs_in_for_the_post(browser: Browser) -> None:
    await browser.log_in("road-director")
    assert (await browser.get("/inbox")).text.startswith("0502 road-director")


async def test_the_cookie_holds_who_and_as_what_and_scripts_cannot_read_it(browser: Browser) -> None:
    back = await browser.log_in()
    cookie = back.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=43200" in cookie
    assert "secure" not in cookie, "this one runs on http"
    assert set(session_in(browser)) == {"person", "post", "until", "form_token"}


async def test_the_session_ends_after_a_working_day_and_use_does_not_prolong_it(
    browser: Browser, clock: SetClock
) -> None:
    await browser.log_in()
    clock.at = NOW + SESSION_LIFETIME - timedelta(seconds=1)
    assert (await browser.get("/inbox")).status_code == 200
    clock.at = NOW + SESSION_LIFETIME
    assert (await browser.get("/inbox")).headers["location"] == "/login?next=/inbox"


async def test_a_changed_or_foreign_cookie_is_no_session(browser: Browser) -> None:
    await browser.log_in()
    name, value = "kessai", browser.http.cookies["kessai"]
    governor = value.replace(value.split(".")[0], "eyJwZXJzb24iOiAiMDAwMSJ9")
    for cookie in (governor, value[:-1], "", "null", "eyJwZXJzb24iOiAiMDAwMSJ9", "é"):
        answer = await browser.http.get("/inbox", headers=[(b"Cookie", f"{name}={cookie}".encode("latin-1"))])
        browser.http.cookies.clear()
        assert answer.status_code == 303, cookie


async def test_a_session_planted_before_the_login_is_worth_nothing_after_it(app: FastAPI) -> None:
    async with browsing(app) as attacker, browsing(app) as victim:
        await attacker.to_issuer()
        planted = attacker.http.cookies["kessai"]
        victim.http.cookies.set("kessai", planted, domain="127.0.0.1")
        await victim.log_in()
        assert (await attacker.get("/inbox")).status_code == 303
        assert "_state" not in json.dumps(session_in(victim))


async def test_an_answer_that_belongs_to_another_browser_logs_nobody_in(app: FastAPI) -> None:
    async with browsing(app) as attacker, browsing(app) as victim:
        pressed = await attacker.press(await attacker.to_issuer(), "governor")
        await victim.to_issuer()
        lured = await victim.get(pressed.headers["location"])
        assert lured.status_code == 400
        assert "もう一度ログインしてください" in lured.text
        assert (await victim.get("/inbox")).status_code == 303


async def test_a_stolen_code_is_useless_in_another_login(app: FastAPI) -> None:
    async with browsing(app) as victim, browsing(app) as thief:
        stolen = query((await victim.press(await victim.to_issuer(), "governor")).headers["location"])["code"]
        mine = (await thief.press(await thief.to_issuer(), "road-officer")).headers["location"]
        injected = await thief.get(mine.replace(query(mine)["code"], stolen))
        assert injected.status_code == 400
        assert (await thief.get("/inbox")).status_code == 303


async def test_an_answer_works_once(browser: Browser) -> None:
    pressed = await browser.press(await browser.to_issuer(), "road-officer")
    assert (await browser.get(pressed.headers["location"])).status_code == 303
    assert (await browser.get(pressed.headers["location"])).status_code == 400


@pytest.mark.parametrize("change", ["no state", "other state", "no code", "error", "other issuer"])
async def test_an_answer_that_does_not_fit_is_refused_with_a_way_on(browser: Browser, change: str) -> None:
    pressed = await browser.press(await browser.to_issuer(), "road-officer")
    answer = query(pressed.headers["location"])
    changed = {
        "no state": {"code": answer["code"]},
        "other state": {**answer, "state": "x"},
        "no code": {"state": answer["state"]},
        "error": {"state": answer["state"], "error": "access_denied"},
        "other issuer": {**answer, "iss": "https://evil.example"},
    }[change]
    refused = await browser.http.get("/callback", params=changed)
    assert refused.status_code == 400
    assert 'href="/login"' in refused.text
    assert (await browser.get("/inbox")).status_code == 303


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\tevil.example",
    "/\n/evil.example",
    "/ /evil.example",
    "javascript:alert(1)",
    "evil.example",
    " /inbox",
    "/inbox\r\nSet-Cookie: a=b",
    "/in\x00box",
    "/受信箱",
    "",
    "/" + "a" * 1000,
    "/login",
    "/login?next=/login",
    "/logout",
    "/callback?code=x",
    "/development/issuer/authorize",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_only_a_path_of_this_site_follows_a_login(target: str) -> None:
    assert safe_next(target) == "/"


@pytest.mark.parametrize("target", ["/", "/inbox", "/approvals/R8-000123?tab=%E6%B7%BB%E4%BB%98#step-2", "/login-help"])
def test_a_path_of_this_site_is_kept(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/login"])
async def test_a_login_never_ends_on_another_site(browser: Browser, target: str) -> None:
    assert (await browser.log_in(next_path=target)).headers["location"] == "/"


async def test_pages_around_the_login_are_not_kept_framed_or_scripted(browser: Browser) -> None:
    page = await browser.to_issuer()
    pressed = await browser.press(page, "road-officer")
    for answer in (page, pressed, await browser.get(pressed.headers["location"]), await browser.get("/login/ended")):
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]


async def test_looking_at_the_login_twice_does_not_make_the_cookie_grow(browser: Browser) -> None:
    await browser.to_issuer("/inbox")
    size = len(browser.http.cookies["kessai"])
    for _ in range(20):
        await browser.to_issuer("/inbox")
    assert len(browser.http.cookies["kessai"]) < size + 100 < 2000


async def test_urls_of_a_login_name_no_person(browser: Browser) -> None:
    started = await browser.get("/login")
    pressed = await browser.press(await browser.get(started.headers["location"]), "road-officer")
    assert "0525" not in started.headers["location"] + pressed.headers["location"]
    assert pressed.headers["location"].startswith(f"{URL}/callback?")
