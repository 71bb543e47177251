"""The development issuer: the page that lists the posts, and a code flow without shortcuts."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.web.login_world import NOW, URL, Browser, SetClock, browsing, development_app, hidden, query

AUTHORIZE, TOKEN = "/development/issuer/authorize", "/development/issuer/token"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "response_type": "code",
    "client_id": "kessai-pages",
    "redirect_uri": f"{URL}/callback",
    "scope": "openid",
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def browser(clock: SetClock) -> AsyncIterator[Browser]:
    async with browsing(development_app(clock)) as browser:
        yield browser


async def code_for(browser: Browser, post: str = "road-officer") -> str:
    answer = await browser.submit(AUTHORIZE, {**ASKED, "post": post})
    assert answer.status_code == 303
    return query(answer.headers["location"])["code"]


async def redeem(browser: Browser, code: str, **changed: str) -> tuple[int, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "kessai-pages",
        "redirect_uri": f"{URL}/callback",
        "code_verifier": VERIFIER,
        **changed,
    }
    answer = await browser.submit(TOKEN, form)
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()


def sections(page: str) -> dict[str, list[str]]:
    found = re.findall(r"<section>\s*<h2>(.*?)</h2>(.*?)</section>", page, re.S)
    return {name: re.findall(r'class="title">(.*?)<', body) for name, body in found}


async def test_the_page_lists_the_posts_by_department(browser: Browser) -> None:
    page = await browser.http.get(AUTHORIZE, params=ASKED)
    assert sections(page.text) == {
        "県": ["知事"],
        "総合政策部": ["DX推進課主事"],
        "建設部": ["建設部次長", "建設管理課長", "道路課長事務取扱 建設部次長", "道路課主事", "道路課技師"],
    }
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="ja">' in page.text
    assert "width=device-width" in page.text


async def test_a_vacant_post_can_be_seen_but_not_pressed_and_who_is_away_is_marked(browser: Browser) -> None:
    page = (await browser.http.get(AUTHORIZE, params=ASKED)).text
    assert 'value="road-assistant"' not in page
    assert re.search(r"道路課技師</span><span class=\"who\">欠員", page)
    assert re.search(r'value="governor">.*?不在', page)
    for post in ("road-assistant", "nothing", "", "\x00", "governor\x00"):
        pressed = await browser.submit(AUTHORIZE, {**ASKED, "post": post})
        assert pressed.status_code == 422
        assert "別の職を選んでください" in pressed.text
        assert hidden(pressed).items() >= ASKED.items()


@pytest.mark.parametrize(
    ("search", "titles"),
    [
        ("道路課 主事", ["道路課主事"]),
        ("dx", ["DX推進課主事"]),
        ("DX", ["DX推進課主事"]),
        ("0525", ["道路課主事"]),
        ("職員0525", ["道路課主事"]),
        ("建設部 課長", ["建設管理課長", "道路課長事務取扱 建設部次長"]),
        ("works-director", ["建設管理課長"]),
        ("なし", []),
        ("<script>", []),
    ],
)
async def test_posts_are_found_by_title_unit_holder_and_code_in_any_width(
    browser: Browser, search: str, titles: list[str]
) -> None:
    page = await browser.http.get(AUTHORIZE, params={**ASKED, "q": search})
    assert [title for found in sections(page.text).values() for title in found] == titles
    assert "<script" not in page.text
    assert hidden(page).items() >= ASKED.items()


async def test_the_page_needs_no_script_and_no_inline_style(browser: Browser) -> None:
    page = (await browser.http.get(AUTHORIZE, params=ASKED)).text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://(?!127\.0\.0\.1:8700)", page)
    assert re.findall(r'<label for="q">', page)


async def test_looking_at_the_page_changes_nothing(browser: Browser) -> None:
    seen = [await browser.http.get(AUTHORIZE, params={**ASKED, "post": "governor"}) for _ in range(3)]
    assert {page.status_code for page in seen} == {200}
    assert len({page.text for page in seen}) == 1
    assert not any("set-cookie" in page.headers for page in seen)


REFUSED: list[dict[str, Any]] = [
    {"client_id": "another"},
    {"redirect_uri": "https://evil.example/callback"},
    {"redirect_uri": f"{URL}/callback/"},
    {"redirect_uri": f"{URL}/callback?x=1"},
    {"redirect_uri": f"{URL}/callback#"},
    {"redirect_uri": f"{URL}@evil.example/callback"},
    {"redirect_uri": None},
    {"response_type": "token"},
    {"response_type": "code id_token"},
    {"scope": "profile"},
    {"state": None},
    {"state": ""},
    {"state": "s" * 513},
    {"state": "s\x00"},
    {"nonce": None},
    {"code_challenge": None},
    {"code_challenge": "short"},
    {"code_challenge": CHALLENGE + "="},
    {"code_challenge_method": "plain"},
    {"code_challenge_method": None},
    {"state": ["s", "t"]},
    {"redirect_uri": [f"{URL}/callback", "https://evil.example"]},
]


@pytest.mark.parametrize("changed", REFUSED)
async def test_a_request_that_is_not_exactly_right_goes_nowhere(browser: Browser, changed: dict[str, Any]) -> None:
    asked = {name: value for name, value in {**ASKED, **changed}.items() if value is not None}
    shown = await browser.http.get(AUTHORIZE, params=asked)
    pressed = await browser.http.post(AUTHORIZE, data={**asked, "post": "road-officer"})
    for answer in (shown, pressed):
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert "evil.example" not in answer.text


async def test_a_code_becomes_tokens_once(browser: Browser) -> None:
    code = await code_for(browser)
    status, answer = await redeem(browser, code)
    assert status == 200
    assert set(answer) == {"token_type", "access_token", "expires_in", "id_token", "scope"}
    assert await redeem(browser, code) == (400, {"error": "invalid_grant"})


async def test_a_code_does_not_live_long(browser: Browser, clock: SetClock) -> None:
    kept, late = await code_for(browser), await code_for(browser)
    clock.at = NOW + timedelta(seconds=59)
    assert (await redeem(browser, kept))[0] == 200
    clock.at = NOW + timedelta(seconds=60)
    assert await redeem(browser, late) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": CHALLENGE}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"code_verifier": "v" * 42 + "é"}, "invalid_grant"),
        ({"redirect_uri": f"{URL}/callback/"}, "invalid_grant"),
        ({"redirect_uri": ""}, "invalid_grant"),
        ({"client_id": "another"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code": "nothing"}, "invalid_grant"),
        ({"code": ""}, "invalid_grant"),
    ],
)
async def test_a_code_is_redeemed_only_by_who_asked_for_it(
    browser: Browser, changed: dict[str, str], error: str
) -> None:
    code = await code_for(browser)
    assert await redeem(browser, changed.pop("code", code), **changed) == (400, {"error": error})


async def test_files_are_not_taken_where_texts_are_expected(browser: Browser) -> None:
    for path in (AUTHORIZE, TOKEN):
        assert (await browser.http.post(path, files={"code": b"x"})).status_code == 400
        assert (
            await browser.http.post(path, content=b"\xff\x00", headers={"Content-Type": "text/plain"})
        ).status_code == 400


async def test_a_form_in_an_odd_charset_is_only_text(browser: Browser) -> None:
    fields = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {**ASKED, "q": "+2AA-", "post": "+2AA-"}.items()
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b; charset=utf-7"}
    answer = await browser.http.post(AUTHORIZE, content=f"{fields}--b--\r\n", headers=headers)
    assert answer.status_code in (400, 422)


async def test_a_wrong_guess_uses_the_code_up(browser: Browser) -> None:
    code = await code_for(browser)
    await redeem(browser, code, code_verifier="w" * 43)
    assert await redeem(browser, code) == (400, {"error": "invalid_grant"})


async def test_the_metadata_says_what_the_issuer_does(browser: Browser) -> None:
    metadata = (await browser.get("/development/issuer/.well-known/openid-configuration")).json()
    assert metadata["issuer"] == f"{URL}/development/issuer"
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    keys = (await browser.get(metadata["jwks_uri"])).json()["keys"]
    assert [(key["kty"], key["crv"], key["kid"], "d" in key) for key in keys] == [("EC", "P-256", "k1", False)]
