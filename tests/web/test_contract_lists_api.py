"""電子契約 over HTTP: the list and its CSV, reports, many at once; within what each reader may see."""

import codecs
import csv
import io
import time
from datetime import UTC, date, datetime

import pytest

from api.gateway import Busy
from kessai.processes import RECORDS
from tests.ledger.contract_facts import HOUSING, archived, prepared, whole
from tests.web.api_world import refused
from tests.web.contract_world import contracting
from tests.web.page_world import StraightGateway

APRIL = date(2026, 4, 1)


@pytest.fixture(scope="module")
def world(database, tmp_path_factory):
    with contracting(database.settings(), tmp_path_factory.mktemp("contract-lists")) as world:
        late = datetime(2026, 4, 8, 3, 0, tzinfo=UTC)
        world.tell("R8-000101", *whole("R8-000101", on=APRIL, names=("=株式会社みどり",), title="@橋りょう点検"))
        world.tell("R8-000102", *whole("R8-000102", on=APRIL, amount_yen=3_000_000, custody=HOUSING))
        reason = "年度当初から履行するため"
        differing = whole("R8-000103", on=APRIL, signed_at=late, dates_differ=True, retroactive_reason=reason)
        world.tell("R8-000103", *differing, archived("R8-000103"))
        world.tell("R8-000104", prepared("R8-000104", amount_yen=None))
        world.api.project()
        yield world


def numbers(world, query, post="road-officer"):
    return [each["number"] for each in world.read(f"/v1/contracts{query}", post)["items"]]


def test_the_list_narrows_by_any_combination(world):
    every = ["R8-000104", "R8-000103", "R8-000102", "R8-000101"]
    assert numbers(world, "", "governor") == every
    assert numbers(world, "?from=2026-04-01&to=2026-04-01&amount_min=3000000&amount_max=3000000", "governor") == [
        every[2]
    ]
    assert numbers(world, "?counterparty=みどり&from=2026-04-01&amount_min=1", "governor") == [every[3]]
    assert numbers(world, "?counterparty=みどり&from=2026-04-02", "governor") == []
    assert numbers(world, "?state=consent_missing&state=ready&class=services", "governor") == [every[0]]
    assert numbers(world, "?waiting_on=road-officer", "governor") == [every[0]]
    assert numbers(world, "?unit=housing&corporate_number=1234567890123", "governor") == [every[2]]
    assert numbers(world, "?effective_from=2026-04-01&signed_from=2026-04-08&signed_to=2026-04-08", "governor") == [
        every[1]
    ]
    assert numbers(world, "?q=橋りょう", "governor") == [every[3]]
    first = world.read("/v1/contracts?limit=2", "governor")
    second = world.read(f"/v1/contracts?limit=2&cursor={first['next_cursor']}", "governor")
    assert [each["number"] for each in (*first["items"], *second["items"])] == every
    for wrong in ("?state=signed", "?from=yesterday", "?corporate_number=12", "?cursor=x", "?colour=red", "?limit=0"):
        refused(world.api.get(f"/v1/contracts{wrong}"), "invalid", 400)


def test_a_reader_lists_their_own_and_finance_lists_all(world):
    assert "R8-000102" not in numbers(world, "", "road-chief")
    assert "R8-000103" in numbers(world, "", "road-chief")
    assert numbers(world, "", "farming-officer") == []
    assert len(numbers(world, "", "property-director")) == 4  # the contract officer


def test_the_csv_opens_in_excel_and_calculates_nothing(world):
    got = world.api.get("/v1/contracts?format=csv", "governor")
    assert got.content.startswith(codecs.BOM_UTF8)
    rows = list(csv.DictReader(io.StringIO(got.content.decode("utf-8-sig"))))
    assert [row["番号"] for row in rows] == ["R8-000104", "R8-000103", "R8-000102", "R8-000101"]
    assert (rows[3]["相手方"], rows[3]["件名"]) == ("'=株式会社みどり", "'@橋りょう点検")
    assert (rows[3]["契約金額(税込)"], rows[3]["契約日"], rows[0]["契約金額(税込)"]) == ("12000000", "2026-04-01", "")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    accepted = world.api.get("/v1/contracts?encoding=shift_jis", "governor", Accept="text/csv")
    assert accepted.content.decode("cp932").splitlines()[0].startswith("番号,状態")
    assert "filename*=UTF-8''" in accepted.headers["content-disposition"]


def test_finance_reads_what_stamp_duty_was_saved(world):
    report = world.read("/v1/contract-reports/stamp-duty?by=unit", "governor")
    assert (report["contracts"], report["saved_yen"]) == (3, 60_000)
    assert {each["label"]: each["saved_yen"] for each in report["items"]} == {"道路課": 40_000, "住宅課": 20_000}
    monthly = world.read("/v1/contract-reports/stamp-duty?from=2026-04-01&to=2026-04-30", "governor")
    assert [(each["key"], each["taxed"]) for each in monthly["items"]] == [("2026-04", 3)]
    got = world.api.get("/v1/contract-reports/stamp-duty?by=class&format=csv", "governor")
    assert "業務委託契約,3,3,27000000,60000" in got.content.decode("utf-8-sig")


def test_a_backdated_contract_is_reported_with_its_reason(world):
    (item,) = world.read("/v1/contract-reports/dates", "governor")["items"]
    assert (item["number"], item["days_between"]) == ("R8-000103", 7)
    assert item["takes_effect_before_signature"]
    assert item["retroactive_reason"] == "年度当初から履行するため"
    got = world.api.get("/v1/contract-reports/dates?format=csv", "governor")
    assert "年度当初から履行するため,7" in got.content.decode("utf-8-sig")
    assert world.read("/v1/contract-reports/dates?to=2026-03-31", "governor")["items"] == []


def test_custody_says_what_is_kept_how_and_until_when(world):
    report = world.read("/v1/contract-reports/custody", "governor")
    assert report["levels"] == {"B-LTA": 1, "B-T": 2}
    assert report["counts"]["unarchived"] == 2
    kept = next(each for each in report["items"] if each["number"] == "R8-000103")
    assert (kept["level"], kept["generation"], kept["algorithm"]) == ("B-LTA", 1, "sha256")
    assert [each["number"] for each in world.read("/v1/contract-reports/custody?which=due", "governor")["items"]] == []
    got = world.api.get("/v1/contract-reports/custody?which=unarchived&format=csv", "governor")
    assert len(got.content.decode("utf-8-sig").splitlines()) == 3
    refused(world.api.get("/v1/contract-reports/custody?which=nothing"), "invalid", 400)


def test_the_inbox_of_an_officer_has_the_contract_with_what_to_do(world):
    items = world.read("/v1/inbox")["items"]
    mine = [(each["task"], each["case"]["number"]) for each in items if each["noun"] == "contract"]
    assert mine == [("consent", "R8-000104")]


def finished(world, id_, post="road-officer"):
    until = time.monotonic() + 30
    while (found := world.read(f"/v1/contract-batches/{id_}", post))["state"] == "running":
        assert time.monotonic() < until
    return found


def test_many_are_released_at_once_each_decided_for_itself(world):
    ready = [world.signing.prepared(mark=f"batch-{n}") for n in range(6)]
    document = world.typeset(key="missing")["sha256"]
    missing = world.created(world.decided(document), document)["number"]
    body = {"verb": "release", "numbers": [*ready, missing, "R8-999999"]}
    begun = world.api.post("/v1/contract-batches", body, key="april")
    assert begun.status_code == 201, begun.text
    found = finished(world, begun.json()["id"])
    assert found["counts"] == {"total": 8, "accepted": 6, "refused": 2, "pending": 0}
    refusals = {each["number"]: each["code"] for each in found["items"] if each["state"] == "refused"}
    assert refusals == {missing: "consent-missing", "R8-999999": "not-found"}
    assert all(each["reason"].endswith("。") for each in found["items"] if each["state"] == "refused")
    head = world.api.composition.reader.head()
    again = world.api.post("/v1/contract-batches", body, key="april")
    assert again.json()["id"] == found["id"]
    assert finished(world, found["id"])["counts"] == found["counts"]
    assert world.api.composition.reader.head() == head
    refused(world.api.post("/v1/contract-batches", {**body, "verb": "sign"}, key="april"), "key-reused", 422)
    refused(world.api.get(f"/v1/contract-batches/{found['id']}", "road-chief"), "not-found", 404)
    refused(world.api.post("/v1/contract-batches", {"verb": "release"}, key="empty"), "invalid", 400)


class Interrupted(StraightGateway):
    """A gateway behind which nobody answers after so many commands."""

    left = 2

    async def _through_temporal(self, envelope):
        if self.left == 0:
            raise Busy("nobody answers")
        self.left -= 1
        return await super()._through_temporal(envelope)


def test_an_interrupted_batch_goes_on_where_it_was(world):
    ready = [world.signing.prepared(mark=f"interrupted-{n}") for n in range(5)]
    parts, composition, whole_gateway = world.api.parts, world.api.composition, world.api.parts.gateway
    broken = Interrupted(
        composition.writer, starter=None, reader=composition.reader, signer=composition.signer,
        clock=composition.clock, records=RECORDS,
    )  # fmt: skip
    object.__setattr__(parts, "gateway", broken)
    body = {"verb": "release", "numbers": ready}
    found = finished(world, world.api.post("/v1/contract-batches", body, key="interrupted").json()["id"])
    assert (found["state"], found["counts"]["accepted"], found["counts"]["pending"]) == ("interrupted", 2, 3)
    object.__setattr__(parts, "gateway", whole_gateway)
    found = finished(world, world.api.post("/v1/contract-batches", body, key="interrupted").json()["id"])
    assert (found["state"], found["counts"]["accepted"]) == ("done", 5)
    assert {world.signing.contract(number).round for number in ready} == {1}


def test_many_are_prepared_from_a_list(world):
    approvals = [world.signing.decided(world.typeset(key=f"csv-{n}")["sha256"]) for n in range(2)]
    heading = "決裁番号,契約の種類,相手方,氏名,メールアドレス,電話番号,署名・写し,効力の発生日"
    lines = [
        f"{approvals[0]},業務委託契約,受注者A社,署名者01,signer01@example.co.jp,090-0000-0001,署名,",
        f"{approvals[0]},業務委託契約,受注者A社,経理01,keiri@example.co.jp,,写し,",
        f"{approvals[1]},業務委託契約,受注者A社,署名者02,signer02@example.co.jp,,,R8.12.1",
    ]
    file = "\r\n".join((heading, *lines)).encode("cp932")
    sent = world.send_list(file)
    assert sent.status_code == 201, sent.text
    found = finished(world, sent.json()["id"])
    assert found["counts"]["accepted"] == 2, found
    contract = world.read(f"/v1/contracts/{found['items'][0]['number']}")
    assert [each["person"]["name"] for each in contract["copied"]] == ["経理01"]
    second = world.read(f"/v1/contracts/{found['items'][1]['number']}")
    assert second["effective_from"] == "2026-12-01"


def test_what_is_wrong_in_a_list_is_said_line_by_line(world):
    heading = "決裁番号,契約の種類,相手方,氏名,メールアドレス"
    wrong = f"{heading}\r\nR8-999999,なにか,受注者A社,署名者01,signer01@example.co.jp\r\n".encode()
    problem = refused(world.send_list(wrong, key="wrong"), "invalid", 400)
    assert all("2行目" in each["message"] for each in problem["errors"])
    assert len(problem["errors"]) == 2
    missing = refused(world.send_list("決裁番号,色\r\nR8-1,赤\r\n".encode(), key="columns"), "invalid", 400)
    assert "「色」の列は使えません。" in missing["errors"][0]["message"]
    refused(world.send_list(b"\xff\xfe\x00", key="bytes"), "invalid", 400)
