"""Contracts in the read models: found by day, amount and counterparty in any combination; desks, notices, readers."""

from datetime import UTC, date, datetime
from itertools import combinations

import pytest

from domain.contract import RECORD, facts
from domain.contract.facts import Person, Proposal
from domain.contract.standing import may_read
from projections.contract import CONTRACT
from projections.queries.contract import ContractFilters, Contracts
from projections.queries.cursors import BadCursor
from projections.queries.inbox import Inbox
from projections.queries.notices import Notices
from projections.readers import Readers, ReaderScope
from projections.rebuilding import rebuild
from tests.ledger.contract_facts import (
    HOUSING,
    NOON,
    certified,
    consented,
    prepared,
    released,
    sha,
    signed,
    tell,
    whole,
)
from tests.ledger.projection_world import World

EVERYTHING = ReaderScope(everything=True)
ONE, TWO, THREE, FOUR = "R8-000001", "R8-000002", "R8-000003", "R8-000004"
APRIL = date(2026, 4, 1)
# 電子帳簿保存法施行規則4条1項: the three items, each exactly and within bounds, and the contracts that have them
DAY = {
    "exact": ({"contract_from": APRIL, "contract_to": APRIL}, {ONE, TWO}),
    "range": ({"contract_from": date(2026, 4, 2), "contract_to": date(2026, 12, 31)}, {THREE, FOUR}),
    "open": ({"contract_to": date(2026, 6, 30)}, {ONE, TWO, THREE}),
}
AMOUNT = {
    "exact": ({"amount_from_yen": 12_000_000, "amount_to_yen": 12_000_000}, {ONE, FOUR}),
    "range": ({"amount_from_yen": 1, "amount_to_yen": 5_000_000}, {TWO, THREE}),
    "open": ({"amount_from_yen": 5_000_000}, {ONE, THREE, FOUR}),
}
PARTY = {
    "name": ({"counterparty": "みどり"}, {ONE, THREE}),
    "number": ({"corporate_number": "2234567890123"}, {TWO, FOUR}),
    "width": ({"counterparty": "ｱｵｿﾞﾗ建設"}, {TWO, FOUR}),
}


@pytest.fixture
def kept(world: World) -> World:
    """Four concluded contracts."""
    world.seeded()
    green, blue = "株式会社みどり計画", "アオゾラ建設株式会社"
    for number, on, amount, name, corporate in (
        (ONE, APRIL, 12_000_000, green, "1234567890123"),
        (TWO, APRIL, 3_000_000, blue, "2234567890123"),
        (THREE, date(2026, 6, 30), 5_000_000, green, "1234567890123"),
        (FOUR, date(2026, 11, 9), 12_000_000, blue, "2234567890123"),
    ):
        tell(world, number, *whole(number, on=on, amount_yen=amount, names=(name,), corporate_number=corporate))
    world.follow(CONTRACT)
    return world


def found(world: World, scope: ReaderScope = EVERYTHING, **wanted: object) -> set[str]:
    filters = ContractFilters(**wanted)  # type: ignore[arg-type]
    return {row.number for row in Contracts(world.reads).list_contracts(filters, scope).contracts}


def test_each_item_is_searched_exactly_and_within_bounds(kept: World) -> None:
    for item in (DAY, AMOUNT, PARTY):
        for name, (wanted, numbers) in item.items():
            assert found(kept, **wanted) == numbers, name


def test_any_two_and_all_three_items_hold_together(kept: World) -> None:
    for size in (2, 3):
        for items in combinations((DAY, AMOUNT, PARTY), size):
            for chosen in _choices(items):
                wanted = {name: value for filters, _ in chosen for name, value in filters.items()}
                expected = set.intersection(*(numbers for _, numbers in chosen))
                assert found(kept, **wanted) == expected, wanted


def _choices(items):
    if not items:
        yield ()
        return
    for one in items[0].values():
        for rest in _choices(items[1:]):
            yield (one, *rest)


def test_the_other_filters_words_and_pages(kept: World) -> None:
    tell(kept, "R8-000005", prepared("R8-000005", title="橋りょう点検", class_="works", custody=HOUSING))
    kept.follow(CONTRACT)
    assert found(kept, states=("consent_missing",)) == {"R8-000005"}
    assert found(kept, classes=("works",)) == found(kept, units=("housing",)) == {"R8-000005"}
    assert found(kept, text="橋りょう 住宅課") == {"R8-000005"}
    assert found(kept, text="みどり R8-000003") == {THREE}
    assert found(kept, signed_from=date(2026, 6, 1), signed_to=date(2026, 6, 30)) == {THREE}
    assert found(kept, effective_from=date(2026, 11, 1)) == {FOUR}
    assert found(kept, approvals=(TWO,)) == {TWO}
    assert found(kept, fiscal_year=2025) == set()
    contracts = Contracts(kept.reads)
    first = contracts.list_contracts(ContractFilters(), EVERYTHING, limit=2)
    second = contracts.list_contracts(ContractFilters(), EVERYTHING, cursor=first.next_cursor, limit=2)
    assert [row.number for row in (*first.contracts, *second.contracts)] == ["R8-000005", FOUR, THREE, TWO]
    with pytest.raises(BadCursor):
        contracts.list_contracts(ContractFilters(), EVERYTHING, cursor="YTE")


def test_the_three_dates_are_three_columns(world: World) -> None:
    world.seeded()
    tell(
        world, ONE,
        *whole(
            ONE, on=APRIL, date_rule="written", written_date=APRIL, effective_from=date(2026, 3, 1), dates_differ=True,
            signed_at=datetime(2026, 4, 7, 20, 0, tzinfo=UTC), retroactive_reason="年度当初から履行するため",
        ),
    )  # fmt: skip
    world.follow(CONTRACT)
    (row,) = Contracts(world.reads).list_contracts(ContractFilters(), EVERYTHING).contracts
    assert (row.contract_date, row.signed_on, row.effective_from) == (APRIL, date(2026, 4, 8), date(2026, 3, 1))
    assert (row.dates_differ, row.retroactive_reason) == (True, "年度当初から履行するため")


def tasks(world: World, post: str) -> list[tuple[str, str]]:
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    desk = Readers(world.directory).desk(holder.person, world.clock.at)
    return [
        (item.number, item.task)
        for item in Inbox(world.reads).items(desk, at=world.clock.at)
        if item.noun == "contract"
    ]


def test_each_step_lies_on_the_desk_of_whoever_has_to_act(world: World) -> None:
    world.seeded()

    def after(*events: object) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        tell(world, ONE, *events)  # type: ignore[arg-type]
        world.follow(CONTRACT)
        return tasks(world, "road-officer"), tasks(world, "property-director")

    assert after(prepared(ONE)) == ([(ONE, "consent")], [])
    assert after(consented()) == ([(ONE, "release")], [])
    assert after(released()) == ([], [])
    assert after(certified(ONE)) == ([], [])
    proposal = Proposal(
        person=Person(name="署名者09", email="nine@elsewhere.example"), reason="異動", at=NOON, same_domain=False
    )
    assert after(facts.ForwardProposed(signer=1, proposal=proposal)) == ([(ONE, "attend")], [])
    changed = facts.SignerChanged(signer=1, to=proposal.person, reason="確認済み")
    assert after(changed) == ([], [])
    assert after(signed(ONE, 1)) == ([], [(ONE, "sign")])
    assert after(facts.Declined(signer=0, reason="金額の記載に誤り")) == ([(ONE, "attend")], [])
    assert after(released(2)) == ([], [])
    assert after(facts.StepRefused(step="certify/2", code="x", detail="y")) == ([(ONE, "attend")], [])
    assert after(facts.SwitchedToPaper(reason="相手方の希望")) == ([(ONE, "file_paper")], [])
    paper = facts.PaperFiled(document=sha("scan"), contract_date=APRIL, note="")
    assert after(paper) == ([], [])
    assert found(world, contract_from=APRIL, contract_to=APRIL) == {ONE}


def test_what_is_concluded_asks_again_where_it_has_to(world: World) -> None:
    world.seeded()

    def after(*events: object) -> list[tuple[str, str]]:
        tell(world, ONE, *events)  # type: ignore[arg-type]
        world.follow(CONTRACT)
        return tasks(world, "road-officer")

    assert after(*whole(ONE, provisional=True)) == [(ONE, "vote")]
    assert after(facts.ProvisionalFinalised(voted_on=date(2026, 12, 18), reference="議案第45号")) == []
    assert after(facts.RenewalFailed(generation=1, code="x", detail="y")) == [(ONE, "attend")]
    assert after(facts.StepResumed(step="archive/1", reason="復旧した")) == []
    assert after(facts.RetentionReviewDue(retained_until=date(2037, 3, 31))) == [(ONE, "review")]
    reviewed = facts.RetentionReviewed(outcome="archives", until=None, reason="歴史的に重要")
    assert after(reviewed) == []


def test_what_an_officer_should_know_is_told(kept: World) -> None:
    tell(kept, "R8-000009", prepared("R8-000009"), consented(), released(), certified("R8-000009"))
    kept.append("contract-R8-000009", (facts.Declined(signer=1, reason="金額の誤り"),), version=4, person="R8-000009/1")
    tell(kept, FOUR, facts.RenewalFailed(generation=1, code="late", detail="期限を過ぎた"))
    kept.follow(CONTRACT)
    told = {notice.code for notice in Notices(kept.reads).newest(("person:0525",))}
    assert "contract.declined" in told


def test_a_rebuild_from_the_first_event_gives_the_same_rows(kept: World) -> None:
    before = [kept.rows(table.name) for table in CONTRACT.tables]
    rebuild(kept.reads, kept.reader, CONTRACT)
    assert [kept.rows(table.name) for table in CONTRACT.tables] == before


def test_the_list_shows_exactly_what_may_be_opened(world: World) -> None:
    world.seeded()
    tell(world, ONE, prepared(ONE, drafter="0541"))
    tell(world, TWO, *whole(TWO, custody=HOUSING))
    tell(world, THREE, prepared(THREE, custody=HOUSING), consented())
    world.follow(CONTRACT)
    directory, now = world.directory, world.clock.at
    readers = Readers(directory)
    states = {number: world.reader.fold(RECORD, number)[0] for number in (ONE, TWO, THREE)}
    seen = set()
    for person in sorted({*directory.structure.names, "9999"}):
        may = {number for number, state in states.items() if may_read(state, person, directory, now)}
        assert found(world, readers.scope(person, now)) == may, person
        seen.add(frozenset(may))
    assert {frozenset(), frozenset({ONE}), frozenset({ONE, TWO, THREE})} <= seen
