"""Reading telework over HTTP: lists, a unit's day, what is overdue, ratios, attendance, the inbox, and who may see."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.shapes.inbox import InboxDocument
from api.shapes.telework_attendance import AttendancePage
from api.shapes.telework_list import TeleworkDay, TeleworkPage, TeleworkRatios
from tests.conftest import Database
from tests.web.api_world import refused
from tests.web.page_world import PageWorld
from tests.web.telework_read_world import DAY, FARM, FRIDAY, HALF, VOID, worked, write

LIST = "/v1/telework-requests"
ATTENDANCE = "/v1/telework-attendance"


@pytest.fixture(scope="module")
def world(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageWorld]:
    with worked(database.settings(), tmp_path_factory.mktemp("telework")) as world:
        yield world


def get(world: PageWorld, path: str, post: str = "road-director", **more: str) -> Any:
    response = world.api.get(path, post=post, **more)
    assert response.status_code == 200, response.text
    return response.json()


def numbers(world: PageWorld, query: str = "", post: str = "road-director") -> list[str]:
    return [item["number"] for item in get(world, f"{LIST}?{query}", post)["items"]]


def exported(world: PageWorld, query: str = "", scope: str = "attendance", accept: str = "*/*") -> httpx.Response:
    token = world.api.tokens.for_service("kintai", scope=scope)
    return world.api.http.get(f"{ATTENDANCE}?{query}", headers={"Authorization": f"Bearer {token}", "Accept": accept})


def test_lists_show_what_the_contract_names_and_nothing_of_others(world: PageWorld) -> None:
    response = world.api.get(LIST, post="road-director")
    TeleworkPage.model_validate_json(response.content)
    item = next(each for each in response.json()["items"] if each["number"] == HALF)
    assert (item["kind"], item["day"], item["state"], item["late"]) == ("satellite_office", FRIDAY, "working", False)
    assert (item["applicant"]["post"], item["head"]["post"]) == ("road-chief", "road-director")
    assert item["overdue"] == "end"
    assert numbers(world) == [VOID, HALF, DAY]
    assert numbers(world, post="road-officer") == [VOID, DAY]
    assert numbers(world, post="housing-director") == []
    assert numbers(world, post="audit-senior") == [FARM, VOID, HALF, DAY]


def test_lists_are_narrowed_and_go_on(world: PageWorld) -> None:
    assert numbers(world, "person=me", "road-officer") == [VOID, DAY]
    assert numbers(world, "waiting=me", "farming-director") == [FARM]
    assert numbers(world, "waiting=road-chief") == [HALF]
    assert numbers(world, "unit=construction&state=acknowledged", "construction-director") == [DAY]
    assert numbers(world, "day_from=2026-11-14") == [VOID]
    assert numbers(world, "day_to=2026-11-13&text=設計書") == [HALF]
    page = get(world, f"{LIST}?limit=2")
    assert [item["number"] for item in page["items"]] == [VOID, HALF]
    assert numbers(world, f"limit=2&cursor={page['next_cursor']}") == [DAY]


@pytest.mark.parametrize("query", ["stat=x", "state=lost", "cursor=zz", "day_from=yesterday", "limit=0"])
def test_what_a_list_does_not_know_is_refused(world: PageWorld, query: str) -> None:
    refused(world.api.get(f"{LIST}?{query}", post="road-director"), "invalid", 400)


def test_a_units_day_says_who_works_where_and_how_far_they_are(world: PageWorld) -> None:
    response = world.api.get(f"/v1/telework-today?unit=road&day={FRIDAY}", post="road-director")
    TeleworkDay.model_validate_json(response.content)
    day = response.json()
    found = {item["number"]: (item["status"], item["place_name"], item["by_telephone"]) for item in day["items"]}
    assert found == {DAY: ("ended", None, False), HALF: ("end_overdue", "本庁舎研修館3階", True)}
    assert (day["counts"]["ended"], day["counts"]["end_overdue"], day["counts"]["planned"]) == (1, 1, 0)
    assert get(world, "/v1/telework-today?unit=road")["items"] == []
    own = get(world, f"/v1/telework-today?day={FRIDAY}", "road-officer")
    assert [item["number"] for item in own["items"]] == [DAY]


def test_a_unit_knows_how_to_reach_its_own_people_and_no_more_of_them(world: PageWorld) -> None:
    """TW-07: reachable from the office. What they do, their leave and how far they are is for their superiors."""
    own = get(world, f"/v1/telework-today?day={FRIDAY}", "road-officer")
    (chief,) = own["colleagues"]
    assert (chief["place_name"], chief["reachable_by"]) == ("本庁舎研修館3階", "内線 2525")
    assert (chief["starts_at"], chief["ends_at"]) == ("2026-11-12T23:30:00Z", "2026-11-13T03:00:00Z")
    assert set(chief) == {
        *("name", "title", "unit", "unit_name", "kind", "place_name", "starts_at", "ends_at", "reachable_by")
    }
    both = get(world, f"/v1/telework-today?day={FRIDAY}", "road-senior")
    assert (both["items"], len(both["colleagues"])) == ([], 2)
    assert get(world, f"/v1/telework-today?day={FRIDAY}&unit=road", "road-director")["colleagues"] == []
    assert get(world, f"/v1/telework-today?day={FRIDAY}&unit=road", "housing-officer")["colleagues"] == []
    assert get(world, f"/v1/telework-today?day={FRIDAY}&unit=farming", "road-officer")["colleagues"] == []
    assert get(world, "/v1/telework-today?day=2026-11-17", "road-senior")["colleagues"] == []  # it was revoked


def test_what_is_overdue_comes_longest_overdue_first(world: PageWorld) -> None:
    items = get(world, "/v1/telework-overdue", "audit-senior")["items"]
    assert [(item["number"], item["overdue"]) for item in items] == [(FARM, "approval"), (HALF, "end")]
    assert [item["number"] for item in get(world, "/v1/telework-overdue?unit=road")["items"]] == [HALF]
    page = get(world, "/v1/telework-overdue?limit=1", "audit-senior")
    rest = get(world, f"/v1/telework-overdue?cursor={page['next_cursor']}", "audit-senior")
    assert [item["number"] for item in rest["items"]] == [HALF]


def test_ratios_are_numbers_for_everybody_who_has_a_post(world: PageWorld) -> None:
    response = world.api.get(f"/v1/telework-ratios?unit=road&from={FRIDAY}&to=2026-11-15", post="housing-officer")
    TeleworkRatios.model_validate_json(response.content)
    (friday,) = response.json()["items"]  # Saturday and Sunday are closed and nobody works
    assert (friday["day"], friday["planned"], friday["ordered"], friday["actual"]) == (FRIDAY, 2, 2, 2)
    assert friday["actual_ratio"] == round(2 / friday["staff"], 4)
    assert {each["unit"] for each in get(world, f"/v1/telework-ratios?from={FRIDAY}")["items"]} >= {"road", "farming"}
    for query in ("from=2026-11-13&to=2026-11-12", "from=2026-01-01&to=2026-12-31"):
        refused(world.api.get(f"/v1/telework-ratios?{query}", post="road-director"), "invalid", 400, "to")


def test_an_attendance_system_reads_what_changed_since_and_may_read_it_twice(world: PageWorld) -> None:
    response = exported(world)
    AttendancePage.model_validate_json(response.content)
    items = {item["number"]: item for item in response.json()["items"]}
    assert list(items) == [VOID, DAY, HALF]  # as they last changed; what was never ordered is not there
    day, half, void = items[DAY], items[HALF], items[VOID]
    assert (day["status"], half["status"], void["status"]) == ("ended", "working", "cancelled")
    assert (day["started_at"][:19], day["ended_at"][:19]) == ("2026-11-12T23:28:00", "2026-11-13T09:00:00")
    assert [(each["minutes"], each["category"]) for each in day["overtime"]] == [(45, "urgent")]
    assert (day["ordered_minutes"], day["overtime_minutes"], day["beyond_minutes"]) == (45, 45, 0)
    assert (half["start_source"], half["started_at"]) == ("telephone", "2026-11-12T23:31:00Z")
    assert [each for each in half["slots"] if each["kind"] == "leave"] == [
        {"kind": "leave", "from": "13:00", "to": "17:15"}
    ]
    assert exported(world).json() == response.json()
    one = exported(world, "limit=1").json()
    assert ([each["number"] for each in one["items"]], one["more"]) == ([VOID], True)
    rest = exported(world, f"changed_since={one['next_cursor']}").json()
    assert [each["number"] for each in rest["items"]] == [DAY, HALF]
    end = exported(world, f"changed_since={rest['next_cursor']}").json()
    assert (end["items"], end["next_cursor"], end["more"]) == ([], rest["next_cursor"], False)


def test_attendance_is_narrowed_to_a_period_and_comes_as_csv(world: PageWorld) -> None:
    found = exported(world, "from=2026-11-14&to=2026-11-30").json()
    assert [each["number"] for each in found["items"]] == [VOID]
    answer = exported(world, accept="text/csv")
    assert answer.headers["kessai-more"] == "false"
    assert answer.headers["kessai-cursor"] == exported(world).json()["next_cursor"]
    heading, *lines = answer.content.decode("utf-8-sig").splitlines()
    assert heading.startswith("番号,変更位置,職員番号")
    assert len(lines) == 3
    old = exported(world, "encoding=shift_jis", accept="text/csv")
    assert old.content.decode("cp932") == answer.content.decode("utf-8-sig")
    refused(exported(world, "from=2026-11-14"), "invalid", 400)
    refused(exported(world, "changed_since=yesterday"), "invalid", 400, "changed_since")


def test_attendance_is_for_services_with_the_scope_and_for_each_person_what_they_may_read(world: PageWorld) -> None:
    refused(exported(world, scope="openid"), "forbidden", 403)
    own = get(world, ATTENDANCE, "road-officer")["items"]
    assert [item["number"] for item in own] == [VOID, DAY]
    assert get(world, ATTENDANCE, "housing-director")["items"] == []
    token = world.api.tokens.for_service("kintai", scope="attendance")
    others = world.api.http.get(LIST, headers={"Authorization": f"Bearer {token}"})
    assert others.json()["items"] == []


def test_the_inbox_shows_telework_among_everything_else(world: PageWorld) -> None:
    response = world.api.get("/v1/inbox", post="farming-director")
    InboxDocument.model_validate_json(response.content)
    (item,) = [each for each in response.json()["items"] if each["noun"] == "telework"]
    assert (item["task"], item["case"]["number"]) == ("act", FARM)


def test_the_inbox_page_shows_the_card_and_leads_to_the_request(world: PageWorld) -> None:
    page = world.person("farming-director").open("/")
    assert f"/telework-requests/{FARM}" in page.response.text
    assert "承認・命令を待っています" in page.text


def test_a_change_makes_the_order_lapse_for_attendance_until_it_is_approved_anew(world: PageWorld) -> None:
    number, since = "R8-000105", exported(world).json()["next_cursor"]
    asked = {"kind": "home", "day": "2026-11-24", "tasks": "資料の作成", "reachable_by": "内線 2525"}
    write(world, "road-officer", "submit", number, **asked)
    write(world, "road-director", "approve", number)
    write(world, "road-officer", "change", number, day="2026-11-25", reason="会議のため")
    world.api.project()
    found = exported(world, f"changed_since={since}&from=2026-11-24&to=2026-11-24").json()["items"]
    assert [(item["number"], item["day"], item["status"]) for item in found] == [(number, "2026-11-25", "cancelled")]
    write(world, "road-director", "approve", number)
    world.api.project()
    (item,) = exported(world, f"changed_since={since}").json()["items"]
    assert (item["day"], item["status"]) == ("2026-11-25", "ordered")
