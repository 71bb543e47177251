"""Forms of a logged-in person: only our own pages can send them, and logging out ends it."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from tests.web.login_world import URL, Browser, SetClock, browsing, development_app


@pytest.fixture
def app() -> FastAPI:
    return development_app(SetClock())


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    async with browsing(app) as browser:
        await browser.log_in()
        yield browser


async def test_a_form_of_our_own_page_is_taken(app: FastAPI, browser: Browser) -> None:
    sent = {"form_token": await browser.form_token()}
    for headers in ({}, {"Origin": URL}, {"Origin": URL, "Sec_Fetch_Site": "same-origin"}):
        assert (await browser.submit("/approve", sent, **headers)).status_code == 200
    assert (await browser.submit("/approve", {}, X_Form_Token=sent["form_token"])).status_code == 200
    assert app.state.done == 4


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": URL + ".evil.example"},
        {"Origin": "https://127.0.0.1:8700"},
        {"Origin": "http://127.0.0.1:8701"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": URL, "Sec_Fetch_Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec_Fetch_Site": "same-origin"},
    ],
)
async def test_a_form_from_another_site_is_refused_even_with_the_token(
    app: FastAPI, browser: Browser, headers: dict[str, str]
) -> None:
    refused = await browser.submit("/approve", {"form_token": await browser.form_token()}, **headers)
    assert refused.status_code == 403
    assert "操作は行われていません" in refused.text
    assert app.state.done == 0


@pytest.mark.parametrize("token", [None, "", "x", "é", "\ud7ff" * 3])
async def test_a_form_without_the_token_of_the_session_is_refused(
    app: FastAPI, browser: Browser, token: str | None
) -> None:
    refused = await browser.submit("/approve", {} if token is None else {"form_token": token})
    assert refused.status_code == 403
    assert app.state.done == 0


async def test_a_token_file_is_no_token(app: FastAPI, browser: Browser) -> None:
    refused = await browser.http.post("/approve", files={"form_token": b"x"})
    assert refused.status_code == 403


async def test_a_token_in_an_odd_charset_is_refused(app: FastAPI, browser: Browser) -> None:
    content = '--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n+2AA-\r\n--b--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b; charset=utf-7"}
    assert (await browser.http.post("/approve", content=content, headers=headers)).status_code == 403
    assert app.state.done == 0


async def test_another_session_s_token_is_refused(app: FastAPI, browser: Browser) -> None:
    async with browsing(app) as other:
        await other.log_in("governor")
        refused = await browser.submit("/approve", {"form_token": await other.form_token()})
    assert refused.status_code == 403
    assert app.state.done == 0


async def test_a_form_sent_after_the_session_says_that_nothing_was_done(app: FastAPI, browser: Browser) -> None:
    token = await browser.form_token()
    browser.http.cookies.clear()
    refused = await browser.submit("/approve", {"form_token": token})
    assert refused.status_code == 403
    assert "操作は行われていません" in refused.text
    assert app.state.done == 0


async def test_logging_out_needs_our_own_form_and_ends_the_session(browser: Browser) -> None:
    assert (await browser.get("/logout")).status_code == 405
    assert (await browser.submit("/logout", {})).status_code == 403
    assert (await browser.get("/inbox")).status_code == 200
    out = await browser.submit("/logout", {"form_token": await browser.form_token()})
    assert (out.status_code, out.headers["location"]) == (303, "/login/ended")
    assert "ログアウトしました" in (await browser.get("/login/ended")).text
    assert (await browser.get("/inbox")).status_code == 303


async def test_a_person_goes_on_as_another_of_their_posts_and_as_no_other(app: FastAPI) -> None:
    async with browsing(app) as browser:
        await browser.log_in("construction-deputy")
        token = await browser.form_token()
        for post in ("works-director", "road-director"):
            form = {"form_token": token, "post": post, "next": "/inbox"}
            moved = await browser.submit("/login/post", form)
            assert (moved.status_code, moved.headers["location"]) == (303, "/inbox")
            assert (await browser.get("/inbox")).text.startswith(f"0502 {post}")
        for post in ("governor", "nothing", ""):
            refused = await browser.submit("/login/post", {"form_token": token, "post": post})
            assert refused.status_code in (403, 422)
        elsewhere = {"form_token": token, "post": "works-director", "next": "//evil.example"}
        assert (await browser.submit("/login/post", elsewhere)).headers["location"] == "/"
        assert (await browser.submit("/login/post", {"post": "works-director"})).status_code == 403
        assert (await browser.get("/inbox")).text.startswith("0502 works-director")
