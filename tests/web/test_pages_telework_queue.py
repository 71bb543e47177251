"""The head's queue: several approvals with one press, each its own command, and each row's own refusal."""

import pytest

from tests.web.page_world import pages
from tests.web.telework_world import FRIDAY_EVENING, FRIDAY_MORNING, QUEUE, acted, asked, document


@pytest.fixture
def world(database, tmp_path):
    with pages(database.settings(), tmp_path) as world:
        yield world


DONE = {"content": "終えた"}
PEOPLE = ("road-officer", "road-senior", "road-chief")


def test_several_are_approved_with_one_press(world):
    numbers = [asked(world, post) for post in PEOPLE]
    director = world.person("road-director")
    page = director.open(QUEUE)
    assert "申請 3件" in page.text
    done = director.send(page, QUEUE, number=numbers[:2], verb="approve")
    assert "2件を承認・命令しました。" in done.text
    assert [document(world, number)["state"] for number in numbers] == ["ordered", "ordered", "submitted"]
    assert "申請 1件" in director.open(QUEUE).text


def test_the_inbox_leads_to_the_page_where_several_are_answered(world):
    asked(world, "road-officer")
    director = world.person("road-director")
    assert f'href="{QUEUE}"' not in director.open("/").html
    asked(world, "road-senior")
    inbox = director.open("/")
    assert f'href="{QUEUE}"' in inbox.html
    assert "職員0524 R8.11.13（金） 在宅勤務" in inbox.text
    assert "申請 職員0524" in inbox.text
    assert f'href="{QUEUE}"' not in world.person("road-officer").open("/").html


def test_each_row_is_refused_for_itself_and_the_others_are_done(world):
    numbers = [asked(world, post) for post in PEOPLE]
    director = world.person("road-director")
    page = director.open(QUEUE)
    acted(world, "road-senior", "withdraw", numbers[1])
    done = director.send(page, QUEUE, number=numbers, verb="approve")
    assert done.status == 200
    assert "2件を承認・命令しました。1件はできませんでした。" in done.text
    assert [document(world, number)["state"] for number in numbers] == ["ordered", "withdrawn", "ordered"]


def test_the_page_sent_twice_orders_once(world):
    number, director = asked(world), world.person("road-director")
    page = director.open(QUEUE)
    director.send(page, QUEUE, number=[number], verb="approve")
    head = world.head
    again = director.send(page, QUEUE, number=[number], verb="approve")
    assert (world.head, "1件を承認・命令しました。" in again.text) == (head, True)


def test_a_row_that_changed_since_is_not_approved_unseen(world):
    number, director = asked(world), world.person("road-director")
    page = director.open(QUEUE)
    acted(world, "road-officer", "change", number, tasks="別の仕事")
    refused = director.send(page, QUEUE, number=[number], verb="approve")
    assert document(world, number)["state"] == "submitted"
    assert "画面を開いた後に内容が変わりました" in refused.text


def test_nothing_ticked_and_foreign_numbers_change_nothing(world):
    asked(world)
    director = world.person("road-director")
    page = director.open(QUEUE)
    head = world.head
    none = director.send(page, QUEUE, verb="approve")
    assert (none.status, "印を付けてください" in none.text) == (400, True)
    foreign = director.send(page, QUEUE, verb="approve", number=["../x", "R8-999999"], **{"key-R8-999999": "abc"})
    assert "2件はできませんでした。" in foreign.text
    assert world.head == head


def test_all_may_be_ticked_without_a_script_and_reports_are_acknowledged_together(world):
    numbers = [asked(world, post) for post in PEOPLE[:2]]
    for number in numbers:
        acted(world, "road-director", "approve", number)
    for at, verb, body in (
        (FRIDAY_MORNING, "start", {}),
        (FRIDAY_EVENING, "end", {}),
        (FRIDAY_EVENING, "report", DONE),
    ):
        world.clock.set(at)
        for number, post in zip(numbers, PEOPLE, strict=False):
            acted(world, post, verb, number, **body)
    director = world.person("road-director")
    page = director.open(f"{QUEUE}?all=acknowledge")
    ticked = page.form(QUEUE)  # the only form: no request waits for approval
    assert sorted(ticked["number"]) == numbers
    done = director.send(page, QUEUE, verb="acknowledge")
    assert "2件を確認しました。" in done.text
    assert {document(world, number)["state"] for number in numbers} == {"acknowledged"}


def test_overtime_is_led_to_its_own_page_and_the_officer_has_an_empty_queue(world):
    number = asked(world)
    acted(world, "road-director", "approve", number)
    acted(world, "road-officer", "request-overtime", number, minutes=60, category="urgent", reason="災害対応")
    director = world.person("road-director")
    page = director.open(QUEUE)
    assert f'href="/telework-requests/{number}#act"' in page.html
    assert "承認を待つ申請はありません。" in world.person("road-officer").open(QUEUE).text
