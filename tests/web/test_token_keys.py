"""The issuer's keys: fetched once, refreshed, and what happens when the issuer cannot be asked."""

from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from api.auth.keysets import ASK_AGAIN_SECONDS, FRESH_SECONDS, RETRY_SECONDS, TRUSTED_SECONDS_MAX, KeySet
from tests.web.token_world import ED_KEY, KEY, NOW, OTHER_EC, World, claims, jwk, opened, signed


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with opened() as world:
        yield world


@pytest.mark.parametrize(
    "useless",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "now"},
        {**jwk(KEY, "now"), "use": "enc"},
        {**jwk(KEY, "now"), "d": "AAAA"},
        {**jwk(KEY, "now"), "x": "AAAA"},
        {**jwk(KEY, "now"), "crv": "P-384"},
        {**jwk(KEY, "now"), "kid": 7},
        {**jwk(KEY, "now"), "kty": ["EC"]},
    ],
)
async def test_a_key_that_is_no_public_signature_key_is_left_out(world: World, useless: dict[str, Any]) -> None:
    world.issuer.keys = [useless, jwk(ED_KEY, "ed")]
    await world.refused(signed(claims()), "token-forged")
    assert (await world.ask(signed(claims(), key=ED_KEY, alg="EdDSA", kid="ed"))).status_code == 200


async def test_a_short_rsa_key_is_not_trusted(world: World) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # that is the point
    world.issuer.keys = [jwk(short, "short")]
    with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
        token = signed(claims(), key=short, alg="RS256", kid="short")
    await world.refused(token, "token-forged")


async def test_keys_are_fetched_once_and_a_new_key_is_found_without_being_asked_for_ever(world: World) -> None:
    token = world.tokens.for_person("0525", post=None)
    for _ in range(5):
        assert (await world.ask(token)).status_code == 200
    assert world.issuer.asked == 1
    world.issuer.keys.append(jwk(OTHER_EC, "next"))
    rotated = signed(claims(), key=OTHER_EC, kid="next")
    for _ in range(20):
        await world.refused(rotated, "token-forged")
    assert world.issuer.asked == 1, "an unknown key id may not make us ask at will"
    world.issuer.elapsed = ASK_AGAIN_SECONDS
    assert (await world.ask(rotated)).status_code == 200
    assert world.issuer.asked == 2


async def test_a_withdrawn_key_is_forgotten_when_the_keys_are_no_longer_fresh(world: World) -> None:
    token = world.tokens.for_person("0525", post=None)
    assert (await world.ask(token)).status_code == 200
    world.issuer.keys = [jwk(OTHER_EC, "next")]
    assert (await world.ask(token)).status_code == 200
    world.issuer.elapsed = FRESH_SECONDS
    await world.refused(token, "token-forged")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b""),
        (302, b""),
        (404, b"{}"),
        (200, b"<html>"),
        (200, b'{"keys": 5}'),
        (200, b"\xff"),
        (200, b" " * 300_000),
    ],
)
async def test_an_issuer_that_cannot_be_asked_is_our_trouble_not_the_token_s(
    world: World, status: int, body: bytes
) -> None:
    world.issuer.status, world.issuer.body = status, body
    token = world.tokens.for_person("0525", post=None)
    refused = await world.refused(token, "identity-unavailable")
    assert refused.headers["Retry-After"] == "5"
    assert "WWW-Authenticate" not in refused.headers
    world.issuer.status, world.issuer.body = 200, None
    await world.refused(token, "identity-unavailable")
    assert world.issuer.asked == 1
    world.issuer.elapsed = RETRY_SECONDS
    assert (await world.ask(token)).status_code == 200


async def test_while_the_issuer_is_away_known_keys_are_trusted_for_a_day(world: World) -> None:
    token = signed(claims(exp=NOW.timestamp() + 10**6))
    assert (await world.ask(token)).status_code == 200
    world.issuer.status = 503
    world.issuer.elapsed = TRUSTED_SECONDS_MAX
    assert (await world.ask(token)).status_code == 200
    world.issuer.elapsed = TRUSTED_SECONDS_MAX + 1
    await world.refused(token, "identity-unavailable")


@pytest.mark.parametrize(
    "url", ["http://issuer.example/jwks.json", "file:///etc/passwd", "ftp://issuer.example", "jwks.json"]
)
def test_keys_come_by_https_or_from_this_machine(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        KeySet(url)
    for mine in ("http://127.0.0.1:8700/jwks.json", "http://[::1]:8700/jwks.json", "http://localhost:8700/jwks.json"):
        KeySet(mine)
