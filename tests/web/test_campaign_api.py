"""テレワークデイズ over HTTP: opened, joined, counted from telework's events, closed, fixed; and what is refused."""

import pytest

from api.shapes.campaign import CampaignDocument, CampaignPage, CampaignRatios
from domain.telework import RECORD as TELEWORK
from tests.web.api_world import refused
from tests.web.campaign_world import AFTERWARDS, DAYS, OPEN, act, fix_result, opened_campaign
from tests.web.entry_world import entry_pages


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with entry_pages(database.settings(), tmp_path_factory.mktemp("campaigns")) as world:
        yield world


@pytest.fixture(scope="module")
def api(world):
    return world.api


@pytest.fixture(scope="module")
def number(api):
    """A campaign that two divisions have joined; one of road's people has applied for its first day."""
    found = opened_campaign(api)
    act(api, found, "join", post="road-director", days=DAYS)
    act(api, found, "join", post="housing-director", days=DAYS[:1])
    asked = {"kind": "home", "day": DAYS[0], "tasks": "整理", "reachable_by": "内線1"}
    api.write_to(TELEWORK.noun, "road-officer", "submit", "R8-800001", **asked)
    api.project()
    return found


def test_a_campaign_is_read_by_everybody_in_office(api, number):
    response = api.get(f"/v1/telework-campaigns/{number}", post="tokachi-tax-chief")
    document = CampaignDocument.model_validate_json(response.content)
    assert document.state == "open"
    assert {each.unit: [str(day) for day in each.days] for each in document.units if each.answer == "joined"} == {
        "road": DAYS, "housing": DAYS[:1],
    }  # fmt: skip
    assert document.result is None
    events = api.get(f"/v1/telework-campaigns/{number}/events").json()["items"]
    assert [each["label"] for each in events][:2] == ["集中実施期間の設定", "参加と実施日の選択"]


def test_the_ratios_come_from_telework(api, number):
    found = CampaignRatios.model_validate_json(api.get(f"/v1/telework-campaigns/{number}/ratios").content)
    assert not found.fixed
    first = found.items[0]
    assert (first.unit_name, str(first.day), first.planned, first.actual) == ("道路課", DAYS[0], 1, 0)
    assert first.planned_ratio == round(1 / first.staff, 4)
    assert found.total.planned == 1


def test_the_ratios_are_told_as_of_a_moment(api, number):
    events = api.get(f"/v1/telework-campaigns/{number}/events").json()["items"]
    then = events[-1]["position"]  # both had joined, and nobody had applied
    path = f"/v1/telework-campaigns/{number}/ratios"
    found = CampaignRatios.model_validate_json(api.get(f"{path}?as_of={then}").content)
    assert [(each.unit, each.planned) for each in found.items] == [("road", 0), ("road", 0), ("housing", 0)]
    opened = CampaignRatios.model_validate_json(api.get(f"{path}?as_of={events[0]['position']}").content)
    assert opened.items == []
    head = api.composition.reader.head()
    assert api.get(f"{path}?as_of={head}").json() == api.get(path).json()
    refused(api.get(f"{path}?as_of=1"), "not-found", 404, field="as_of")


def test_campaigns_are_listed_newest_first_by_unit_day_and_state(api, number):
    def listed(query):
        page = CampaignPage.model_validate_json(api.get(f"/v1/telework-campaigns{query}").content)
        return [each.number for each in page.items]

    assert number in listed("")
    assert listed("?unit=road&day=2026-11-20&state=open") == [number]
    assert listed("?unit=ict") == []
    refused(api.get("/v1/telework-campaigns?cursor=x"), "invalid", 400, field="cursor")
    refused(api.get("/v1/telework-campaigns?state=none"), "invalid", 400)


@pytest.mark.parametrize(
    ("post", "body", "code", "status"),
    [
        ("road-director", OPEN, "not-organiser", 403),
        ("reform-director", {**OPEN, "last_day": "2026-11-13"}, "dates-reversed", 422),
        ("reform-director", {**OPEN, "name": ""}, "invalid", 400),
        ("reform-director", {**OPEN, "days": []}, "invalid", 400),
    ],
)
def test_what_may_not_be_opened_is_refused_and_says_why(api, post, body, code, status):
    response = api.post("/v1/telework-campaigns", body, post=post, key=f"no-{code}-{post}-{len(body)}")
    assert refused(response, code, status)["title"]


@pytest.mark.parametrize(
    ("post", "verb", "body", "code", "status"),
    [
        ("road-officer", "join", {"days": DAYS}, "not-unit-head", 403),
        ("ict-director", "join", {"days": ["2026-11-22"]}, "day-not-open", 422),
        ("ict-director", "join", {"days": ["2026-12-14"]}, "outside-campaign", 422),
        ("ict-director", "join", {"days": []}, "invalid", 400),
        ("reform-director", "close", {}, "campaign-not-over", 409),
        ("reform-director", "fix-result", {}, "not-found", 404),
    ],
)
def test_what_may_not_be_done_is_refused_and_says_why(api, number, post, verb, body, code, status):
    path = f"/v1/telework-campaigns/{number}/{verb}"
    refused(api.post(path, body, post=post, key=f"no-{verb}-{code}"), code, status)


def test_a_head_who_has_not_chosen_has_it_in_the_inbox(api, number):
    items = api.get("/v1/inbox", post="ict-director").json()["items"]
    assert [(each["task"], each["case"]["number"]) for each in items if each["noun"] == "campaign"] == [("act", number)]


def test_a_closed_campaign_keeps_its_result_whatever_happens_afterwards(world, api):
    number = opened_campaign(api, key="second")
    act(api, number, "join", post="works-director", days=DAYS[:1], key="works")
    world.clock.set(AFTERWARDS)
    document = act(api, number, "close", post="reform-director", comment="終わりました。", key="close")
    assert (document["state"], document["result"]) == ("closed", None)
    fix_result(api, number)
    found = CampaignDocument.model_validate_json(api.get(f"/v1/telework-campaigns/{number}").content)
    assert found.state == "fixed"
    assert found.result is not None
    assert [each.unit for each in found.result.figures] == ["works"]
    ratios = CampaignRatios.model_validate_json(api.get(f"/v1/telework-campaigns/{number}/ratios").content)
    assert ratios.fixed
    again = act(api, number, "close", post="reform-director", comment="終わりました。", key="close")
    assert (again["state"], again["version"]) == ("closed", document["version"])
