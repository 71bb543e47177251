"""`kessai contract sign-with`: both phases over the API with a key of one's own, used only for what was shown."""

import base64
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from typer.testing import CliRunner

from kessai.cli.contract import contract
from kessai.signing_remotely import Link, Remote, RemoteFailed, link_of, require_of
from signing.keys import key_from_pkcs12
from tests.conftest import Database
from tests.documents.signing_world import World as Certificates
from tests.documents.signing_world import private_key
from tests.web.signing_world import PDF, SIGNER, SigningWorld, signing, with_room

WAIT_SECONDS = 30


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SigningWorld]:
    with signing(database.settings(), tmp_path_factory.mktemp("signing")) as world:
        yield world


@pytest.fixture(scope="module")
def p12() -> bytes:
    certificates = Certificates()
    key = private_key("p256", 10)
    own = certificates.issued("署名者01", key)
    chain = [certificates.ca, certificates.root]
    return pkcs12.serialize_key_and_certificates(b"own", key, own, chain, BestAvailableEncryption(b"secret"))


@pytest.fixture
def number(world: SigningWorld) -> str:
    return world.sent(members=[{**SIGNER, "mode": "party"}])


@pytest.fixture
def platform(world: SigningWorld, number: str) -> Iterator[None]:
    """The platform's part, done whenever there is something to do."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.05):
            world.platform(number)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(WAIT_SECONDS)


def address(world: SigningWorld, number: str) -> str:
    return world.pages.address + world.link(number)


@pytest.mark.usefixtures("platform")
def test_a_signer_signs_with_a_pkcs12_file(world: SigningWorld, number: str, p12: bytes, tmp_path: Path) -> None:
    own = key_from_pkcs12(p12, password=b"secret")
    with httpx.Client(timeout=WAIT_SECONDS) as http:
        remote = Remote(http, link_of(address(world, number)))
        remote.begin()
        remote.prove(channel="sms", ask=lambda: world.code(number))
        seen, pdf = remote.contract()
        assert pdf.startswith(PDF)
        assert seen["mode"] == "party"
        remote.sign(own, pdf)
    request = next((each for each in world.contract(number).queue), None)
    party = world.party(number)
    assert request is not None or party.signed is not None
    assert party.agreed_at is not None


@pytest.mark.usefixtures("platform")
def test_the_command_asks_for_the_code_and_for_consent(
    world: SigningWorld, number: str, p12: bytes, tmp_path: Path
) -> None:
    (tmp_path / "own.p12").write_bytes(p12)
    (tmp_path / "secret").write_text("secret\n")
    (tmp_path / "link").write_text(address(world, number) + "\n")
    arguments = ["sign-with", "--link-file", str(tmp_path / "link"), "--p12", str(tmp_path / "own.p12"),
                 "--secret-file", str(tmp_path / "secret"), "--keep", str(tmp_path / "contract.pdf")]  # fmt: skip
    done = CliRunner().invoke(contract, arguments, input="000000\n000000\n000000\n")
    assert done.exit_code != 0
    assert "署名しました" not in done.output
    assert world.party(number).agreed_at is None


def test_what_is_no_link_is_said_to_be_none() -> None:
    for text in (
        "",
        "https://example.jp/",
        "/sign/R8-000001/1/x",
        "ftp://example.jp/sign/R8-000001/1/x",
        "javascript:1",
    ):
        with pytest.raises(RemoteFailed):
            link_of(text)
    assert link_of("https://k.example.jp/sign/R8-000001/2/abc_-") == Link(
        server="https://k.example.jp", number="R8-000001", signer=2, token="abc_-"
    )


def test_nothing_is_signed_that_does_not_follow_from_the_contract() -> None:
    prepared, to_sign = with_room(PDF)
    require_of(PDF, prepared, to_sign)
    other, foreign = with_room(PDF + b"another")
    for contract_, file, attributes in (
        (PDF + b"x", prepared, to_sign), (PDF, other, to_sign), (PDF, prepared, foreign),
        (PDF, prepared + b" ", to_sign),
        (PDF, prepared.replace(b"trailer", b"Trailer"), to_sign), (PDF, prepared, b""), (PDF, PDF, to_sign),
        (PDF, prepared, base64.b64decode("MAA=")),
    ):  # fmt: skip
        with pytest.raises(RemoteFailed):
            require_of(contract_, file, attributes)
