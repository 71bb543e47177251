"""Telework on a phone of 360 pixels: applying with taps, the head on a train, one press to begin and to end."""

from datetime import timedelta

import pytest

from tests.browser.paper import pictures_of
from tests.browser.phone import phone
from tests.browser.test_pages_for_everybody import AUDIT
from tests.web.page_world import pages
from tests.web.telework_world import FRIDAY_EVENING, FRIDAY_MORNING, acted, asked, document

pytestmark = pytest.mark.browser
PEOPLE = ("road-officer", "road-senior", "road-chief", "road-lead")
TASKS = ("道路台帳の更新", "占用許可の審査", "橋梁長寿命化計画の見直し", "予算要求資料の作成")
PRINTED_OCTETS_MIN = 10_000  # an empty page is far smaller


@pytest.fixture
def world(database, tmp_path):
    with pages(database.settings(), tmp_path) as world:
        yield world


def last_number(page):
    return page.url.rsplit("/", 1)[-1]


def test_a_request_is_made_with_a_few_taps_once_there_was_one(world, browser, pictures):
    asked(world, tasks="道路台帳の更新")
    world.api.project()
    with phone(browser, world.address, pictures) as officer:
        officer.log_in("road-officer")
        page = officer.page
        page.get_by_role("link", name="テレワーク", exact=True).click()
        officer.picture("telework-home-empty")
        page.get_by_role("link", name="テレワークを申請する").click()
        assert not page.get_by_label("期限後に申請する理由").is_visible()
        officer.picture("telework-apply")
        page.get_by_label("今日 R8.11.12（木）").check()
        assert page.get_by_label("期限後に申請する理由").is_visible()
        officer.picture("telework-apply-late", whole=False)
        page.get_by_label("R8.11.16（月） 申請は").check()
        assert page.get_by_label("業務内容").input_value() == "道路台帳の更新"
        page.get_by_label("服務の決まり（2022-09版）を確認しました").check()
        page.get_by_role("button", name="申請する").click()
        page.wait_for_selector(".flash")
        officer.picture("telework-applied")
        assert document(world, last_number(page))["day"] == "2026-11-16"
        assert officer.complaints == []


def test_the_head_approves_several_on_a_train_and_one_is_gone_meanwhile(world, browser, pictures):
    numbers = [asked(world, post) for post in PEOPLE]
    asked(world, "road-officer", day="2026-11-12", late_reason="子の発熱のため")
    world.api.project()
    with phone(browser, world.address, pictures, scripts=False) as director:
        director.log_in("road-director")
        director.open("/telework/queue")
        director.page.get_by_role("link", name="すべてに印を付ける").click()
        director.picture("page-telework-queue", whole=False)
        acted(world, "road-senior", "withdraw", numbers[1])
        director.page.get_by_role("button", name="印を付けた申請を承認・命令する").click()
        assert "4件を承認・命令しました。1件はできませんでした。" in director.page.inner_text("main")
        director.picture("telework-queue-answered")
        assert director.complaints == []
    assert [document(world, number)["state"] for number in numbers] == ["ordered", "withdrawn", "ordered", "ordered"]


def test_a_day_goes_by_with_one_press_each(world, browser, pictures):
    number = asked(world)
    acted(world, "road-director", "approve", number)
    world.clock.set(FRIDAY_MORNING)
    world.api.project()
    with phone(browser, world.address, pictures) as officer:
        officer.log_in("road-officer")
        page = officer.page
        officer.open("/telework")
        officer.picture("page-telework-home")
        page.get_by_role("button", name="開始する").click()
        page.wait_for_selector(".flash")
        assert document(world, number)["started"]["device_time"] is not None
        officer.picture("telework-started")
        page.get_by_role("link", name="超勤申請").click()
        page.get_by_label("緊急の公務").check()
        page.get_by_label("理由").fill("災害対応")
        officer.picture("telework-overtime")
        page.get_by_role("button", name="超勤を申請する").click()
        page.wait_for_selector(".flash")
        acted(world, "road-director", "order-overtime", number, minutes=30)
        world.clock.set(FRIDAY_EVENING + timedelta(minutes=20))
        world.api.project()
        officer.open("/telework-requests")
        officer.picture("telework-mine")
        page.get_by_role("button", name="終了する").click()
        page.wait_for_selector(".flash")
        page.get_by_role("textbox", name="勤務内容").fill("道路台帳の3路線を更新した。")
        officer.picture("telework-report")
        page.get_by_role("button", name="報告する").click()
        page.wait_for_selector(".flash")
        assert officer.complaints == []
    with phone(browser, world.address, pictures) as director:
        director.log_in("road-director")
        for path, name in (
            ("/telework", "telework-head-home"),
            ("/telework/today", "telework-today"),
            ("/telework/queue", "telework-queue-reports"),
            ("/telework/register", "telework-register-page"),
            (f"/telework-requests/{number}", "telework-acknowledge"),
            ("/telework-orders/new", "telework-order"),
            ("/telework/rules", "telework-rules"),
        ):
            world.api.project()
            director.open(path)
            director.picture(name)
        director.page.emulate_media(media="print")
        director.page.set_viewport_size({"width": 1060, "height": 740})
        director.open("/telework/register")
        assert director.page.locator("thead").is_visible()
        assert not director.page.locator("header.site").is_visible()
        director.picture("telework-register-print")


def test_the_book_of_a_month_is_printed_like_the_paper_one(world, browser, pictures):
    numbers = [asked(world, post, tasks=tasks) for post, tasks in zip(PEOPLE, TASKS, strict=True)]
    for number in numbers:
        acted(world, "road-director", "approve", number)
    world.clock.set(FRIDAY_MORNING)
    for post, number in zip(PEOPLE[:3], numbers, strict=False):
        acted(world, post, "start", number)
    world.clock.set(FRIDAY_EVENING)
    for post, number in zip(PEOPLE[:3], numbers, strict=False):
        acted(world, post, "end", number)
        acted(world, post, "report", number, content="予定どおり終えた。")
    acted(world, "road-director", "acknowledge", numbers[0])
    asked(world, "road-officer", day="2026-11-17", tasks="橋梁点検調書の整理")
    world.api.project()
    with phone(browser, world.address, pictures) as director:
        director.log_in("road-director")
        director.open("/telework/register?month=2026-11")
        link = director.page.get_by_role("link", name="PDF").get_attribute("href")
        printed = director.page.request.get(f"{world.address}{link}").body()
    (page,) = pictures_of(printed, pictures / "telework-register")
    assert page.stat().st_size > PRINTED_OCTETS_MIN


def test_the_telephone_is_answered_by_the_chief(world, browser, pictures):
    number = asked(world)
    acted(world, "road-director", "approve", number)
    world.clock.set(FRIDAY_MORNING + timedelta(hours=1))
    with phone(browser, world.address, pictures) as chief:
        chief.log_in("road-chief")
        chief.open(f"/telework-requests/{number}")
        chief.page.get_by_role("link", name="電話での開始報告を記録する").click()
        chief.picture("telework-telephone")
        chief.page.get_by_label("本人が言った開始の時刻").fill("08:40")
        chief.page.get_by_role("button", name="開始報告を記録する").click()
        chief.page.wait_for_selector(".flash")
        assert "職員0523" in chief.page.inner_text("main")
    assert document(world, number)["started"]["at"] == "2026-11-12T23:40:00Z"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_telework_page_is_sound_and_never_wider_than_a_phone(world, browser, pictures, dark):
    number = asked(world, tasks="橋梁点検の" * 30, reachable_by="内線" * 20)
    late = asked(world, "road-senior", day="2026-11-12", late_reason="急な休校のため")
    acted(world, "road-director", "approve", late)
    world.api.project()
    paths = (
        "/telework", "/telework-requests", "/telework-requests/new", "/telework-orders/new", "/telework/today",
        "/telework/today?day=2026-11-13", "/telework/queue", "/telework/rules", "/telework/register?month=2026-11",
        f"/telework-requests/{number}", f"/telework-requests/{late}",
        *(f"/telework-requests/{number}/acts/{verb}" for verb in ("approve", "return", "reject", "withdraw", "start")),
        f"/telework-requests/{late}/acts/request-overtime",
    )  # fmt: skip
    with phone(browser, world.address, pictures, dark=dark) as director:
        director.log_in("road-director")
        for path in paths:
            director.open(path)
            assert director.page.evaluate(AUDIT) == [], path
            assert not director.overflows(), path
            director.page.set_viewport_size({"width": 320, "height": 640})
            assert not director.overflows(), f"{path} at 320 pixels"
            director.page.set_viewport_size({"width": 360, "height": 740})
        assert director.complaints == []
