"""Reading approval cases over HTTP: documents, time travel, timelines, lists, the inbox, and who may see."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.shapes.approval import ApprovalDocument, ApprovalPreview, CasePage
from api.shapes.events import EventPage
from api.shapes.inbox import InboxDocument
from tests.conftest import Database
from tests.web.api_world import ApiWorld, opened, refused

CASE = "R8-000001"
DECIDED = "R8-000002"
OUTSOURCING = {
    "kind": "outsourcing",
    "title": "道路台帳システム保守業務委託",
    "body": "次のとおり委託契約を締結してよろしいか伺います。",
    "amount_yen": 12_000_000,
    "information_system": True,
    "counterparty": {"name": "株式会社デモ測量", "corporate_number": "1234567890123"},
    "period": {"from": "2026-12-01", "to": "2027-03-31"},
}
ROUTINE = {"kind": "routine_reply", "title": "路面性状調査の照会への回答", "body": "回答してよろしいか伺います。"}


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    """One case waiting for its first reviewer, one decided by the road division's lead."""
    with opened(database.settings(), tmp_path_factory.mktemp("api")) as world:
        world.write("road-officer", "draft", CASE, **OUTSOURCING)
        world.write("road-officer", "draft", DECIDED, **ROUTINE)
        world.write("road-chief", "approve", DECIDED, comment="よい")
        world.write("road-lead", "approve", DECIDED)
        world.project()
        yield world


def numbers(response) -> list[str]:
    assert response.status_code == 200, response.text
    return [each["number"] for each in response.json()["items"]]


def test_a_case_is_shown_as_the_contract_says(world: ApiWorld) -> None:
    response = world.get(f"/v1/approvals/{CASE}")
    document = response.json()
    ApprovalDocument.model_validate_json(response.content)
    assert (document["number"], document["state"], document["waiting_on"]) == (CASE, "in_review", ["road-chief"])
    assert document["drafter"]["post"] == "road-officer"
    assert document["rule"]["limit_yen"] == 20_000_000
    assert document["post_review"] == "none"
    assert [step["action"] for step in document["route"]].count("decide") == 1
    assert all(step["reason"] for step in document["route"])
    assert response.headers["etag"] == f'"{document["version"]}"'


def test_whoever_has_no_part_in_a_case_does_not_see_it(world: ApiWorld) -> None:
    for path in (CASE, f"{CASE}/events", f"{CASE}/attachments/{'0' * 64}"):
        refused(world.get(f"/v1/approvals/{path}", post="housing-officer"), "not-found", 404)
    assert world.get(f"/v1/approvals/{CASE}", post="construction-director").status_code == 200
    assert world.get(f"/v1/approvals/{CASE}", post="audit-senior").status_code == 200


@pytest.mark.parametrize("number", ["R8-999999", "nonsense", "R8-1", "%E6%B1%BA", "R8-000001%00"])
def test_a_case_that_does_not_exist_is_not_found(world: ApiWorld, number) -> None:
    refused(world.get(f"/v1/approvals/{number}"), "not-found", 404)


def test_a_case_is_shown_as_of_a_position_and_as_of_a_time(world: ApiWorld) -> None:
    events = world.get(f"/v1/approvals/{DECIDED}/events").json()["items"]
    approved = next(each for each in events if each["type"] == "approval.step-approved.v1")
    before = world.get(f"/v1/approvals/{DECIDED}?as_of={approved['position'] - 1}").json()
    after = world.get(f"/v1/approvals/{DECIDED}?as_of={approved['position']}").json()
    assert before["waiting_on"] == ["road-chief"]
    assert after["version"] == before["version"] + 1
    now = world.get(f"/v1/approvals/{DECIDED}?as_of={events[-1]['recorded_at']}").json()
    assert now["state"] == "decided"
    blank_for_plus = events[-1]["recorded_at"].replace("Z", " 00:00")
    assert world.get(f"/v1/approvals/{DECIDED}?as_of={blank_for_plus}").json() == now
    refused(world.get(f"/v1/approvals/{DECIDED}?as_of=2020-01-01T00:00:00Z"), "not-found", 404, "as_of")


def test_the_timeline_names_every_fact_in_japanese_and_comes_in_pages(world: ApiWorld) -> None:
    response = world.get(f"/v1/approvals/{DECIDED}/events")
    EventPage.model_validate_json(response.content)
    whole = response.json()["items"]
    assert [each["label"] for each in whole][:2] == ["起案", "提出(回付開始)"]
    assert whole[-1]["label"] == "決裁"
    by = whole[-1]["by"]
    assert (by["person"], by["name"], by["post"], by["title"]) == (
        "0522",
        "職員0522",
        "road-lead",
        "道路課総括課長補佐",
    )
    paged = list[Any]()
    query: str | None = ""
    while query is not None:
        page = world.get(f"/v1/approvals/{DECIDED}/events?limit=2{query}").json()
        paged += page["items"]
        query = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
    assert paged == whole


def test_a_position_that_is_not_reached_in_time_is_told(world: ApiWorld) -> None:
    head = world.composition.reader.head()
    assert world.get(f"/v1/approvals/{CASE}?after={head}").status_code == 200
    assert world.get(f"/v1/approvals?after={head}").status_code == 200
    response = world.get(f"/v1/approvals/{CASE}?after={head + 1_000_000}")
    refused(response, "behind", 503, "after")
    assert response.headers["retry-after"]


def test_the_preview_is_the_route_of_the_submission(world: ApiWorld) -> None:
    response = world.post("/v1/approvals/preview", OUTSOURCING, key=None)
    assert response.status_code == 200, response.text
    ApprovalPreview.model_validate_json(response.content)
    seen, real = response.json(), world.get(f"/v1/approvals/{CASE}").json()
    assert (seen["number"], seen["version"]) == (None, None)
    for name in ("rule", "decider", "concurrence", "gate", "drafter"):
        assert seen[name] == real[name], name
    assert [step["post"] for step in seen["route"]] == [step["post"] for step in real["route"]]
    assert [each["code"] for each in seen["warnings"]] == ["split-order"]  # the real one is its neighbour by now


def test_the_preview_refuses_what_the_submission_would(world: ApiWorld) -> None:
    body = {**OUTSOURCING, "amount_yen": None}
    problem = refused(world.post("/v1/approvals/preview", body, key=None), "amount-required", 422, "amount_yen")
    assert problem["title"] == "この種別には金額が必要です。"
    unknown = {**OUTSOURCING, "kind": "wedding"}
    refused(world.post("/v1/approvals/preview", unknown, key=None), "unknown-kind", 422, "kind")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [DECIDED, CASE]),
        ("state=in_review", [CASE]),
        ("state=in_review&state=decided", [DECIDED, CASE]),
        ("kind=routine_reply", [DECIDED]),
        ("unit=road", [DECIDED, CASE]),
        ("unit=construction", [DECIDED, CASE]),
        ("unit=housing", []),
        ("waiting_post=road-chief", [CASE]),
        ("amount_min=12000000&amount_max=12000000", [CASE]),
        ("amount_min=12000001", []),
        ("q=台帳", [CASE]),
        ("q=ﾃﾞﾓ測量", [CASE]),
        ("q=路面 回答", [DECIDED]),
        (f"q={CASE}", [CASE]),
        ("drafter=0525&urgent=false&post_review=none", [DECIDED, CASE]),
        ("decided_from=2999-01-01", []),
    ],
)
def test_the_list_is_narrowed_by_each_filter(world: ApiWorld, query, found) -> None:
    response = world.get(f"/v1/approvals?{query}")
    CasePage.model_validate_json(response.content)
    assert numbers(response) == found


def test_the_list_is_narrowed_by_the_day_of_drafting(world: ApiWorld) -> None:
    day = datetime.now(UTC) + timedelta(hours=9)
    today, tomorrow = day.date(), day.date() + timedelta(days=1)
    assert numbers(world.get(f"/v1/approvals?from={today}&to={today}")) == [DECIDED, CASE]
    assert numbers(world.get(f"/v1/approvals?from={tomorrow}")) == []


def test_the_list_comes_in_pages(world: ApiWorld) -> None:
    first = world.get("/v1/approvals?limit=1").json()
    second = world.get(f"/v1/approvals?limit=1&cursor={first['next_cursor']}").json()
    assert [first["items"][0]["number"], second["items"][0]["number"]] == [DECIDED, CASE]
    assert second["next_cursor"] is None


def test_lists_hold_only_what_the_reader_may_open(world: ApiWorld) -> None:
    assert numbers(world.get("/v1/approvals", post="housing-officer")) == []
    assert numbers(world.get("/v1/approvals", post="audit-head")) == [DECIDED, CASE]


def test_the_inbox_holds_what_waits_for_ones_posts(world: ApiWorld) -> None:
    response = world.get("/v1/inbox", post="road-chief")
    InboxDocument.model_validate_json(response.content)
    assert [(each["task"], each["case"]["number"]) for each in response.json()["items"]] == [("act", CASE)]
    own = world.get("/v1/inbox").json()
    assert [(each["task"], each["case"]["number"]) for each in own["items"]] == [("enforce", DECIDED)]
    assert world.get("/v1/inbox", post="housing-officer").json()["items"] == []


def test_the_inbox_of_one_post_alone(world: ApiWorld) -> None:
    response = world.get("/v1/inbox", post="construction-deputy", **{"Kessai-Post": "works-director"})
    assert response.json()["posts"] == ["works-director"]
    both = world.get("/v1/inbox", post="construction-deputy").json()["posts"]
    assert set(both) == {"construction-deputy", "works-director"}


def test_the_inbox_says_which_process_a_task_is_of_and_goes_on_page_by_page(world: ApiWorld) -> None:
    whole = world.get("/v1/inbox", post="road-chief").json()
    assert [each["noun"] for each in whole["items"]] == ["approval"]
    assert (whole["more"], whole["next_cursor"]) == (False, None)
    post = "road-chief"  # last in this file: it adds a case to the prefecture they share
    world.write("road-officer", "draft", "R8-000077", kind="routine_reply", title="照会", body="次のとおり")
    world.project()
    first = world.get("/v1/inbox?limit=1", post=post).json()
    assert (len(first["items"]), first["more"]) == (1, True)
    rest = world.get(f"/v1/inbox?cursor={first['next_cursor']}", post=post).json()
    assert {each["case"]["number"] for each in (*first["items"], *rest["items"])} == {CASE, "R8-000077"}
    refused(world.get("/v1/inbox?cursor=bogus", post=post), "invalid", 400, "cursor")
