"""Registers over HTTP: definitions to draw forms from, entries, verbs of the definition, timelines, lists, CSV."""

import csv
import io
from collections.abc import Iterator

import pytest

from api.shapes.entry import EntryDocument, EntryPage, RegisterPage
from api.shapes.events import EventPage
from api.spreadsheet import csv_text, encoded
from tests.conftest import Database
from tests.records.entry_story import LOSS, SERVICE, USB
from tests.web.api_world import ApiWorld, refused
from tests.web.entry_world import enter, entry_pages, move

TODAY = {**USB, "carry_on": "2026-11-12", "return_by": "2026-11-20"}
LIST = "/v1/registers/asset-carry-out/entries"


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    with entry_pages(database.settings(), tmp_path_factory.mktemp("entries")) as world:
        yield world.api


def test_the_definitions_are_enough_to_draw_a_form(world: ApiWorld) -> None:
    response = world.get("/v1/registers")
    RegisterPage.model_validate_json(response.content)
    found = {each["register"]: each for each in response.json()["items"]}
    assert set(found) == {"asset-carry-out", "incident", "cloud-service"}
    asset = next(field for field in found["incident"]["fields"] if field["name"] == "asset")
    assert (asset["label"], asset["type"], asset["required"]) == ("何を", "choice", True)
    assert {"value": "pc", "label": "貸与PC"} in asset["options"]
    assert found["incident"]["begins"] == [
        {
            "state": "reported",
            "label": "直ちに報告する",
            "when": {},
            "permission": None,
            "tells": ["head", "unit:ict"],
        }
    ]
    assert [each["permission"] for each in found["cloud-service"]["begins"]] == ["head_of:ict", None]


def test_an_entry_goes_its_way_by_the_verbs_of_its_definition(world: ApiWorld) -> None:
    created = world.post(LIST, {"fields": TODAY}, key="way-1")
    assert created.status_code == 201
    EntryDocument.model_validate_json(created.content)
    assert created.json()["waiting_on"] == ["road-director"]
    again = world.post(LIST, {"fields": TODAY}, key="way-1")
    assert (again.json()["number"], again.headers["Kessai-Position"]) == (
        created.json()["number"],
        created.headers["Kessai-Position"],
    )
    number = created.json()["number"]
    assert move(world, number, "permit", post="road-director", conditions="暗号化")["state"] == "permitted"
    shown = world.get(f"/v1/register-entries/{number}")
    assert shown.headers["ETag"] == f'"{shown.json()["version"]}"'
    stale = world.post(f"/v1/register-entries/{number}/carry-out", {"version": 1}, key="way-2")
    refused(stale, "stale-version", 409)
    assert move(world, number, "carry-out", post="road-officer", key="way-3")["state"] == "carried_out"
    timeline = world.get(f"/v1/register-entries/{number}/events")
    EventPage.model_validate_json(timeline.content)
    assert [each["label"] for each in timeline.json()["items"]] == ["記入", "処理", "通知", "処理"]


@pytest.mark.parametrize(
    ("path", "body", "post", "code", "status", "field"),
    [
        (LIST, {"fields": {**TODAY, "kind": "car"}}, "road-officer", "field-invalid", 422, "fields.kind"),
        (LIST, {"fields": {}}, "road-officer", "field-required", 422, "fields.kind"),
        (LIST, {}, "road-officer", "field-required", 422, "fields.kind"),
        (LIST, {"fields": {**TODAY, "x": "1"}}, "road-officer", "unknown-field", 422, "fields.x"),
        (LIST, {"fields": {"kind": 3}}, "road-officer", "invalid", 400, None),
        (LIST, {"register_code": "incident"}, "road-officer", "invalid", 400, "register_code"),
        ("/v1/registers/keys/entries", {"fields": {}}, "road-officer", "unknown-register", 404, None),
        ("/v1/register-entries/R8-000999/permit", {}, "road-director", "not-found", 404, None),
    ],
)
def test_what_is_wrong_is_refused_with_the_field(world, path, body, post, code, status, field) -> None:
    refused(world.post(path, body, post=post, key=f"wrong-{code}-{field}-{path}-{len(body)}"), code, status, field)


def test_the_wrong_person_state_and_verb_are_refused(world: ApiWorld) -> None:
    number = enter(world, "asset-carry-out", TODAY, key="wrong-person")
    path = f"/v1/register-entries/{number}"
    refused(world.post(f"{path}/permit", {}, post="road-officer", key="w1"), "self-approval", 403)
    refused(world.post(f"{path}/permit", {}, post="road-chief", key="w2"), "forbidden", 403)
    refused(world.post(f"{path}/permit", {}, post="housing-director", key="w3"), "not-found", 404)
    refused(world.post(f"{path}/carry-out", {}, post="road-officer", key="w4"), "not-in-this-state", 409)
    refused(world.post(f"{path}/fly", {}, post="road-officer", key="w5"), "unknown-verb", 404)
    refused(world.post(f"{path}/permit", {}, post="road-director", key=None), "key-missing", 400)
    refused(world.get(path, "housing-officer"), "not-found", 404)


def test_a_list_is_filtered_paged_and_for_its_reader(world: ApiWorld) -> None:
    numbers = [enter(world, "cloud-service", {**SERVICE, "service": f"台帳{n}"}, key=f"list-{n}") for n in range(3)]
    world.project()
    path = "/v1/registers/cloud-service/entries"
    response = world.get(f"{path}?limit=2&text=台帳")
    EntryPage.model_validate_json(response.content)
    first = response.json()
    assert [each["number"] for each in first["items"]] == numbers[:0:-1]
    second = world.get(f"{path}?limit=2&text=台帳&cursor={first['next_cursor']}").json()
    assert [each["number"] for each in second["items"]] == numbers[:1]
    assert world.get(f"{path}?state=denied").json()["items"] == []
    assert len(world.get(f"{path}?unit=construction&from=2026-11-12&to=2026-11-12").json()["items"]) == 3
    assert world.get(path, "housing-officer").json()["items"] == []
    assert len(world.get(path, "ict-chief").json()["items"]) == 3
    refused(world.get(f"{path}?cursor=abc"), "invalid", 400, "cursor")
    refused(world.get(f"{path}?colour=red"), "invalid", 400, "colour")
    refused(world.get("/v1/registers/keys/entries"), "unknown-register", 404)


def test_a_list_can_be_saved_for_a_spreadsheet_and_no_cell_is_a_formula(world: ApiWorld) -> None:
    dangerous = {**TODAY, "content": "=HYPERLINK(1)", "purpose": "+1", "destination": "𠮷野家"}
    number = enter(world, "asset-carry-out", dangerous, post="schools-officer", key="csv")
    world.project()
    response = world.get(LIST, "schools-officer", Accept="text/csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    assert (row["番号"], row["内容"], row["目的"]) == (number, "'=HYPERLINK(1)", "'+1")
    assert (row["状態"], row["記入者"], row["返却する日"]) == ("許可待ち", "職員0612", "令和8年11月20日")
    windows = world.get(f"{LIST}?format=csv&encoding=shift_jis", "schools-officer")
    assert "〓野家" in windows.content.decode("cp932")
    assert not windows.content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "－1"])
def test_every_way_to_begin_a_formula_is_taken_away(cell: str) -> None:
    ((found,),) = csv.reader(io.StringIO(csv_text(("a",), ((cell,),)).partition("\r\n")[2], newline=""))
    assert found == f"'{cell}"


def test_shift_jis_never_fails() -> None:
    assert encoded("髙𠮷\ud800①", "shift_jis").decode("cp932") == "髙〓〓①"


def test_a_loss_is_in_the_inbox_of_the_ict_division_with_its_entry(world: ApiWorld) -> None:
    number = enter(world, "incident", LOSS, key="loss")
    world.project()
    items = world.get("/v1/inbox", "ict-shukan").json()["items"]
    assert number in [item["case"]["number"] for item in items if item["noun"] == "entry"]
    refused(world.get(f"/v1/register-entries/{number}", "road-chief"), "not-found", 404)
