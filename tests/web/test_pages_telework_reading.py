"""What telework pages show: the day, the unit, the book, the rules; and that looking changes nothing."""

import pytest

from tests.web.page_world import pages
from tests.web.telework_world import FRIDAY, FRIDAY_MORNING, NEW, QUEUE, acted, asked

MONTH = "unit=road&month=2026-11"


@pytest.fixture
def world(database, tmp_path):
    with pages(database.settings(), tmp_path) as world:
        yield world


def test_looking_at_every_page_changes_nothing_and_obeys_the_policy(world):
    number = asked(world)
    director = world.person("road-director")
    head = world.head
    paths = (
        "/telework", "/telework-requests", NEW, "/telework-orders/new", "/telework/today", QUEUE, "/telework/rules",
        f"/telework/register?{MONTH}", f"/telework-requests/{number}", f"/telework-requests/{number}/acts/approve",
    )  # fmt: skip
    for path in paths:
        page = director.open(path)
        assert page.status == 200, path
        assert page.response.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
        assert " style=" not in page.html, path
        assert "onclick" not in page.html, path
    assert world.head == head


def test_whoever_is_not_logged_in_is_led_to_the_login(world):
    anonymous = world.api.http.get("/telework", headers={"accept": "text/html"}, follow_redirects=False)
    assert (anonymous.status_code, anonymous.headers["location"]) == (303, "/login?next=/telework")


def test_the_first_page_has_todays_order_with_its_button_and_the_ways_on(world):
    number = asked(world)
    acted(world, "road-director", "approve", number)
    world.clock.set(FRIDAY_MORNING)
    page = world.person("road-officer").open("/telework")
    for told in ("今日 R8.11.13（金）", "8:30–17:15", "開始する", "超勤申請", "承認・命令簿", "決まりと使い方"):
        assert told in page.text, told
    assert "申請なしの命令" not in page.text
    director = world.person("road-director").open("/telework")
    assert "申請なしの命令" in director.text
    assert "今日のテレワークの命令はありません。" in director.text


def test_the_head_sees_how_much_waits(world):
    asked(world)
    asked(world, "road-senior")
    page = world.person("road-director").open("/telework")
    assert "承認・命令待ち 2件" in page.text


def test_the_unit_today_shows_who_is_late(world):
    for post in ("road-officer", "road-senior"):
        acted(world, "road-director", "approve", asked(world, post))
    world.clock.set(FRIDAY_MORNING)
    page = world.person("road-director").open("/telework/today")
    assert "令和8年11月13日（金） 2人" in page.text
    assert "開始報告待ち" in page.text
    assert "連絡先 内線 2525" in page.text
    assert "0人" in world.person("road-director").open("/telework/today?day=2026-11-16").text
    assert "0人" in world.person("housing-officer").open(f"/telework/today?unit=road&day={FRIDAY}").text


def test_a_colleague_sees_how_to_reach_whoever_works_elsewhere_and_nothing_else(world):
    number = asked(world, tasks="議会答弁の準備")
    acted(world, "road-director", "approve", number)
    world.clock.set(FRIDAY_MORNING)
    page = world.person("road-senior").open("/telework/today")
    assert "同じ所属の職員への連絡 1人" in page.text
    assert "連絡先 内線 2525" in page.text
    assert "議会答弁の準備" not in page.text
    assert number not in page.response.text
    assert "連絡先" not in world.person("housing-officer").open(f"/telework/today?unit=road&day={FRIDAY}").text


def test_the_book_of_a_month_has_every_column_and_its_files(world):
    number = asked(world, tasks="=1+1")
    acted(world, "road-director", "approve", number)
    director = world.person("road-director")
    page = director.open(f"/telework/register?{MONTH}")
    for told in (
        "在宅勤務・サテライトオフィス勤務承認・命令簿",
        "道路課主事 職員0525",
        "R8.11.13（金）",
        "=1+1",
        "自宅",
    ):
        assert told in page.text.replace("\n", " "), told
    csv = director.http.get(f"/telework/register/csv?{MONTH}")
    assert csv.content.startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in csv.text
    shift = director.http.get(f"/telework/register/csv?{MONTH}&encoding=shift_jis")
    assert "承認・命令" in shift.content.decode("cp932")
    pdf = director.http.get(f"/telework/register/pdf?{MONTH}")
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert "この月の記載はありません。" in director.open("/telework/register?unit=road&month=2026-10").text
    assert "この月の記載はありません。" in director.open(f"/telework/register?{MONTH}&as_of=2026-11-11").text
    assert director.open("/telework/register?month=November").status == 400


def test_the_rules_are_shown_by_their_version(world):
    page = world.person("road-officer").open("/telework/rules")
    for told in ("2022-09版", "職務専念義務", "前の開庁日の17:15までに申請します。", "十勝総合振興局1階（4席）"):
        assert told in page.text, told
