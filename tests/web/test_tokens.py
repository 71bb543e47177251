"""Bearer tokens: who gets in, and the one clear problem that everybody else gets."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.auth.codes import PROBLEMS
from tests.web.token_world import AUDIENCE, NOW, World, by_hand, claims, opened, signed


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with opened() as world:
        yield world


async def test_a_person_comes_in_with_the_post_of_the_token(world: World) -> None:
    answer = await world.ask(world.tokens.for_person("0525", post="road-officer"))
    assert answer.json() == {"kind": "person", "id": "0525", "post": "road-officer"}


async def test_a_service_account_comes_in_as_itself_and_never_approves(world: World) -> None:
    token = world.tokens.for_service("settlement-import")
    assert (await world.ask(token)).json() == {"kind": "service", "id": "settlement-import", "post": None}
    refused = await world.http.post("/approve", headers={"Authorization": f"Bearer {token}"})
    assert (refused.status_code, refused.json()["code"]) == (403, "person-required")
    await world.refused(token, "not-your-post", **{"Kessai-Post": "road-director"})


@pytest.mark.parametrize(
    ("header", "post"), [(None, "road-director"), ("road-chief", "road-chief"), ("road-director", "road-director")]
)
async def test_a_person_chooses_among_their_posts(world: World, header: str | None, post: str) -> None:
    chosen = {} if header is None else {"Kessai-Post": header}
    answer = await world.ask(world.tokens.for_person("0521", post=None), **chosen)
    assert answer.json()["post"] == post


@pytest.mark.parametrize("post", ["road-director", "nothing", "", "ROAD-OFFICER"])
async def test_nobody_acts_as_a_post_that_is_not_theirs(world: World, post: str) -> None:
    token = world.tokens.for_person("0525", post="road-officer")
    await world.refused(token, "not-your-post", **{"Kessai-Post": post})


async def test_a_default_post_that_was_left_is_refused_not_replaced(world: World) -> None:
    world.clock.at = datetime(2027, 4, 1, tzinfo=UTC)
    await world.refused(world.tokens.for_person("0525", post="road-officer"), "not-your-post")
    left = await world.ask(world.tokens.for_person("0525", post=None))
    assert left.json() == {"kind": "person", "id": "0525", "post": None}


async def test_without_a_token_one_is_told_to_bring_one(world: World) -> None:
    refused = await world.refused(None, "token-missing")
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="kessai"'
    good = world.tokens.for_person("0525", post=None)
    await_query = await world.http.get(f"/who?access_token={good}")
    assert await_query.json()["code"] == "token-missing"


@pytest.mark.parametrize("value", ["", "Bearer", "Basic MDUyNTp4", "Token abc", "Bearer a.b.c d"])
async def test_another_scheme_is_malformed(world: World, value: str) -> None:
    refused = await world.http.get("/who", headers={"Authorization": value})
    assert (refused.status_code, refused.json()["code"]) == (401, "token-malformed")


async def test_two_authorization_headers_are_malformed(world: World) -> None:
    good = f"Bearer {world.tokens.for_person('0525', post=None)}"
    refused = await world.http.get("/who", headers=[("Authorization", good), ("Authorization", good)])
    assert refused.json()["code"] == "token-malformed"


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "..",
        "a.b",
        "a.b.c.d",
        "é.é.é".encode("latin-1"),
        "!!.??.**",
        by_hand([], {}),
        by_hand(b"\xff\xfe", {}),
        by_hand({"alg": "ES256", "kid": 5}, {}),
        by_hand({"alg": "ES256"}, {}),
        by_hand(b"[" * 4000, {}),
        by_hand({"alg": "ES256", "kid": "now", "b64": False, "crit": ["b64"]}, {}),
        "a" * 9000,
    ],
)
async def test_what_is_not_a_token_is_malformed(world: World, token: str | bytes) -> None:
    refused = await world.refused(token, "token-malformed")
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "exp", "iat"])
async def test_every_required_claim_is_required(world: World, missing: str) -> None:
    await world.refused(signed(claims(**{missing: ...})), "token-malformed")


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": "2099-01-01"},
        {"exp": True},
        {"exp": None},
        {"exp": 10**400},
        {"aud": 5},
        {"aud": {"kessai": 1}},
        {"aud": [["kessai"]]},
        {"sub": ""},
        {"sub": 525},
        {"sub": "05\x0025"},
        {"sub": "\ud800"},
        {"sub": "0525\n"},
        {"sub": "9" * 129},
        {"post": ["road-officer"]},
        {"kind": "system"},
        {"kind": "service"},
        {"scope": ["a"]},
    ],
)
async def test_a_signed_claim_of_the_wrong_shape_is_malformed(world: World, changed: dict[str, Any]) -> None:
    await world.refused(signed(claims(**changed)), "token-malformed")


@pytest.mark.parametrize(
    "payload", [b"", b"null", b"[]", b"\xff", b'{"exp": NaN}', b'{"exp": 1e999}', b'{"sub": "\\ud800"}', b"[" * 5000]
)
async def test_a_signed_payload_that_is_no_claims_object_is_malformed(world: World, payload: bytes) -> None:
    await world.refused(signed(payload), "token-malformed")


@pytest.mark.parametrize("header", [{"crit": ["exp"], "exp": 1}, {"b64": True, "crit": ["b64"]}])
async def test_critical_extensions_are_refused(world: World, header: dict[str, Any]) -> None:
    raw = {"alg": "ES256", "kid": "now", **header}
    await world.refused(by_hand(raw, claims()), "token-malformed")


async def test_an_expired_token_says_so(world: World) -> None:
    token = world.tokens.for_person("0525", post=None, lifetime=timedelta(minutes=10))
    world.clock.at = NOW + timedelta(minutes=10, seconds=29)
    assert (await world.ask(token)).status_code == 200
    world.clock.at = NOW + timedelta(minutes=10, seconds=30)
    await world.refused(token, "token-expired")


@pytest.mark.parametrize("claim", ["nbf", "iat"])
async def test_a_token_from_the_future_says_so(world: World, claim: str) -> None:
    now = NOW.timestamp()
    assert (await world.ask(signed(claims(**{claim: now + 30})))).status_code == 200
    await world.refused(signed(claims(**{claim: now + 31})), "token-not-yet-valid")


async def test_the_injected_clock_decides_not_the_machine_s(world: World) -> None:
    world.clock.at = datetime(2001, 1, 1, tzinfo=UTC)
    token = world.tokens.for_person("0525", post=None)
    assert (await world.ask(token)).status_code == 200
    world.clock.at = datetime(2099, 1, 1, tzinfo=UTC)
    await world.refused(token, "token-expired")


async def test_a_token_for_another_audience_or_from_another_issuer_says_so(world: World) -> None:
    for audience in ("kessai-pages", ["a", "b"], [], "", "kessai2"):
        await world.refused(signed(claims(aud=audience)), "token-audience")
    for issuer in ("https://issuer.example", "https://evil.example/", ""):
        await world.refused(signed(claims(iss=issuer)), "token-issuer")
    assert (await world.ask(signed(claims(aud=["other", AUDIENCE])))).status_code == 200


async def test_an_identity_token_does_not_open_the_api(world: World) -> None:
    token = world.tokens.identity("0525", post="road-officer", client_id="kessai-pages", nonce="n")
    await world.refused(token, "token-audience")


async def test_openapi_tells_clients_to_send_a_bearer_token(world: World) -> None:
    document = (await world.http.get("/openapi.json")).json()
    scheme = document["components"]["securitySchemes"]["bearer"]
    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")
    assert document["paths"]["/who"]["get"]["security"] == [{"bearer": []}]


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_speaks_to_people_and_to_developers(code: str) -> None:
    problem = PROBLEMS[code]
    assert problem.title.endswith("。")
    assert problem.detail.isascii()
    assert ("WWW-Authenticate" in problem.headers) == (problem.status == 401)
    assert all(value.isascii() for value in problem.headers.values())
