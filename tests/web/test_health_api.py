"""Health, readiness and metrics: for machines, without a token, and with nothing personal in them."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from tests.conftest import Database
from tests.web.api_world import ApiWorld, opened

TOKEN = "the metrics token"


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    with opened(database.settings(), tmp_path_factory.mktemp("api"), metrics_token=TOKEN) as world:
        yield world


def test_the_process_is_alive(world: ApiWorld) -> None:
    assert world.http.get("/healthz").json() == {"status": "ok"}


def test_readiness_names_the_part_that_does_not_answer(world: ApiWorld) -> None:
    response = world.http.get("/readyz")
    assert response.status_code == 503
    checks = response.json()["checks"]
    assert (checks["ledger"], checks["read-models"], checks["temporal"]) == ("ok", "ok", "failed")


def test_metrics_are_for_whoever_has_their_token(world: ApiWorld) -> None:
    world.get("/v1/inbox")
    assert world.http.get("/metrics").status_code == 404
    assert world.http.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    text = world.http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert 'kessai_http_requests_total{operation="get_inbox",status="200"}' in text
    assert 'kessai_http_request_seconds_bucket{le="0.004",operation="get_inbox"}' in text


def test_the_access_log_names_nobody_and_no_case(world: ApiWorld) -> None:
    with capture_logs() as lines:
        world.get("/v1/approvals/R8-004711")
    (line,) = [line for line in lines if line["event"] == "request" and line["operation"] == "get_approval"]
    assert line["status"] == 404
    text = str(line)
    assert "0525" not in text
    assert "R8-004711" not in text
    assert len(line["who"]) == 16


def test_the_list_of_operations_is_a_page_without_scripts(world: ApiWorld) -> None:
    response = world.http.get("/docs")
    assert response.status_code == 200
    assert "<script" not in response.text
    assert "/v1/approvals/{number}/proxy-decide" in response.text
