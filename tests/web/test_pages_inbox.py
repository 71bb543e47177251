"""The inbox and the search: what waits on a person, in the order of its urgency, and every case they may see."""

import re
from datetime import UTC, datetime

import pytest

from tests.web.page_world import ROUTINE, pages


@pytest.fixture
def world(database, tmp_path):
    with pages(database.settings(), tmp_path) as world:
        yield world


def titles(page):
    return re.findall(r'<h3><a href="/approvals/[^"]+">(?:<span[^>]*>至急</span> )?([^<]+)', page.html)


def test_what_is_urgent_comes_first_and_says_why_it_is_here(world):
    world.submitted(title="急がないもの", counterparty=None)
    world.submitted(title="急ぐもの", urgent=True, counterparty=None)
    page = world.person("road-chief").open("/")
    assert titles(page) == ["急ぐもの", "急がないもの"]
    for told in (
        "至急",
        "道路課道路係長の回議を待っています",
        "12,000,000円",
        "委託料",
        "道路課",
        "R8.11.13（金）17:15",
    ):
        assert told in page.text, told
    assert re.search(r"自分の番 2", page.text)


def test_what_is_overdue_says_so(world):
    world.submitted()
    world.clock.set(datetime(2026, 11, 17, 1, 0, tzinfo=UTC))
    page = world.person("road-chief").open("/")
    assert "期限超過（2開庁日）" in page.text


def test_a_case_that_was_acted_on_is_gone_from_the_inbox_at_once(world):
    number, chief = world.submitted(), world.person("road-chief")
    chief.send(chief.open(f"/approvals/{number}"), f"/approvals/{number}/acts/approve")
    assert chief.open("/").text.endswith("お知らせ 自分の番 今、あなたの番の案件はありません。 ")


def test_a_full_inbox_stays_small_and_says_where_the_rest_is(world):
    for place in range(45):
        world.submitted(title=f"案件{place:02}について(長い件名の例として文字を足しておく)", urgent=True)
    page = world.person("road-chief").open("/")
    assert len(titles(page)) == 40
    assert len(page.response.content) < 30 * 1024
    assert 'href="/approvals?waiting=mine"' in page.html
    assert "自分の番 45" in page.text


def test_when_the_lists_lag_behind_the_reader_is_told(world):
    number, chief = world.submitted(), world.person("road-chief")
    page = chief.open(f"/approvals/{number}")
    chief.http.post(f"/approvals/{number}/acts/approve", data=page.form(f"/approvals/{number}/acts/approve"))
    assert "一覧への反映を待っています" in chief.http.get("/").text


def test_the_tabs_hold_what_is_to_be_seen_what_one_drafted_and_what_one_is_told(world):
    drafter = world.person("road-officer")
    number = world.submitted()
    world.api.write("road-officer", "circulate", number, posts=["ict-director"])
    assert titles(world.person("ict-director").open("/?tab=see")) == ["道路台帳システム改修業務の委託"]
    drafts = drafter.open("/?tab=drafts")
    assert "回付中の自分の起案" in drafts.text
    decided = world.decided()
    notices = drafter.open("/?tab=notices")
    assert f'href="/approvals/{decided}"' in notices.html
    assert "決裁" in notices.text


def test_a_person_of_two_posts_may_look_at_one_of_them(world):
    world.submitted("works-officer", title="建設管理課の物品", amount_yen=1_000_000, counterparty=None)
    deputy = world.person("construction-deputy")
    assert titles(deputy.open("/")) == ["建設管理課の物品"]
    assert titles(deputy.open("/?post=works-director")) == ["建設管理課の物品"]
    assert titles(deputy.open("/?post=construction-deputy")) == []
    assert titles(deputy.open("/?post=governor")) == ["建設管理課の物品"], "a post of somebody else is no filter"


def test_a_person_of_two_posts_chooses_as_which_they_go_on(world):
    deputy = world.person("construction-deputy")
    page = deputy.send(deputy.open("/"), "/login/post", post="works-director")
    assert "<summary>建設管理課長</summary>" in page.html


def test_the_search_finds_by_words_kind_unit_amount_day_and_who_it_waits_for(world):
    world.submitted(title="除雪の委託", amount_yen=12_000_000)
    world.submitted(**{**ROUTINE, "amount_yen": None, "counterparty": None})
    drafter = world.person("road-officer")
    for query, found in {
        "": ["道路台帳の照会への回答", "除雪の委託"],
        "q=除雪": ["除雪の委託"],
        "q=ないもの": [],
        "kind=routine_reply": ["道路台帳の照会への回答"],
        "unit=construction": ["道路台帳の照会への回答", "除雪の委託"],
        "unit=housing": [],
        "min=10000000": ["除雪の委託"],
        "max=1000万": [],
        "from=R8.11.12&to=2026-11-12": ["道路台帳の照会への回答", "除雪の委託"],
        "to=2026-11-11": [],
        "state=in_review&waiting=road-chief": ["道路台帳の照会への回答", "除雪の委託"],
        "waiting=mine": [],
    }.items():
        page = drafter.open(f"/approvals?{query}")
        assert (page.status, titles(page)) == (200, found), query
    assert titles(world.person("housing-officer").open("/approvals")) == []


def test_a_filter_that_cannot_be_read_is_named_and_kept(world):
    page = world.person("road-officer").open("/approvals?min=たくさん&q=除雪&state=bogus")
    assert page.status == 400
    assert 'id="e-min"' in page.html
    assert 'value="たくさん"' in page.html
    assert 'value="除雪"' in page.html


def test_a_long_list_goes_on_page_by_page(world):
    for place in range(23):
        world.submitted(title=f"案件{place:02}", counterparty=None)
    drafter = world.person("road-officer")
    first = drafter.open("/approvals?kind=outsourcing")
    (more,) = re.findall(r'href="([^"]+)" rel="next"', first.html)
    second = drafter.open(more.replace("&amp;", "&"))
    assert titles(first) + titles(second) == [f"案件{place:02}" for place in reversed(range(23))]
    assert 'rel="next"' not in second.html
    assert drafter.open("/approvals?cursor=bogus").status == 400


def test_who_acts_for_a_vacant_post_finds_its_cases_too(world):
    world.submitted("farming-officer", title="農政課の物品", kind="goods", amount_yen=1_000_000, counterparty=None)
    page = world.person("agriculture-director").open("/")
    assert titles(page) == ["農政課の物品"]
    assert "農政課長事務取扱" in page.text
