"""Whatever the OpenAPI document allows or forbids is sent at the running API: never a 5xx, only documented answers."""

import os
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]
Operation = APIOperation[Any, Any, Any, Any]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))  # of each operation; a nightly run asks for hundreds


@pytest.fixture(scope="module")
def operations(api_url: str) -> list[Operation]:
    schema = schemathesis.openapi.from_url(f"{api_url}/v1/openapi.json")
    schema.config.generation.with_security_parameters = False  # the token is ours; `ignored_auth` takes it away
    found: list[Operation] = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        found.append(result.ok())
    return found


@pytest.mark.timeout(900)
def test_every_operation_answers_as_documented(
    operations: list[Operation], token_for_post: Callable[[str], str], subtests: pytest.Subtests
) -> None:
    assert len(operations) > 50
    for operation in operations:
        with subtests.test(operation=operation.label):
            reader = "audit-senior" if operation.path == "/v1/events" else "road-officer"
            answers_as_documented(operation, token_for_post(reader))


def answers_as_documented(operation: Operation, token: str) -> None:
    """Send what the document allows of the operation, and what it forbids."""

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def send(case: Case[Any]) -> None:
        valid = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
        if valid and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = str(uuid4())
        if isinstance(case.query.get("after"), int):
            case.query["after"] = 1  # a position of the future is awaited for 5 s and then answered 503, on purpose
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS, timeout=20)

    send()
