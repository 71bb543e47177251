"""Whoever is inside sees no link and no code, and signs in no counterparty's name: the officer who sends, the operator
with Temporal, whoever has the application's database connection, whoever reads the logs.
"""

import asyncio
import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from temporalio.client import Client

from domain.contract import RECORD
from domain.contract.state import Party
from domain.envelope import Envelope, Outcome
from kessai.composition import Composition
from kessai.story.cases import CaseWalker
from kessai.story.contracts import OFFICER, ContractWalker, _text
from tests.conftest import RunningInstance
from tests.flows.temporal_cli import TemporalCli


@dataclass
class Secret:
    """A contract out for signature, with what only its signer may know."""

    instance: RunningInstance
    walk: ContractWalker
    number: str
    token: str
    code: str
    session: str

    @property
    def all(self) -> tuple[str, ...]:
        return (self.token, self.code, self.session.rpartition(".")[2])


@pytest.fixture(scope="module")
def secret(instance: RunningInstance) -> Iterator[Secret]:
    told: list[str] = []
    cases = CaseWalker(instance.api_url, instance.token, told.append)
    walk = ContractWalker(instance.api_url, instance.token, told.append, settings=instance.settings, cases=cases)
    text = _text("services", "秘密の見えない業務委託", 9_900_000, 900_000, ("2027-01-04", "2027-03-19"))
    case = walk.released("secrecy", "outsourcing", text)
    with walk.counterparty() as signer:
        signer.open(case)
        link = signer._link(case["number"])
        assert link is not None
        yield Secret(instance, walk, case["number"], link["token"], signer._codes()[-1], signer._token)
    walk.close()
    cases.close()


def assert_hidden(secret: Secret, where: str, content: str) -> None:
    for each in secret.all:
        assert each not in content, where


def test_the_officer_who_sends_sees_none_of_it_on_any_route(secret: Secret) -> None:
    document: dict[str, Any] = httpx.get(f"{secret.instance.api_url}/v1/openapi.json", timeout=30).json()
    for post in (OFFICER, "ict-chief", "audit-senior"):
        headers = {"Authorization": f"Bearer {secret.instance.token(post)}"}
        with httpx.Client(base_url=secret.instance.api_url, headers=headers, timeout=30) as http:
            for path, methods in document["paths"].items():
                if "get" not in methods or "stream" in path:
                    continue
                filled = path.replace("{number}", secret.number).replace("{page}", "1").replace("{purpose}", "prove")
                if "{" in filled:
                    continue
                answer = http.get(filled)
                assert_hidden(secret, f"{post} {path}", answer.text + json.dumps(dict(answer.headers)))


def test_whoever_has_the_applications_database_connection_finds_none_of_it(secret: Secret) -> None:
    parts = Composition(secret.instance.settings)
    bound = _party(secret).session
    assert bound is not None
    is_searched = False
    with psycopg.connect(secret.instance.settings.database_url) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema LIKE %s",
            (f"{parts.settings.database_schema}%",),
        ).fetchall()
        assert len(tables) > 20
        for schema, table in tables:
            query = SQL("SELECT t.*::text FROM {}.{} t").format(Identifier(schema), Identifier(table))
            for (row,) in connection.execute(query).fetchall():
                assert_hidden(secret, table, row)
                assert_hidden(secret, table, _readable(row))
                is_searched |= bound in _readable(row)
    parts.close()
    assert is_searched, "what the events hold was not looked at"


def _readable(row: str) -> str:
    """A row with its bytes, which Postgres shows in hexadecimal, as text."""
    found = [part.split('"')[0].split(",")[0].rstrip(")") for part in row.split("\\x")[1:]]
    return " ".join(
        bytes.fromhex(part).decode("utf-8", "replace") for part in found if len(part) % 2 == 0 and part.isalnum()
    )


def test_nobody_finds_it_in_the_logs(secret: Secret) -> None:
    files = [path for path in (secret.instance.data / "logs").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert_hidden(secret, path.name, path.read_text("utf-8", "replace"))


async def test_the_operator_finds_none_of_it_in_temporal_sealed_or_opened(secret: Secret) -> None:
    settings = secret.instance.settings
    for converter in (None, Composition(settings).data_converter):
        more = {} if converter is None else {"data_converter": converter}
        client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace, **more)  # type: ignore[arg-type]  # one option
        history = await client.get_workflow_handle(f"contract-{secret.number}").fetch_history()
        whole = history.to_json()
        assert_hidden(secret, "history", whole)
        codec = converter.payload_codec if converter else None
        for event in history.events:
            payloads = event.workflow_execution_update_accepted_event_attributes.accepted_request.input.args.payloads
            opened = await codec.decode(list(payloads)) if codec and payloads else list(payloads)
            for payload in opened:
                assert_hidden(secret, "payload", payload.data.decode("utf-8", "replace"))


async def test_the_operator_cannot_agree_for_the_signer(secret: Secret) -> None:
    """Not with the command line, nor with the payload codec's keys: nobody but the API signs envelopes."""
    settings = secret.instance.settings
    cli = TemporalCli(settings)
    before = _facts(secret)
    envelope = _forged(secret)
    case = ("--workflow-id", f"contract-{secret.number}", "--name", envelope.label)
    code, said = await cli("workflow", "update", "execute", *case, "--input", envelope.model_dump_json())
    assert code != 0, said
    parts = Composition(settings)
    client = await parts.temporal()
    handle = client.get_workflow_handle(f"contract-{secret.number}")
    outcome = await asyncio.wait_for(
        handle.execute_update(envelope.label, envelope, id=str(uuid4()), result_type=Outcome), 20
    )
    parts.close()
    assert (outcome.result, outcome.code) == ("refused", "forged")
    assert _facts(secret) == before


def test_a_link_cannot_be_guessed_from_what_is_in_the_ledger(secret: Secret) -> None:
    """The session's hash is known there; it opens nothing."""
    session = _party(secret).session
    assert session is not None
    for guess in (session, base64.urlsafe_b64encode(bytes.fromhex(session)).decode().rstrip("=")):
        path = f"{secret.instance.api_url}/v1/contracts/{secret.number}"
        bearer = {"Authorization": f"Bearer kss.{secret.number}.1.{guess}"}
        assert httpx.get(f"{path}/signing", headers=bearer, timeout=30).status_code == 401
        body, headers = {"signer": 1, "token": guess}, {"Idempotency-Key": guess}
        begun = httpx.post(f"{path}/signing-sessions", json=body, headers=headers, timeout=30)
        assert begun.status_code == 404


def _forged(secret: Secret) -> Envelope:
    body = {"session": "0" * 64, "document": "0" * 64, "statement": "同意します。"}
    return Envelope(
        noun="contract", number=secret.number, verb="agree", label=RECORD.labels["agree"],
        body=json.dumps(body), command_id=uuid4(), payload_sha256="0" * 64, kind="counterparty",
        person=f"{secret.number}/1", post=None, correlation_id=f"contract-{secret.number}", key_id="envelope-1",
        signature=base64.b64encode(bytes(64)).decode(),
    )  # fmt: skip


def _party(secret: Secret) -> Party:
    parts = Composition(secret.instance.settings)
    party = parts.reader.fold(RECORD, secret.number)[0].party(1)
    parts.close()
    assert party is not None
    return party


def _facts(secret: Secret) -> int:
    parts = Composition(secret.instance.settings)
    version = parts.reader.fold(RECORD, secret.number)[1]
    parts.close()
    return version
