"""Verification over HTTP: any PDF, a verdict in every case, never a 5xx; and the same on the command line."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.shapes.contract_verification import ContractVerification
from signing.verification import EXIT_CODES
from tests.conftest import Database
from tests.documents.hostile_pdfs import APPENDED
from tests.documents.hostile_uploads import BOMBS
from tests.documents.signed_files import elsewhere, own_contract, world
from tests.documents.signing_world import contract, public_pem
from tests.web.api_world import ApiWorld, opened, refused

PATH = "/v1/contracts/verify"


@pytest.fixture(scope="module")
def api(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    with opened(database.settings(), tmp_path_factory.mktemp("api")) as made:
        anchors = made.composition.settings.trust_dir
        for kind in ("signers", "tsas"):
            (anchors / kind).mkdir(parents=True)
            (anchors / kind / "root.pem").write_bytes(public_pem(world().root))
        yield made


def verified(api: ApiWorld, pdf: bytes, path: str = f"{PATH}?offline=true") -> dict[str, Any]:
    """The answer, which is of the documented shape."""
    response = api.http.post(path, files={"file": ("契約書.pdf", pdf)}, headers=api.headers("road-officer"))
    assert response.status_code == 200, response.text
    assert "no-store" in response.headers["cache-control"]
    found: dict[str, Any] = response.json()
    ContractVerification.model_validate(found)
    return found


@pytest.mark.parametrize(
    ("pdf", "verdict"),
    [
        (own_contract(), "valid"),
        (elsewhere(), "valid"),
        (APPENDED["content drawn over"](own_contract()), "invalid"),
        (contract(), "unsigned"),
        (b"", "unreadable"),
        (b"PK\x03\x04", "unreadable"),
    ],
    ids=["ours", "theirs", "attacked", "unsigned", "empty", "no PDF"],
)
def test_every_file_gets_its_verdict(api: ApiWorld, pdf: bytes, verdict: str) -> None:
    found = verified(api, pdf)
    assert (found["verdict"], found["changed_after_signing"]) == (verdict, verdict == "invalid")
    assert all(each["code"] and each["message_ja"] for each in found["reasons"])


def test_a_bomb_is_unreadable(api: ApiWorld) -> None:
    assert verified(api, BOMBS["objects of 300 MiB"]())["verdict"] == "unreadable"


def test_online_is_the_default(api: ApiWorld) -> None:
    assert verified(api, own_contract(), PATH)["verdict"] == "valid"


def test_what_is_no_upload_is_refused(api: ApiWorld) -> None:
    headers = api.headers("road-officer")
    refused(api.http.post(PATH, files={"file": ("x.pdf", b"x")}), "token-missing", 401)
    refused(api.http.post(PATH, content=b"%PDF", headers=headers), "unsupported-media-type", 415)
    refused(api.http.post(PATH, files={"other": ("x.pdf", b"x")}, headers=headers), "invalid", 400, "file")
    refused(api.http.post(f"{PATH}?unknown=1", files={"file": ("x.pdf", b"x")}, headers=headers), "invalid", 400)
    too_large = b"%PDF" + b" " * api.parts.limits.upload_bytes
    refused(api.http.post(PATH, files={"file": ("x.pdf", too_large)}, headers=headers), "attachment-too-large", 413)


# the command line


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "ours.pdf").write_bytes(own_contract())
    (folder / "theirs.pdf").write_bytes(elsewhere())
    (folder / "changed.pdf").write_bytes(APPENDED["stamp annotation"](own_contract()))
    (folder / "plain.pdf").write_bytes(contract())
    (folder / "text.pdf").write_text("no PDF")
    (folder / "root.pem").write_bytes(public_pem(world().root))
    return folder


def kessai(folder: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "kessai", "contract", "verify", *arguments, "--data", str(folder / "nothing")],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False, env={"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "verdict"),
    [
        (("ours.pdf", "--trust", "root.pem", "--offline"), "valid"),
        (("ours.pdf", "--trust", "root.pem"), "valid"),
        (("theirs.pdf", "--trust", "root.pem", "--trust", "root.pem", "--offline", "--json"), "valid"),
        (("changed.pdf", "--trust", "root.pem", "--offline"), "invalid"),
        (("text.pdf",), "unreadable"),
        (("ours.pdf", "--offline"), "untrusted"),
        (("plain.pdf", "--offline"), "unsigned"),
    ],
    ids=lambda each: each if isinstance(each, str) else " ".join(each),
)
def test_the_command_prints_json_and_ends_with_the_verdicts_code(
    files: Path, arguments: tuple[str, ...], verdict: str
) -> None:
    code, out, err = kessai(files, *arguments)
    found = json.loads(out)
    ContractVerification.model_validate(found)
    assert (found["verdict"], code) == (verdict, {**EXIT_CODES}[verdict])  # type: ignore[index]  # one of its keys
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments", [("missing.pdf",), ("ours.pdf", "--trust", "text.pdf"), ("ours.pdf", "--trust", "x")]
)
def test_what_cannot_be_asked_is_said_in_japanese_and_ends_with_two(files: Path, arguments: tuple[str, ...]) -> None:
    code, out, err = kessai(files, *arguments)
    assert (code, out) == (2, "")
    assert err.strip().endswith("。")
    assert "Traceback" not in err
