"""Forged bearer tokens: algorithms, keys and signatures that must never be believed."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from api.auth.keysets import KeySet
from api.auth.tokens import TokenVerifier
from tests.web.token_world import (
    ED_KEY,
    ISSUER,
    JWKS_URL,
    KEY,
    OTHER_EC,
    RSA_KEY,
    SetClock,
    World,
    by_hand,
    claims,
    jwk,
    opened,
    signed,
)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with opened() as world:
        yield world


@pytest.mark.parametrize(
    ("key", "alg", "kid"), [(RSA_KEY, "RS256", "rsa"), (RSA_KEY, "PS256", "rsa"), (ED_KEY, "EdDSA", "ed")]
)
async def test_the_algorithms_of_identity_providers_are_understood(world: World, key: Any, alg: str, kid: str) -> None:
    assert (await world.ask(signed(claims(), key=key, alg=alg, kid=kid))).status_code == 200


async def test_a_changed_token_is_forged(world: World) -> None:
    header, payload, signature = world.tokens.for_person("0525", post="road-officer").split(".")
    other_payload = world.tokens.for_person("0001", post="governor").split(".")[1]
    swapped = "A" if signature[0] != "A" else "B"
    for token in (f"{header}.{other_payload}.{signature}", f"{header}.{payload}.{swapped}{signature[1:]}"):
        await world.refused(token, "token-forged")
    await world.refused(f"{header}.{payload}.", "token-forged")


async def test_another_s_key_is_forged_under_our_key_id_and_under_its_own(world: World) -> None:
    await world.refused(signed(claims(), key=OTHER_EC), "token-forged")
    await world.refused(signed(claims(), key=OTHER_EC, kid="mine"), "token-forged")


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "NONE"])
async def test_a_token_without_signature_is_forged(world: World, alg: str) -> None:
    for signature in (b"", b"x" * 64):
        await world.refused(by_hand({"alg": alg, "kid": "now"}, claims(), signature), "token-forged")


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
async def test_our_public_key_used_as_a_shared_secret_is_forged(world: World, alg: str) -> None:
    public = KEY.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem, pem.strip(), json.dumps(jwk(KEY, "now")).encode()):
        token = _hmac_signed({"alg": alg, "kid": "now"}, claims(), secret)
        await world.refused(token, "token-forged")


def _hmac_signed(header: dict[str, Any], payload: dict[str, Any], secret: bytes) -> str:
    unsigned = by_hand(header, payload).rsplit(".", 1)[0]
    digest = hmac.new(secret, unsigned.encode(), f"sha{header['alg'][2:]}").digest()
    return f"{unsigned}.{urlsafe_b64encode(digest).rstrip(b'=').decode()}"


@pytest.mark.parametrize("alg", [5, None, ["ES256"], {"ES256": 1}, "", "ES256 ", "es256", "ES512"])
async def test_an_algorithm_outside_the_list_is_forged_whatever_its_type(world: World, alg: Any) -> None:
    await world.refused(by_hand({"alg": alg, "kid": "now"}, claims()), "token-forged")


@pytest.mark.parametrize(("alg", "kid"), [("RS256", "now"), ("EdDSA", "rsa"), ("ES384", "now"), ("ES256", "ed")])
async def test_a_key_is_used_with_its_own_kind_of_algorithm_only(world: World, alg: str, kid: str) -> None:
    await world.refused(by_hand({"alg": alg, "kid": kid}, claims()), "token-forged")


async def test_a_key_that_is_for_one_algorithm_serves_no_other(world: World) -> None:
    world.issuer.keys = [jwk(RSA_KEY, "rsa", alg="RS256")]
    assert (await world.ask(signed(claims(), key=RSA_KEY, alg="RS256", kid="rsa"))).status_code == 200
    await world.refused(signed(claims(), key=RSA_KEY, alg="PS256", kid="rsa"), "token-forged")


@pytest.mark.parametrize(
    "key_id", ["../../../dev/null", "/etc/passwd", "now' OR '1'='1", "http://evil.example/k", "\x00", "%s" * 50, ""]
)
async def test_a_key_id_is_only_ever_looked_up(world: World, key_id: str) -> None:
    await world.refused(signed(claims(), key=OTHER_EC, kid=key_id), "token-forged")
    assert world.issuer.asked == 1


async def test_a_key_that_the_token_brings_along_is_not_used(world: World) -> None:
    brought: dict[str, Any] = {
        "jwk": jwk(OTHER_EC, "now"),
        "jku": "https://evil.example/jwks.json",
        "x5u": "https://evil.example/x",
    }
    await world.refused(signed(claims(), key=OTHER_EC, **brought), "token-forged")
    assert (await world.ask(signed(claims(), **brought))).status_code == 200


@pytest.mark.parametrize("algorithms", [(), ("none",), ("HS256",), ("ES256", "HS256")])
def test_a_verifier_cannot_be_told_to_trust_weak_algorithms(algorithms: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="algorithms"):
        TokenVerifier(keys=KeySet(JWKS_URL), issuer=ISSUER, clock=SetClock(), algorithms=algorithms)
