"""The OpenAPI document is whole: every verb an operation, keys and problems documented, every reference resolved."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.reading import cursor_of
from domain.approval import RECORD as APPROVAL
from domain.directory.register import RECORD as DIRECTORY
from domain.record import Record
from domain.telework import RECORD as TELEWORK
from domain.text import LINE_PATTERN, SAID_PATTERN, TEXT_PATTERN
from tests.conftest import Database
from tests.web.api_world import ApiWorld, opened

Document = dict[str, Any]
LOOKING = ("/preview", "/verify")  # POSTs that change nothing
BESIDE_THE_LEDGER = (  # what they keep is no fact of it
    *("/v1/attachments", "/v1/contract-documents", "/v1/contract-batches"),
    "/v1/contracts/{number}/signing-sessions",
)

OPENED_BY_A_LINK = {f"/v1/contracts/{{number}}/{each}" for each in ("signing-sessions", "reissue")}


@pytest.fixture(scope="module")
def document(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Document:
    with opened(database.settings(), tmp_path_factory.mktemp("api")) as world:
        return read(world)


def read(world: ApiWorld) -> Document:
    found: Document = world.http.get("/v1/openapi.json").json()
    return found


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (each for name, each in value.items() if name == "$ref")
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from references(each)


def test_it_is_openapi_3_1(document: Document) -> None:
    assert document["openapi"].startswith("3.1.")


@pytest.mark.parametrize("record", [APPROVAL, TELEWORK], ids=lambda record: record.noun)
def test_every_verb_of_a_case_is_an_operation_of_its_own(document: Document, record: Record[Any]) -> None:
    verbs = set(record.commands) - record.system - record.creates
    paths = {path for method, path, _ in operations(document) if method == "post"}
    assert {f"/v1/{record.plural}/{{number}}/{verb}" for verb in verbs} <= paths


def test_telework_begins_by_a_request_or_by_an_order(document: Document) -> None:
    for path, schema in (("telework-requests", "TeleworkSubmit"), ("telework-orders", "TeleworkOrder")):
        body = document["paths"][f"/v1/{path}"]["post"]["requestBody"]["content"]["application/json"]
        assert body["schema"]["$ref"] == f"#/components/schemas/{schema}"


def test_every_verb_of_the_directory_has_a_door(document: Document) -> None:
    named = {operation["operationId"] for _, _, operation in operations(document)}
    assert {f"{verb.replace('-', '_')}_in_directory" for verb in DIRECTORY.commands} <= named


def test_every_operation_has_a_name_a_japanese_summary_and_a_tag(document: Document) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names)) > 50
    assert all(not operation["summary"].isascii() for _, _, operation in operations(document))
    assert all(operation["tags"] for _, _, operation in operations(document))


def test_every_operation_needs_a_token_and_says_how_it_refuses(document: Document) -> None:
    for _, path, operation in operations(document):
        ways = {name for way in operation["security"] for name in way}
        assert ways <= {"bearer", "signing"}, path
        assert ways or path in OPENED_BY_A_LINK, path
        for status in ("400", "401", "403", "500"):
            content = operation["responses"][status]["content"]
            assert list(content) == ["application/problem+json"], (path, status)


def test_every_change_needs_a_key_and_says_its_position(document: Document) -> None:
    for method, path, operation in operations(document):
        keys = [each for each in operation.get("parameters", []) if each["name"] == "Idempotency-Key"]
        assert len(keys) == (method == "post" and not path.endswith(LOOKING)), path
        assert all(key["required"] for key in keys)
        success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        if keys and path not in BESIDE_THE_LEDGER:
            assert "Kessai-Position" in success["headers"], path


def test_every_reference_leads_somewhere_and_nothing_is_left_over(document: Document) -> None:
    named = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) == named


def test_no_object_takes_fields_that_are_not_documented(document: Document) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema.get("additionalProperties") is False, name


def strings(value: Any, place: str = "") -> Iterator[tuple[str, Document]]:
    """Every schema of a text within `value`, with its place."""
    if isinstance(value, dict):
        if value.get("type") == "string":
            yield place, value
        for name, each in value.items():
            yield from strings(each, f"{place}/{name}")
    if isinstance(value, list):
        for each in value:
            yield from strings(each, place)


def test_every_text_of_a_body_says_what_it_may_not_contain(document: Document) -> None:
    """At least NUL, which is refused everywhere; dates, codes and choices say more."""
    schemas = document["components"]["schemas"]
    bodies = {
        content["schema"]["$ref"].rpartition("/")[2]
        for _, _, operation in operations(document)
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json"
    }
    assert len(bodies) > 30
    for name in bodies | {"AttachmentIn", "CounterpartyIn", "PeriodIn"}:
        for place, text in strings(schemas[name]):
            assert text.keys() & {"pattern", "format", "enum", "const"}, f"{name}{place}"


def test_what_a_line_and_a_text_may_contain_is_shown(document: Document) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["ApprovalDraft"]["properties"]["title"]["pattern"] == LINE_PATTERN
    assert schemas["ApprovalDraft"]["properties"]["body"]["pattern"] == TEXT_PATTERN
    assert schemas["ApprovalReturn"]["properties"]["reason"]["pattern"] == SAID_PATTERN


def test_the_parameters_with_a_form_of_their_own_show_it(document: Document) -> None:
    shown = {
        (parameter["in"], parameter["name"]): parameter["schema"]
        for _, _, operation in operations(document)
        for parameter in operation.get("parameters", [])
    }
    assert re.search(shown["path", "number"]["pattern"], "R8-000123")
    assert re.search(shown["query", "cursor"]["pattern"], cursor_of(4711))
    assert not re.search(shown["header", "Idempotency-Key"]["pattern"], "  ")
    assert re.search(shown["path", "code"]["pattern"], "road-officer")
