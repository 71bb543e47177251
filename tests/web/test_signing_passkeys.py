"""Passkeys: registered after another factor, proven over exactly this contract, document, session and moment."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import Database
from tests.web.api_world import refused
from tests.web.signing_world import SigningWorld, signing
from tests.web.software_authenticator import Device
from tests.web.test_signing_api import proven


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SigningWorld]:
    with signing(database.settings(), tmp_path_factory.mktemp("signing")) as world:
        yield world


def device(world: SigningWorld, **more: Any) -> Device:
    origin = world.pages.address
    return Device(origin=origin, site=str(urlsplit(origin).hostname), **more)


def options(world: SigningWorld, number: str, purpose: str, session: str) -> dict[str, Any]:
    found = world.get(f"/v1/contracts/{number}/signing/passkey/{purpose}", session)
    assert found.status_code == 200, found.text
    given: dict[str, Any] = found.json()
    return given


def send(world: SigningWorld, number: str, verb: str, answer: Any, session: str, key: str = "p") -> httpx.Response:
    return world.post(f"/v1/contracts/{number}/{verb}", {"response": answer}, session=session, key=key)


def registered(world: SigningWorld) -> tuple[str, str, Device]:
    number = world.sent()
    session, made = proven(world, number), device(world)
    answer = made.create(options(world, number, "register", session))
    assert send(world, number, "register-passkey", answer, session).status_code == 200
    return number, session, made


def anew(world: SigningWorld, number: str) -> str:
    """Another session of the same signer, without a proof."""
    token = world.link(number).rpartition("/")[2]
    assert world.post(f"/v1/contracts/{number}/reissue", {"signer": 1, "token": token}, key=token).status_code == 202
    return world.session(number, key=f"after-{token}")


def test_a_passkey_stands_for_the_second_factor(world: SigningWorld) -> None:
    number, _, made = registered(world)
    session = anew(world, number)
    answer = made.get(options(world, number, "prove", session))
    shown = send(world, number, "prove-passkey", answer, session)
    assert (shown.status_code, shown.json()["stage"]) == (200, "reading"), shown.text
    proof = world.party(number).authenticated
    assert proof is not None
    assert [factor.kind for factor in proof.factors] == ["link", "passkey"]


def test_none_is_registered_before_another_factor_was_shown(world: SigningWorld) -> None:
    number = world.sent()
    session = world.session(number)
    refused(world.get(f"/v1/contracts/{number}/signing/passkey/register", session), "second-factor-required", 403)


def test_an_answer_counts_once(world: SigningWorld) -> None:
    number, _, made = registered(world)
    session = anew(world, number)
    answer = made.get(options(world, number, "prove", session))
    assert send(world, number, "prove-passkey", answer, session, key="one").status_code == 200
    refused(send(world, number, "prove-passkey", answer, session, key="two"), "passkey-refused", 422)


def test_an_answer_counts_on_no_other_contract_and_in_no_other_session(world: SigningWorld) -> None:
    number, _, made = registered(world)
    other, foreign, _ = registered(world)
    session = anew(world, number)
    answer = made.get(options(world, number, "prove", session))
    refused(send(world, other, "prove-passkey", answer, foreign), "passkey-refused", 422)
    later = anew(world, number)
    refused(send(world, number, "prove-passkey", answer, later), "passkey-refused", 422)


@pytest.mark.parametrize("fault", ["site", "origin", "unverified", "key", "challenge"])
def test_what_does_not_fit_is_refused(world: SigningWorld, fault: str) -> None:
    number, _, made = registered(world)
    session = anew(world, number)
    asked = options(world, number, "prove", session)
    match fault:
        case "site":
            made.site = "evil.example.jp"
        case "origin":
            made.origin = "https://evil.example.jp"
        case "unverified":
            made.verified = False
        case "key":
            made.key = device(world).key
        case "challenge":
            asked = {**asked, "challenge": "AAAA"}
    refused(send(world, number, "prove-passkey", made.get(asked), session), "passkey-refused", 422)
    assert world.party(number).authenticated is None


def test_a_registration_meant_for_another_session_is_refused(world: SigningWorld) -> None:
    number = world.sent()
    asked = options(world, number, "register", proven(world, number))
    other = world.sent()
    session = proven(world, other)
    refused(send(world, other, "register-passkey", device(world).create(asked), session), "passkey-refused", 422)
