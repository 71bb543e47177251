"""Webhooks over HTTP: registered, changed and looked at by those who may; the secret is told once; what was delivered
is seen by operators, and by everybody for themselves.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.shapes.webhook import DeliveryPage, WebhookDetail, WebhookDocument, WebhookPage, WebhookWithSecret
from kessai.notifying.outbox import Outbox, Planned
from tests.conftest import Database
from tests.web.api_world import ApiWorld, opened, refused

URL = "https://records.example.jp/kessai"
BODY = {"url": URL, "events": ["approval.decided"]}


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    settings = replace(database.settings(), webhook_private_targets=("10.1.0.0/16", "intra.pref.example.jp"))
    with opened(settings, tmp_path_factory.mktemp("api")) as world:
        yield world


@pytest.fixture(scope="module")
def operator(api_url: str, token_for_post: Callable[[str], str]) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {token_for_post('ict-chief')}"}
    with httpx.Client(base_url=api_url, headers=headers, timeout=30) as client:
        yield client


def act(client: httpx.Client, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
    return client.post(path, json=body or {}, headers={"Idempotency-Key": key or str(uuid4())})


def test_the_whole_life_of_a_webhook(operator: httpx.Client) -> None:
    key = str(uuid4())
    made = act(operator, "/v1/webhooks", BODY, key)
    assert made.status_code == 201, made.text
    document = WebhookWithSecret.model_validate_json(made.content)
    assert document.state == "active"
    assert document.secret.startswith("whsec_")
    assert act(operator, "/v1/webhooks", BODY, key).json() == made.json()
    path = f"/v1/webhooks/{document.number}"
    rotated = WebhookWithSecret.model_validate_json(act(operator, f"{path}/rotate-secret").content)
    assert rotated.secret != document.secret
    assert rotated.secret_generation == 2
    assert act(operator, "/v1/webhooks", BODY, key).json() == made.json()
    stopped = act(operator, f"{path}/disable", {"reason": "更新のため"})
    assert WebhookDocument.model_validate_json(stopped.content).state == "disabled"
    refused(act(operator, f"{path}/disable", {"reason": "更新のため"}), "already-disabled", 409)
    assert act(operator, f"{path}/enable").json()["state"] == "active"
    replayed = act(operator, f"{path}/replay", {"from_position": 1})
    assert replayed.status_code == 200
    assert int(replayed.headers["Kessai-Position"]) > 0
    shown = operator.get(path)
    assert "whsec_" not in shown.text
    assert WebhookDetail.model_validate_json(shown.content).version == 5
    listed = WebhookPage.model_validate_json(operator.get("/v1/webhooks").content)
    assert document.number in {each.number for each in listed.items}


def test_nobody_else_sees_or_changes_them(
    operator: httpx.Client, api_url: str, token_for_post: Callable[[str], str]
) -> None:
    number = act(operator, "/v1/webhooks", BODY).json()["number"]
    headers = {"Authorization": f"Bearer {token_for_post('road-officer')}"}
    with httpx.Client(base_url=api_url, headers=headers, timeout=30) as client:
        refused(act(client, "/v1/webhooks", BODY), "not-operator", 403)
        refused(client.get("/v1/webhooks"), "forbidden", 403)
        refused(client.get(f"/v1/webhooks/{number}"), "not-found", 404)
        refused(act(client, f"/v1/webhooks/{number}/rotate-secret"), "not-operator", 403)


@pytest.mark.parametrize(
    ("body", "code", "status", "field"),
    [
        ({**BODY, "url": "https://127.0.0.1/"}, "webhook-target-refused", 422, "url"),
        ({**BODY, "url": "https://[::ffff:169.254.169.254]/"}, "webhook-target-refused", 422, "url"),
        ({**BODY, "url": "https://2130706433/"}, "webhook-url", 422, "url"),
        ({**BODY, "url": "https://me@records.example.jp/"}, "webhook-url", 422, "url"),
        ({**BODY, "url": "file:///etc/passwd"}, "invalid", 400, "url"),
        ({**BODY, "events": []}, "invalid", 400, "events"),
        ({**BODY, "events": ["approval.decidde"]}, "invalid", 400, "events"),
        ({**BODY, "secret": "whsec_mine"}, "invalid", 400, "secret"),
        ({**BODY, "from_position": 0}, "invalid", 400, "from_position"),
    ],
)
def test_what_cannot_be_registered(world: ApiWorld, body: Any, code: str, status: int, field: str) -> None:
    refused(world.post("/v1/webhooks", body, post="ict-chief", key=str(uuid4())), code, status, field)


@pytest.mark.parametrize("url", ["http://10.1.2.3/", "https://10.1.2.3/", "http://intra.pref.example.jp/", URL])
def test_what_the_installation_allows_is_not_refused_before_it_is_sent(world: ApiWorld, url: str) -> None:
    answer = world.post("/v1/webhooks", {**BODY, "url": url}, post="ict-chief", key=str(uuid4()))
    refused(answer, "busy", 503)  # there is no Temporal in this world: the command went that far


def test_deliveries_are_seen_by_operators_and_by_everybody_for_themselves(world: ApiWorld) -> None:
    settings = world.composition.settings
    outbox = Outbox(database_url=settings.database_url, schema=settings.database_schema)
    outbox.open()
    now = world.composition.clock.now()
    me = world.get("/v1/directory/me").json()["person"]

    def planned(channel: Any, target: str, position: int) -> Planned:
        return Planned(
            channel=channel, target=target, id=f"{channel}_{position}", position=position,
            stream="approval-R8-000001", code="approval.decided", kind="notice", planned_at=now, not_before=now,
        )  # fmt: skip

    outbox.begin_at("mail", 0)
    rows = [planned("mail", me, 1), planned("mail", "0001", 2), planned("webhook", "R8-000001", 3)]
    outbox.plan(rows, place=outbox.places()["mail"], up_to=3)
    (mine,) = outbox.due_letters(now, 1)
    outbox.end_attempt(mine, outbox.begin_attempt(mine, now), now, status=250, ending="delivered")
    outbox.close()
    own = world.get("/v1/deliveries")
    DeliveryPage.model_validate_json(own.content)
    assert [(each["target"], each["state"]) for each in own.json()["items"]] == [(me, "delivered")]
    assert own.json()["items"][0]["tries"][0]["status"] == 250
    refused(world.get("/v1/deliveries?channel=webhook"), "forbidden", 403)
    refused(world.get("/v1/deliveries?target=0001"), "forbidden", 403)
    page = world.get("/v1/deliveries?state=planned&limit=1", post="ict-chief").json()
    assert [each["id"] for each in page["items"]] == ["webhook_3"]
    rest = world.get(f"/v1/deliveries?state=planned&limit=1&cursor={page['next_cursor']}", post="audit-senior").json()
    assert ([each["id"] for each in rest["items"]], rest["next_cursor"]) == (["mail_2"], None)
