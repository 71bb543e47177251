"""Keys on a PKCS#11 token (SoftHSM2, in a process of its own: the module reads its settings once when it is loaded)."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from tests.documents.signing_world import World, private_key, private_pem, public_pem

MODULES = (Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"))
MODULE = next((each for each in MODULES if each.exists()), None)

pytestmark = [
    pytest.mark.skipif(MODULE is None, reason="SoftHSM2 がありません"),
    pytest.mark.skipif(shutil.which("softhsm2-util") is None, reason="softhsm2-util がありません"),
    pytest.mark.skipif(shutil.which("pkcs11-tool") is None, reason="pkcs11-tool がありません"),
]

BEGINNING = """
import sys
from pathlib import Path
from signing.keys import KeyRefused, Token, check_profile
from signing.pades.two_phase import verify_signature
from tests.documents.signing_world import NOW

folder, module = Path(sys.argv[1]), Path(sys.argv[2])
chain = [(folder / "chain.pem").read_bytes()]

def token(pin="1234", label="kessai", module=module):
    return Token(module=module, label=label, pin=pin)

def refusal(act):
    try:
        act()
    except KeyRefused as refused:
        assert "1234" not in str(refused) and "9999" not in str(refused)
        return refused.code
    return "nothing was refused"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A token with an RSA key and a P-256 key, a key without a certificate, and one under another's certificate."""
    made = tmp_path_factory.mktemp("softhsm")
    (made / "tokens").mkdir()
    (made / "softhsm2.conf").write_text(f"directories.tokendir = {made}/tokens\nobjectstore.backend = file\n")
    world = World()
    (made / "chain.pem").write_bytes(public_pem(world.ca, world.root))
    run(made, "softhsm2-util", "--init-token", "--free", "--label", "kessai", "--so-pin", "5678", "--pin", "1234")
    for number, (label, kind, certified) in enumerate(
        (("rsa", "rsa2048", "rsa2048"), ("ec", "p256", "p256"), ("bare", "p384", None), ("other", "p521", "p256")),
        start=1,
    ):
        put_key(made, f"{number:02}", label, kind)
        if certified:
            own = world.issued(f"署名者 {label}", private_key(certified))
            put_certificate(made, f"{number:02}", label, own.public_bytes(serialization.Encoding.DER))
    return made


def run(folder: Path, *arguments: str) -> str:
    settings = {**os.environ, "SOFTHSM2_CONF": str(folder / "softhsm2.conf")}
    done = subprocess.run(arguments, env=settings, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def put_key(folder: Path, number: str, label: str, kind: str) -> None:
    path = folder / f"{label}.p8"
    path.write_bytes(private_pem(private_key(kind)))
    placed = ("--token", "kessai", "--label", label, "--id", number, "--pin", "1234")
    run(folder, "softhsm2-util", "--import", str(path), *placed)


def put_certificate(folder: Path, number: str, label: str, der: bytes) -> None:
    path = folder / f"{label}.der"
    path.write_bytes(der)
    placed = ("--module", str(MODULE), "--login", "--pin", "1234", "--id", number, "--label", label)
    run(folder, "pkcs11-tool", *placed, "--write-object", str(path), "--type", "cert")


def elsewhere(folder: Path, program: str) -> list[str]:
    """Run a program in a process of its own and give the lines it printed."""
    source = BEGINNING + textwrap.dedent(program)
    return run(folder, sys.executable, "-W", "error", "-c", source, str(folder), str(MODULE)).splitlines()


def test_rsa_and_elliptic_keys_sign_over_every_digest_from_many_threads(folder: Path) -> None:
    said = elsewhere(
        folder,
        """
        from concurrent.futures import ThreadPoolExecutor
        opened = token()
        for label in ("rsa", "ec"):
            key = opened.key(label=label, chain=chain)
            check_profile(key.certificate, key.chain, at=NOW)
            def signed(number):
                digest = ("sha256", "sha384", "sha512")[number % 3]
                data = b"attributes %d" % number
                verify_signature(key.certificate, key.sign(data, digest), data, digest=digest)
                return 1
            with ThreadPoolExecutor(4) as threads:
                print(label, sum(threads.map(signed, range(60))))
        opened.close()
        print("again", len(opened.key(label="ec", chain=chain).sign(b"x", "sha256")) > 60)
        """,
    )
    assert said == ["rsa 60", "ec 60", "again True"]


def test_whatever_is_wrong_with_a_token_is_said_clearly(folder: Path) -> None:
    said = elsewhere(
        folder,
        """
        print(refusal(lambda: token(pin="9999")))
        print(refusal(lambda: token(pin="")))
        print(refusal(lambda: token(label="nowhere")))
        print(refusal(lambda: token(module=folder / "missing.so")))
        opened = token()
        print(refusal(lambda: opened.key(label="nothing", chain=chain)))
        print(refusal(lambda: opened.key(label="bare", chain=chain)))
        print(refusal(lambda: opened.key(label="other", chain=chain)))
        print(refusal(lambda: opened.key(label="rsa")))
        print(refusal(lambda: opened.key(label="rsa", chain=chain, certificate=(folder / "ec.der").read_bytes())))
        print(refusal(lambda: opened.key(label="rsa", chain=chain).sign(b"x", "md5")))
        """,
    )
    wrong = ["pin-wrong", "pin-wrong", "token-missing", "module", "key-missing", "key-missing"]
    assert said == [*wrong, "key-mismatch", "chain", "key-mismatch", "unsupported"]


def test_a_token_is_not_used_in_a_process_that_did_not_open_it(folder: Path) -> None:
    said = elsewhere(
        folder,
        """
        import os
        key = token().key(label="ec", chain=chain)
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(write, refusal(lambda: key.sign(b"x", "sha256")).encode())
            os._exit(0)
        os.waitpid(child, 0)
        print(os.read(read, 100).decode())
        """,
    )
    assert said == ["token-failed"]


def test_one_process_has_one_session(folder: Path) -> None:
    said = elsewhere(
        folder,
        """
        first = token()
        print(refusal(token))
        first.close()
        print(len(token().key(label="ec", chain=chain).chain))
        """,
    )
    assert said == ["token-failed", "2"]
