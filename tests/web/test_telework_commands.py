"""Telework over HTTP on a whole running instance: a day from the application to the acknowledgement, and refusals."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.shapes.telework import TeleworkDocument
from domain.calendars import Calendars, load_holidays
from domain.clock import civil_date
from tests.conftest import RunningInstance
from tests.web.api_world import refused

OFFICE = Calendars.from_rows(load_holidays()).office
ONE_DAY = timedelta(days=1)


class Office:
    """People of the demo organisation at one API; each test takes days of its own."""

    def __init__(self, http: httpx.Client, token: Callable[[str], str], today: date) -> None:
        self.http = http
        self.token = token
        self.today = today
        self._last = today

    def free_day(self) -> date:
        """An office day to come for which nobody has applied yet."""
        self._last = OFFICE.next_open(self._last + ONE_DAY)
        return self._last

    def post(self, post: str, path: str, body: Any, *, key: str | None = None, **more: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token(post)}", "Idempotency-Key": key or str(uuid4()), **more}
        return self.http.post(f"/v1/telework-{path}", json=body, headers=headers)

    def applied(self, post: str = "road-officer", **changed: Any) -> dict[str, Any]:
        return self._document(self.post(post, "requests", self.request(**changed)), 201)

    def ordered(self, to_post: str, day: date, **changed: Any) -> dict[str, Any]:
        return self._document(self.post("road-director", "orders", order(to_post, day, **changed)), 201)

    def acted(self, post: str, number: str, verb: str, **body: Any) -> dict[str, Any]:
        return self._document(self.post(post, f"requests/{number}/{verb}", body), 200)

    def request(self, **changed: Any) -> dict[str, Any]:
        day = changed.pop("day", None) or self.free_day()
        plain = {"kind": "home", "tasks": "道路台帳の整理", "reachable_by": "内線4321"}
        return {**plain, "day": day.isoformat(), **changed}

    def _document(self, response: httpx.Response, status: int) -> dict[str, Any]:
        assert response.status_code == status, response.text
        TeleworkDocument.model_validate_json(response.content)
        document: dict[str, Any] = response.json()
        assert int(response.headers["kessai-position"]) > 0
        assert response.headers["etag"] == f'"{document["version"]}"'
        return document


def order(to_post: str, day: date, **changed: Any) -> dict[str, Any]:
    plain = {"kind": "home", "tasks": "通行規制の取りまとめ", "reason": "大雪により登庁が危険なため"}
    return {**plain, "to_post": to_post, "day": day.isoformat(), **changed}


@pytest.fixture(scope="module")
def office(instance: RunningInstance) -> Iterator[Office]:
    with httpx.Client(base_url=instance.api_url, timeout=30) as http:
        yield Office(http, instance.token, civil_date(instance.clock.now()))


def test_a_request_is_approved_which_orders_it(office: Office) -> None:
    request = office.applied()
    assert re.fullmatch(r"R8-\d{6}", request["number"])
    assert (request["state"], request["waiting_on"]) == ("submitted", ["road-director"])
    approved = office.acted("road-director", request["number"], "approve", comment="適当と認めます。")
    assert (approved["state"], approved["waiting_on"]) == ("ordered", ["road-officer"])
    assert approved["order"]["by"]["post"] == "road-director"


def test_an_order_for_today_goes_through_the_day_to_its_acknowledgement(
    office: Office, instance: RunningInstance
) -> None:
    number = office.ordered("road-officer", office.today)["number"]
    device_time = instance.clock.now().isoformat()
    assert office.acted("road-officer", number, "start", device_time=device_time)["state"] == "working"
    asked = office.acted("road-officer", number, "request-overtime", minutes=60, category="urgent", reason="通行止め")
    assert asked["waiting_on"] == ["road-director", "road-officer"]
    assert office.acted("road-director", number, "order-overtime", minutes=30)["ordered_minutes"] == 30
    assert office.acted("road-officer", number, "end")["state"] == "ended"
    assert office.acted("road-officer", number, "report", content="規制12件を取りまとめた。")["state"] == "reported"
    done = office.acted("road-lead", number, "acknowledge")
    assert (done["state"], done["acknowledged"]["by"]["post"]) == ("acknowledged", "road-lead")
    refused(office.post("road-officer", f"requests/{number}/end", {}), "already-closed", 409)


def test_start_and_end_by_telephone_are_entered_by_the_supervisor(office: Office, instance: RunningInstance) -> None:
    number = office.ordered("road-senior", office.today)["number"]
    call = {"by_telephone": {"reported_at": instance.clock.now().isoformat()}}
    refused(office.post("road-senior", f"requests/{number}/start", call), "not-supervisor", 403, "by_telephone")
    started = office.acted("road-lead", number, "start", **call)["started"]
    assert started["by_telephone"]["recorder"]["post"] == "road-lead"
    soon = {"by_telephone": {"reported_at": (instance.clock.now() + timedelta(hours=1)).isoformat()}}
    response = office.post("road-lead", f"requests/{number}/end", soon)
    refused(response, "in-the-future", 422, "by_telephone.reported_at")
    assert office.acted("road-director", number, "end", **call)["ended"]["at"] == started["at"]


def test_a_returned_request_is_changed_and_handed_in_again(office: Office) -> None:
    request = office.applied()
    number, day = request["number"], date.fromisoformat(request["day"])
    returned = office.acted("road-director", number, "return", reason="業務を具体的に")
    assert (returned["state"], returned["reason"], returned["waiting_on"]) == (
        "returned",
        "業務を具体的に",
        ["road-officer"],
    )
    changed = office.acted("road-officer", number, "change", tasks="道路台帳の点検結果12件の整理", day=day.isoformat())
    assert (changed["state"], changed["round"]) == ("submitted", 2)
    assert office.acted("road-director", number, "reject", reason="立会いがあるため")["state"] == "rejected"


def test_withdrawn_before_and_revoked_after_the_order(office: Office) -> None:
    day = office.free_day()
    withdrawn = office.applied(day=day)["number"]
    assert office.acted("road-officer", withdrawn, "withdraw")["state"] == "withdrawn"
    revoked = office.applied(day=day)["number"]
    office.acted("road-director", revoked, "approve")
    refused(office.post("road-officer", f"requests/{revoked}/withdraw", {}), "order-stands", 409)
    refused(office.post("road-director", f"requests/{revoked}/revoke", {}), "invalid", 400, "reason")
    assert office.acted("road-director", revoked, "revoke", reason="来庁対応のため")["state"] == "revoked"


def test_the_same_key_does_it_once(office: Office) -> None:
    key, body = str(uuid4()), office.request()
    first = office.post("road-officer", "requests", body, key=key)
    again = office.post("road-officer", "requests", body, key=key)
    assert (again.status_code, again.content) == (201, first.content)
    other = office.post("road-officer", "requests", {**body, "tasks": "別の仕事"}, key=key)
    refused(other, "key-reused", 422, "Idempotency-Key")


def test_what_the_rules_do_not_allow_is_refused_each_with_its_own_code(office: Office) -> None:
    day = office.free_day()
    satellite = {"kind": "satellite_office", "place": "training-3f"}
    evening = [{"kind": "telework", "from": "08:30", "to": "19:00"}]
    twice = [{"kind": "telework", "from": "08:30", "to": "12:00"}, {"kind": "leave", "from": "11:00", "to": "17:15"}]
    saturday = office.today + timedelta(days=(5 - office.today.weekday()) % 7 or 7)
    for changed, code, field in (
        ({"day": saturday}, "closed-day", "day"),
        ({"day": office.today - ONE_DAY}, "in-the-past", "day"),
        ({"day": day, **satellite, "slots": evening}, "satellite-hours", "slots"),
        ({"day": day, **satellite, "place": "nowhere"}, "unknown-place", "place"),
        ({"day": day, "kind": "satellite_office"}, "place-required", "place"),
        ({"day": day, "kind": "visiting"}, "place-not-allowed", "kind"),
        ({"day": day, "slots": twice}, "overlapping-slot", "slots"),
        ({"day": day, "work_pattern": "night"}, "unknown-pattern", "work_pattern"),
        ({"day": day, "rules_version": "1999-01"}, "stale-service-rules", "rules_version"),
    ):
        refused(office.post("road-officer", "requests", office.request(**changed)), code, 422, field)


def test_a_late_request_needs_its_reason_and_is_marked(office: Office) -> None:
    today = OFFICE.next_open(office.today)
    response = office.post("housing-officer", "requests", office.request(day=today))
    refused(response, "late-needs-reason", 422, "late_reason")
    late = office.applied("housing-officer", day=today, late_reason="前日の夕方に保育園が休園となったため")
    assert (late["late"], late["late_reason"]) == (True, "前日の夕方に保育園が休園となったため")


def test_only_the_head_decides_and_only_in_the_right_state(office: Office) -> None:
    request = office.applied()
    number, version = request["number"], request["version"]
    refused(office.post("road-officer", f"requests/{number}/approve", {}), "self-approval", 403)
    refused(office.post("housing-director", f"requests/{number}/approve", {}), "not-unit-head", 403)
    refused(office.post("road-lead", f"requests/{number}/approve", {}), "not-unit-head", 403)
    refused(office.post("road-director", f"requests/{number}/withdraw", {}), "forbidden", 403)
    refused(office.post("housing-officer", f"requests/{number}/withdraw", {}), "not-found", 404)
    refused(office.post("road-officer", "requests/R8-999999/withdraw", {}), "not-found", 404)
    refused(office.post("road-officer", f"requests/{number}/start", {}), "not-ordered", 409)
    office.acted("road-director", number, "approve", version=version)
    stale = office.post("road-director", f"requests/{number}/revoke", {"reason": "会議", "version": version})
    refused(stale, "stale-version", 409, "version")
    refused(office.post("road-officer", f"requests/{number}/start", {}), "not-the-day", 409)
    again = office.request(day=date.fromisoformat(request["day"]))
    refused(office.post("road-officer", "requests", again), "already-ordered", 409, "day")
    theirs = order("road-officer", office.free_day())
    refused(office.post("housing-director", "orders", theirs), "not-unit-head", 403)
    refused(office.post("road-director", "orders", {**theirs, "to_post": "nobody"}), "unknown-post", 422, "to_post")


def test_overtime_is_only_for_temporary_or_urgent_duty_and_never_more_than_asked(office: Office) -> None:
    number = office.applied()["number"]
    office.acted("road-director", number, "approve")
    path = f"requests/{number}"
    wish = {"minutes": 60, "category": "convenience", "reason": "静かなため"}
    refused(office.post("road-officer", f"{path}/request-overtime", wish), "overtime-not-temporary", 422, "category")
    refused(office.post("road-director", f"{path}/order-overtime", {"minutes": 30}), "no-overtime-request", 409)
    office.acted("road-officer", number, "request-overtime", **{**wish, "category": "temporary"})
    refused(office.post("road-director", f"{path}/order-overtime", {"minutes": 61}), "over-requested-minutes", 422)
    assert office.acted("road-director", number, "refuse-overtime", reason="翌日で足りるため")["ordered_minutes"] == 0


def test_what_was_just_done_is_read_at_once_with_after(office: Office) -> None:
    response = office.post("road-officer", "requests", office.request())
    number, position = response.json()["number"], response.headers["kessai-position"]
    headers = {"Authorization": f"Bearer {office.token('road-officer')}"}
    read = office.http.get(f"/v1/telework-requests/{number}?after={position}", headers=headers)
    assert (read.status_code, read.json()) == (200, response.json())
