"""`kessai token`: prints one token that the API accepts, and says in Japanese why when it cannot."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import typer
from fastapi import FastAPI
from typer.testing import CliRunner

from api.auth.development_tokens import DevelopmentTokens
from api.auth.keysets import KeySet
from api.auth.tokens import TokenVerifier, principal_of
from kessai.cli.token import Instance, token_command
from kessai.keys import create_keys, issuer_key, key_path
from kessai.trouble import Trouble
from tests.web.login_world import SetClock, directory

ISSUER = "http://127.0.0.1:8700/development/issuer"


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    create_keys(tmp_path / "keys", development=True)
    return Instance(
        keys=tmp_path / "keys",
        production=False,
        issuer=ISSUER,
        audience="kessai",
        directory=directory(),
        clock=SetClock(),
    )


def run(instance: Instance, *arguments: str) -> tuple[int, str, str]:
    def open_instance(data: Path) -> Instance:
        assert data == Path("somewhere")
        return instance

    app = typer.Typer()
    app.command("token")(token_command(open_instance))
    result = CliRunner().invoke(app, list(arguments), env={"KESSAI_DATA": "somewhere"})
    if isinstance(result.exception, Trouble):
        return result.exception.exit_code, result.stdout, str(result.exception)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("post", "person", "code"),
    [
        ("road-officer", "0525", "road-officer"),
        ("road-director", "0502", "road-director"),
        ("道路課主事", "0525", "road-officer"),
    ],
)
async def test_the_token_is_the_holder_s_with_that_post_and_the_api_takes_it(
    instance: Instance, post: str, person: str, code: str
) -> None:
    exit_code, out, err = run(instance, "--post", post)
    assert (exit_code, err) == (0, "")
    assert out.count("\n") == 1
    key = issuer_key(key_path(instance.keys, "issuer"), production=False)
    clock = SetClock()
    signing = DevelopmentTokens(
        issuer=ISSUER, audience="kessai", key_id=key.key_id, private_key=key.private_key, clock=clock
    )
    app = FastAPI()
    app.add_api_route("/jwks.json", signing.jwks)
    keys = KeySet("http://127.0.0.1/jwks.json", transport=httpx.ASGITransport(app))
    verifier = TokenVerifier(keys=keys, issuer=ISSUER, clock=clock)
    principal = principal_of(await verifier.verify(out.strip(), audience="kessai"))
    assert (principal.kind, principal.id, principal.default_post) == ("person", person, code)


@pytest.mark.parametrize(("post", "says"), [("nothing", "職員録にありません"), ("road-assistant", "欠員")])
def test_an_unknown_or_vacant_post_is_refused_on_stderr(instance: Instance, post: str, says: str) -> None:
    exit_code, out, err = run(instance, "--post", post)
    assert (exit_code, out) == (2, "")
    assert says in err
    assert post in err


def test_without_a_post_the_command_says_what_is_missing(instance: Instance) -> None:
    exit_code, out, err = run(instance)
    assert (exit_code, out) == (2, "")
    assert "--post" in err


def test_there_are_no_such_tokens_without_the_key_or_in_production(instance: Instance) -> None:
    exit_code, out, err = run(replace(instance, production=True), "--post", "road-officer")
    assert (exit_code, out) == (2, "")
    assert "本番" in err
    key_path(instance.keys, "issuer").unlink()
    exit_code, out, err = run(instance, "--post", "road-officer")
    assert (exit_code, out) == (2, "")
    assert "issuer.json" in err
