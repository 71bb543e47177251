"""The OpenAPI document is good enough to generate a client from: it drafts, reads, approves, uploads and is refused."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

GENERATOR = "openapi-python-client"
STORY = """
import io, sys
from uuid import uuid4
from kessai_client import AuthenticatedClient
from kessai_client.api.approvals import approve_approval, create_approval, get_approval, list_approvals
from kessai_client.api.attachments import get_approval_attachment, upload_attachment
from kessai_client.api.inbox import get_inbox
from kessai_client.models import (
    ApprovalApprove, ApprovalDraft, AttachmentIn, ListApprovalsStateItem, ProblemDocument, UploadAttachmentBody
)
from kessai_client.types import File

url, drafter_token, chief_token = sys.argv[1:]
drafter = AuthenticatedClient(base_url=url, token=drafter_token)
chief = AuthenticatedClient(base_url=url, token=chief_token)
key = lambda: str(uuid4())

file = File(payload=io.BytesIO(b"%PDF-1.7 body"), file_name="仕様書.pdf")
kept = upload_attachment.sync(client=drafter, body=UploadAttachmentBody(file=file), idempotency_key=key())
draft = ApprovalDraft(
    kind="routine_reply", title="照会への回答", attachments=[AttachmentIn(sha256=kept.sha256, name=kept.name)]
)
case = create_approval.sync(client=drafter, body=draft, idempotency_key=key())
assert case.state == "in_review", case
assert case.waiting_on == ["road-chief"]
position = create_approval.sync_detailed(client=drafter, body=draft, idempotency_key=key()).headers["kessai-position"]
assert case.number in [item.case.number for item in get_inbox.sync(client=chief, after=int(position)).items]
wrong = approve_approval.sync(case.number, client=drafter, body=ApprovalApprove(), idempotency_key=key())
assert isinstance(wrong, ProblemDocument) and wrong.code == "self-approval", wrong
approved = approve_approval.sync(case.number, client=chief, body=ApprovalApprove(comment="よい"), idempotency_key=key())
assert approved.version > case.version
assert get_approval.sync(case.number, client=chief).route[0].state == "done"
assert list_approvals.sync(client=drafter, q="照会", state=[ListApprovalsStateItem.IN_REVIEW], limit=5).items
opened = get_approval_attachment.sync(case.number, kept.sha256, client=chief)
assert opened.payload.read() == b"%PDF-1.7 body"
print("the generated client works")
"""


def test_a_generated_client_works(
    api_url: str, token_for_post: Callable[[str], str], repository: Path, tmp_path: Path
) -> None:
    generator = shutil.which(GENERATOR) or shutil.which(GENERATOR, path=str(repository / ".tools" / "bin"))
    if generator is None:
        pytest.skip(f"{GENERATOR} is not installed")
    document = tmp_path / "openapi.json"
    document.write_bytes(httpx.get(f"{api_url}/v1/openapi.json").content)
    config = tmp_path / "config.yaml"  # what the generator does not know by itself are bytes
    config.write_text(
        "content_type_overrides:\n  application/pdf: application/octet-stream\n  image/png: application/octet-stream\n"
    )
    generate = (generator, "generate", "--meta", "none", "--fail-on-warning", "--path", document, "--config", config)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # the generator tidies its output with ruff
    generated = subprocess.run(
        (*generate, "--output-path", tmp_path / "kessai_client"),
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert generated.returncode == 0, generated.stdout + generated.stderr
    arguments = (api_url, token_for_post("road-officer"), token_for_post("road-chief"))
    told = subprocess.run((sys.executable, "-c", STORY, *arguments), cwd=tmp_path, capture_output=True, text=True)
    assert told.stdout.strip() == "the generated client works", told.stderr
