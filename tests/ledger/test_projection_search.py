"""Lists: Japanese text, filters in any combination, and pages that stay the same pages while people work."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from projections.approval.texts import WINDOW_POSITIONS
from projections.queries.approval import Approvals, Filters
from projections.queries.approval_pages import spans
from projections.queries.cursors import BadCursor
from projections.readers import ReaderScope
from tests.conftest import Database
from tests.ledger.projection_world import World

ALL = ReaderScope(everything=True)
TITLES = {
    "bridge": "市道１号線 橋りょう補修工事の施行について",
    "system": "文書管理システム改修業務の委託について",
    "snow": "令和８年度 除雪業務委託（国道・道道）",
    "yoshino": "𠮷野川河川敷清掃の業務について",
}


@pytest.fixture(scope="module")
def found(database: Database) -> Iterator[Callable[[str], set[str]]]:
    """Search four cases; their names."""
    world = World(database.settings()).seeded()
    partner = {"name": "㈱アルファ測量"}
    numbers = {
        world.drafted(title=TITLES["bridge"], body="別紙図面のとおり。ﾎﾟﾝﾌﾟ室を含む。"): "bridge",
        world.drafted(title=TITLES["system"], kind="outsourcing", amount_yen=3_000_000, counterparty=partner): "system",
        world.drafted(title=TITLES["snow"], body="x" * 5_000 + "末尾の語"): "snow",
        world.decided(world.drafted(title=TITLES["yoshino"])): "yoshino",
    }
    world.follow()
    approvals = Approvals(world.reads)

    def search(text: str) -> set[str]:
        return {numbers[case.number] for case in approvals.list_cases(Filters(text=text), ALL).cases}

    yield search
    world.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("橋", {"bridge"}),  # one character, in the title
        ("橋りょう", {"bridge"}),
        ("ハシ", set()),
        ("補修工事", {"bridge"}),
        ("システム", {"system"}),
        ("ｼｽﾃﾑ", {"system"}),  # half width
        ("システム改修業務の", {"system"}),
        ("改修システム", set()),  # the same pairs do not make the same text
        ("業務", {"system", "snow", "yoshino"}),
        ("業務 委託", {"system", "snow"}),
        ("業務　委託　除雪", {"snow"}),
        ("令和8年度", {"snow"}),
        ("令和８年度", {"snow"}),
        ("1号線", {"bridge"}),
        ("(国道・道道)", {"snow"}),
        ("株)アルファ", {"system"}),
        ("㈱ｱﾙﾌｧ", {"system"}),
        ("ポンプ室", {"bridge"}),  # in the body
        ("ポ", set()),  # one character is looked for in titles, parties and numbers only
        ("末尾の語", set()),  # beyond what is indexed of a very long body
        ("𠮷", {"yoshino"}),
        ("𠮷野川", {"yoshino"}),
        ("吉野川", set()),
        ("R8-000002", {"system"}),
        ("ｒ８－０００００２", {"system"}),
        ("道路第1号", {"yoshino"}),
        ("100%", set()),
        ("_", set()),
        ("'; DROP TABLE", set()),
        ("\0", {"bridge", "system", "snow", "yoshino"}),  # nothing asked
        ("  ", {"bridge", "system", "snow", "yoshino"}),
    ],
)
def test_japanese_is_found_as_people_write_it(found: Callable[[str], set[str]], text: str, expected: set[str]) -> None:
    assert found(text) == expected


def test_a_text_changed_in_the_route_is_found_by_its_new_words_only(world: World) -> None:
    number = world.seeded().drafted(title="旧い件名について")
    world.follow()
    world.send("amend", number, post="road-officer", title="新たな件名について", reason="誤記")
    world.follow()
    approvals = Approvals(world.reads)
    assert [case.number for case in approvals.list_cases(Filters(text="新たな"), ALL).cases] == [number]
    assert approvals.list_cases(Filters(text="旧い"), ALL).cases == ()


@pytest.fixture(scope="module")
def approvals(database: Database) -> Iterator[Approvals]:
    """Four cases of two days, one decided, one urgent, one only drafted."""
    world = World(database.settings()).seeded()
    world.decided(world.drafted())
    partner = {"name": "株式会社アルファ"}
    world.drafted(kind="outsourcing", title="委託", amount_yen=3_000_000, counterparty=partner)
    world.clock.at += timedelta(days=1)
    world.drafted(post="farming-officer", urgent=True)
    world.drafted(submit=False)
    world.follow()
    yield Approvals(world.reads)
    world.close()


DAY = date(2026, 11, 9)
NEXT = date(2026, 11, 10)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {1, 2, 3, 4}),
        (Filters(states=("decided",)), {1}),
        (Filters(states=("decided", "draft")), {1, 4}),
        (Filters(states=()), set()),
        (Filters(kinds=("outsourcing",)), {2}),
        (Filters(units=("farming", "road")), {1, 2, 3, 4}),
        (Filters(units=("farming",)), {3}),
        (Filters(waiting_posts=("road-chief",)), {2}),
        (Filters(drafter="0525"), {1, 2, 4}),
        (Filters(counterparty="株式会社アルファ"), {2}),
        (Filters(amount_from_yen=3_000_000, amount_to_yen=3_000_000), {2}),
        (Filters(amount_from_yen=3_000_001), set()),
        (Filters(drafted_from=NEXT), {3, 4}),
        (Filters(drafted_to=DAY), {1, 2}),
        (Filters(submitted_from=DAY), {1, 2, 3}),
        (Filters(submitted_from=NEXT, submitted_to=NEXT), {3}),
        (Filters(decided_from=DAY, decided_to=DAY), {1}),
        (Filters(decided_from=NEXT), set()),
        (Filters(due_before=datetime(2100, 1, 1, tzinfo=UTC)), {2, 3}),
        (Filters(due_before=datetime(2026, 1, 1, tzinfo=UTC)), set()),
        (Filters(urgent=True), {3}),
        (Filters(fiscal_year=2026), {1, 2, 3, 4}),
        (Filters(fiscal_year=2025), set()),
        (Filters(post_review="none"), {1, 2, 3, 4}),
        (Filters(post_review="due"), set()),
        (Filters(amends="R8-000001"), set()),
        (Filters(text="照会", urgent=True, units=("farming",), kinds=("routine_reply",)), {3}),
        (Filters(text="照会", units=("road",), states=("in_review",)), set()),
    ],
)
def test_everything_given_must_hold(approvals: Approvals, filters: Filters, expected: set[int]) -> None:
    page = approvals.list_cases(filters, ALL)
    assert {int(case.number[-1]) for case in page.cases} == expected
    assert sum(approvals.count_by_state(filters, ALL).values()) == len(expected)


def test_pages_do_not_move_while_cases_are_drafted_and_decided(world: World) -> None:
    world.seeded()
    numbers = [world.drafted() for _ in range(7)]
    world.follow()
    approvals = Approvals(world.reads)
    first = approvals.list_cases(Filters(), ALL, limit=3)
    world.decided(numbers[0])
    world.decided(numbers[6])
    later = [world.drafted() for _ in range(3)]
    world.follow()
    second = approvals.list_cases(Filters(), ALL, cursor=first.next_cursor, limit=3)
    third = approvals.list_cases(Filters(), ALL, cursor=second.next_cursor, limit=3)
    listed = [case.number for page in (first, second, third) for case in page.cases]
    assert listed == numbers[::-1]
    assert third.next_cursor is None
    assert [case.number for case in approvals.list_cases(Filters(), ALL).cases] == [*later[::-1], *numbers[::-1]]


def test_a_last_page_that_is_full_has_no_next_one(world: World) -> None:
    world.seeded()
    for _ in range(4):
        world.drafted()
    world.follow()
    approvals = Approvals(world.reads)
    first = approvals.list_cases(Filters(text="照会"), ALL, limit=2)
    last = approvals.list_cases(Filters(text="照会"), ALL, cursor=first.next_cursor, limit=2)
    assert (len(first.cases), len(last.cases), last.next_cursor) == (2, 2, None)


@pytest.mark.parametrize("cursor", ["", "x", "あ", "YQ", "YTE5LQ", "YWE", "YTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "'; --"])
def test_a_foreign_cursor_is_refused(approvals: Approvals, cursor: str) -> None:
    with pytest.raises(BadCursor):
        approvals.list_cases(Filters(), ALL, cursor=cursor)


def test_a_text_is_looked_for_in_the_newest_cases_first_and_then_in_all_older_ones(
    world: World, monkeypatch: Any
) -> None:
    for module in ("projections.approval.texts", "projections.queries.approval_pages"):
        monkeypatch.setattr(f"{module}.WINDOW_POSITIONS", 5)
    world.seeded()
    numbers = [world.drafted() for _ in range(5)]
    other = world.drafted(title="別の件名", post="farming-officer")
    later = [world.drafted() for _ in range(4)]
    world.follow()
    approvals, wanted = Approvals(world.reads), Filters(text="照会への回答")
    first = approvals.list_cases(wanted, ALL, limit=3)
    narrowed = Filters(text="照会への回答", states=("in_review",), units=("road",), kinds=("routine_reply",))
    second = approvals.list_cases(narrowed, ALL, cursor=first.next_cursor)
    assert [case.number for case in (*first.cases, *second.cases)] == [*numbers, *later][::-1]
    assert [case.number for case in approvals.list_cases(Filters(text="別の", units=("farming",)), ALL).cases] == [
        other
    ]


def test_a_case_handed_over_is_found_under_its_new_unit(world: World) -> None:
    number = world.seeded().drafted(submit=False)
    world.follow()
    world.send("transfer", number, post="road-director", to_post="housing-officer", reason="事務の移管")
    world.follow()
    approvals = Approvals(world.reads)
    found = {unit: approvals.list_cases(Filters(text="照会", units=(unit,)), ALL).cases for unit in ("road", "housing")}
    assert {unit: len(cases) for unit, cases in found.items()} == {"road": 0, "housing": 1}


@pytest.mark.parametrize("before", [0, 1, 32_768, 32_769, 10**6, 10**8])
def test_the_spans_of_a_search_leave_nothing_out_and_look_nowhere_twice(before: int) -> None:
    bounds = list(spans(before))
    assert bounds[0].before == before
    for span, following in pairwise(bounds):
        assert span.windows is not None
        assert following.before == span.since == span.windows[-1] * WINDOW_POSITIONS
    assert bounds[-1].since == 0
