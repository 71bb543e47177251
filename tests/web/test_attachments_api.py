"""Documents over HTTP: kept by hash, opened only through a case, never shown inline, never given damaged."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from api.body_limit import BodyLimits
from tests.conftest import Database
from tests.web.api_world import ApiWorld, opened, refused

CASE = "R8-000001"
PDF = b"%PDF-1.7\n" + b"x" * 300_000
TEXT = "本文".encode()
LIMIT = 1024 * 1024


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api")


@pytest.fixture(scope="module")
def world(database: Database, folder: Path) -> Iterator[ApiWorld]:
    """A case that names a PDF and a text, the text replaced under its name since."""
    limits = BodyLimits(upload_bytes=LIMIT, request_bytes=LIMIT)
    with opened(database.settings(), folder, limits=limits) as world:
        for key, content in (("pdf", PDF), ("text", TEXT), ("new", TEXT * 2)):
            assert world.upload(content, key=key).status_code == 201
        named = [{"sha256": sha256(PDF), "name": "仕様書.pdf"}, {"sha256": sha256(TEXT), "name": "説明.html"}]
        draft = {
            "kind": "routine_reply",
            "title": "照会への回答",
            "attachments": named,
            "contract_document": sha256(PDF),
        }
        world.write("road-officer", "draft", CASE, **draft)
        replaced = [named[0], {"sha256": sha256(TEXT * 2), "name": "説明.html"}]
        world.write("road-officer", "amend", CASE, attachments=replaced, reason="差し替え")
        yield world


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def stored(folder: Path, content: bytes) -> Path:
    name = sha256(content)
    return folder / "documents" / name[:2] / name[2:]


def opened_document(world: ApiWorld, content: bytes, post: str = "road-officer") -> httpx.Response:
    return world.get(f"/v1/approvals/{CASE}/attachments/{sha256(content)}", post=post)


def test_an_upload_is_answered_with_hash_size_and_what_it_really_is(world: ApiWorld) -> None:
    response = world.upload(PDF, name="写真.png", key="again")
    assert response.status_code == 201
    told = {"sha256": sha256(PDF), "name": "写真.png", "size": len(PDF), "media_type": "application/pdf"}
    assert response.json() == told


def test_the_same_key_gives_the_same_answer_and_other_bytes_are_refused(world: ApiWorld) -> None:
    first, second = world.upload(PDF, key="once"), world.upload(PDF, key="once")
    assert first.json() == second.json()
    refused(world.upload(TEXT, key="once"), "key-reused", 422, "Idempotency-Key")
    refused(world.upload(PDF, name="別名.pdf", key="once"), "key-reused", 422)
    assert world.upload(TEXT, key="once", post="housing-officer").status_code == 201  # a key is its sender's own


def test_a_name_from_outside_is_made_safe(world: ApiWorld) -> None:
    assert world.upload(TEXT, name="../../etc/passwd", key="name").json()["name"] == "passwd"


def test_what_cannot_be_an_attachment_is_refused(world: ApiWorld) -> None:
    refused(world.upload(b"", key="empty"), "file-empty", 422, "file")
    refused(world.upload(b"x" * (LIMIT + 1), key="large"), "attachment-too-large", 413, "file")
    headers = world.headers("road-officer", **{"Idempotency-Key": "k"})
    refused(world.http.post("/v1/attachments", content=PDF, headers=headers), "unsupported-media-type", 415)
    two = [("file", ("a", b"1")), ("file", ("b", b"2"))]
    refused(world.http.post("/v1/attachments", files=two, headers=headers), "invalid", 400, "file")
    other = {"document": ("a", b"1")}
    refused(world.http.post("/v1/attachments", files=other, headers=headers), "invalid", 400, "file")
    refused(world.http.post("/v1/attachments", data={"file": "x"}, headers=headers), "unsupported-media-type", 415)
    no_key = world.headers("road-officer")
    refused(world.http.post("/v1/attachments", files={"file": ("a", b"1")}, headers=no_key), "key-missing", 400)


def test_a_reader_of_the_case_opens_its_documents_also_those_replaced_since(world: ApiWorld) -> None:
    for content in (PDF, TEXT, TEXT * 2):
        response = opened_document(world, content, post="road-chief")
        assert (response.status_code, response.content) == (200, content)


def test_a_document_is_never_shown_inline(world: ApiWorld) -> None:
    response = opened_document(world, TEXT)
    disposition = response.headers["content-disposition"]
    assert disposition.startswith("attachment; ")
    assert unquote(disposition.partition("UTF-8''")[2]) == "説明.html"
    assert response.headers["content-type"].startswith("text/plain")
    assert response.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_nobody_opens_a_document_but_through_a_case_they_may_open(world: ApiWorld) -> None:
    refused(opened_document(world, PDF, post="housing-officer"), "not-found", 404)
    refused(opened_document(world, b"uploaded but not named"), "not-found", 404)
    refused(world.get(f"/v1/attachments/{sha256(PDF)}"), "not-found", 404)


def test_a_case_names_only_what_was_uploaded(world: ApiWorld) -> None:
    nowhere = {"sha256": "0" * 64, "name": "無い.pdf"}
    here = {"sha256": sha256(PDF), "name": "ある.pdf"}
    draft = {"kind": "routine_reply", "title": "照会への回答", "attachments": [here, nowhere]}
    refused(world.post("/v1/approvals", draft), "attachment-unknown", 422, "attachments.1")
    refused(world.post("/v1/approvals/preview", draft), "attachment-unknown", 422, "attachments.1")
    amend = {"attachments": [nowhere], "reason": "差し替え"}
    refused(world.post(f"/v1/approvals/{CASE}/amend", amend), "attachment-unknown", 422, "attachments.0")
    contract = {"kind": "routine_reply", "title": "照会への回答", "contract_document": "0" * 64}
    refused(world.post("/v1/approvals", contract), "attachment-unknown", 422, "contract_document")
    refused(world.post("/v1/approvals", {**contract, "contract_document": sha256(TEXT)}), "not-a-pdf", 422)


def test_a_damaged_document_is_never_given_and_the_next_upload_heals_it(world: ApiWorld, folder: Path) -> None:
    stored(folder, PDF).write_bytes(PDF[:-1])
    refused(opened_document(world, PDF), "document-damaged", 500)
    assert world.upload(PDF, key="heal").status_code == 201
    assert opened_document(world, PDF).content == PDF


def test_a_lost_document_is_not_found(world: ApiWorld, folder: Path) -> None:
    stored(folder, TEXT).unlink()
    refused(opened_document(world, TEXT), "not-found", 404, "sha256")
