"""Contracts in custody, stamp duty saved, dates that differ: what finance and the custodian ask of the read models."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.contract import facts
from domain.contract.facts import StampDuty
from projections.contract import CONTRACT
from projections.queries.contract_custody import ContractCustody, Horizon
from projections.queries.contract_reports import ContractReports, Period
from projections.readers import Readers, ReaderScope
from tests.ledger.contract_facts import HOUSING, archived, prepared, tell, whole
from tests.ledger.projection_world import World

EVERYTHING = ReaderScope(everything=True)
PLAIN, LTA, FAILED, OLD = "R8-000001", "R8-000002", "R8-000003", "R8-000004"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
BEFORE_END = datetime(2036, 9, 1, tzinfo=UTC)
SUNSET = {"sha256": date(2035, 12, 31)}


@pytest.fixture
def kept(world: World) -> World:
    """One that is only time-stamped, one archived, one whose renewal failed, one whose retention is over."""
    world.seeded()
    for number in (PLAIN, LTA, FAILED):
        tell(world, number, *whole(number))
    tell(world, OLD, *whole(OLD, custody=HOUSING, retained_until=date(2026, 11, 30)))
    tell(world, LTA, facts.ArchivingDue(generation=1), archived(LTA))
    tell(world, FAILED, archived(FAILED), facts.RenewalFailed(generation=2, code="late", detail="期限を過ぎました"))
    tell(world, OLD, archived(OLD), facts.RetentionReviewDue(retained_until=date(2026, 11, 30)))
    tell(world, "R8-000005", prepared("R8-000005"))  # not concluded: not in custody
    world.follow(CONTRACT)
    return world


def numbers(world: World, which: str, horizon: Horizon, scope: ReaderScope = EVERYTHING) -> list[str]:
    return [row.number for row in ContractCustody(world.reads).all_custody(which, horizon, scope)]  # type: ignore[arg-type]


def test_custody_shows_the_level_of_each_file(kept: World) -> None:
    custody = ContractCustody(kept.reads)
    now = Horizon(until=NOW, today=NOW.date(), sunsets={})
    assert custody.levels(EVERYTHING) == {"B-LTA": 3, "B-T": 1}
    assert numbers(kept, "unarchived", now) == [PLAIN]
    assert numbers(kept, "failed", now) == [FAILED]
    assert numbers(kept, "retention", now) == [OLD]
    assert numbers(kept, "due", now) == []
    counts = custody.counts(now, EVERYTHING)
    assert counts == {"all": 4, "due": 0, "at_risk": 0, "failed": 1, "unarchived": 1, "retention": 1}


def test_what_falls_due_is_given_to_the_custodian_by_number(kept: World) -> None:
    custody = ContractCustody(kept.reads)
    assert custody.due(before=NOW) == []
    assert custody.due(before=datetime(2036, 12, 1, tzinfo=UTC)) == [(LTA, 2)]  # failed and outlived ones are left out
    assert custody.due(before=NOW, algorithms=("sha256",)) == [(LTA, 2)]
    assert custody.due(before=NOW, algorithms=("sha256",), after=LTA) == []
    assert custody.due(before=NOW, algorithms=("sha512",)) == []


def test_whose_retention_ends_is_given_to_be_reviewed_once(kept: World) -> None:
    custody, day = ContractCustody(kept.reads), date(2037, 3, 31)
    assert custody.reviews(by=date(2037, 3, 30)) == []  # the old one has been asked for already
    assert custody.reviews(by=day) == [PLAIN, LTA, FAILED]
    assert custody.reviews(by=day, after=PLAIN, limit=1) == [LTA]
    extended = facts.RetentionReviewed(outcome="extended", until=date(2036, 3, 31), reason="係争中")
    tell(kept, OLD, extended)
    kept.follow(CONTRACT)
    assert custody.reviews(by=date(2036, 3, 31)) == [OLD]
    now = Horizon(until=NOW, today=NOW.date(), sunsets={})
    assert numbers(kept, "retention", now) == []


def test_an_algorithms_end_puts_at_risk_until_everything_is_renewed(kept: World) -> None:
    """暗号の終わり: declared by a rule, without any event of the contracts."""
    horizon = Horizon(until=NOW, today=NOW.date(), sunsets=SUNSET)
    assert numbers(kept, "at_risk", horizon) == [FAILED, LTA]  # the old one is not kept so long
    near = Horizon(until=datetime(2035, 12, 31, tzinfo=UTC), today=date(2035, 10, 1), sunsets=SUNSET)
    assert numbers(kept, "due", near) == [LTA]
    tell(kept, LTA, facts.ArchivingDue(generation=2), archived(LTA, 2, algorithm="sha512"))
    tell(kept, FAILED, archived(FAILED, 2, algorithm="sha512"))
    kept.follow(CONTRACT)
    assert numbers(kept, "at_risk", horizon) == []
    assert numbers(kept, "failed", horizon) == []


def test_a_reader_sees_the_custody_of_their_own_contracts(kept: World) -> None:
    now = Horizon(until=NOW, today=NOW.date(), sunsets={})
    readers, at = Readers(kept.directory), kept.clock.at
    chief = kept.directory.holder("road-chief", at)
    assert chief is not None
    assert numbers(kept, "all", now, readers.scope(chief.person, at)) == [FAILED, LTA, PLAIN]
    assert numbers(kept, "all", now, readers.scope("9999", at)) == []


def test_stamp_duty_saved_adds_up_by_month_unit_and_class(world: World) -> None:
    world.seeded()
    untaxed = StampDuty(saved_yen=0, edition="2026-04", basis="課税文書に当たりません")
    tell(world, "R8-000001", *whole("R8-000001", on=date(2026, 4, 1)))
    tell(world, "R8-000002", *whole("R8-000002", on=date(2026, 4, 30), class_="goods", stamp_duty=untaxed))
    tell(world, "R8-000003", *whole("R8-000003", on=date(2026, 5, 1), custody=HOUSING))
    tell(world, "R8-000004", *whole("R8-000004", on=date(2026, 5, 1), trial=True))
    tell(world, "R8-000005", prepared("R8-000005"))
    world.follow(CONTRACT)
    reports, ever = ContractReports(world.reads), Period()
    months = [
        (row.key, row.contracts, row.taxed, row.saved_yen) for row in reports.stamp_duty("month", ever, EVERYTHING)
    ]
    assert months == [("2026-04", 2, 1, 20_000), ("2026-05", 1, 1, 20_000)]
    units = {row.label: row.saved_yen for row in reports.stamp_duty("unit", ever, EVERYTHING)}
    assert units == {"道路課": 20_000, "住宅課": 20_000}
    classes = {row.key: (row.contracts, row.saved_yen) for row in reports.stamp_duty("class", ever, EVERYTHING)}
    assert classes == {"goods": (1, 0), "services": (2, 40_000)}
    may = Period(first=date(2026, 5, 1), last=date(2026, 5, 31))
    assert [row.key for row in reports.stamp_duty("month", may, EVERYTHING)] == ["2026-05"]
    assert reports.stamp_duty("month", ever, ReaderScope()) == ()


def test_contracts_whose_dates_differ_are_reported(world: World) -> None:
    """A seeded backdated contract appears; one that was signed on its day does not."""
    world.seeded()
    tell(world, "R8-000001", *whole("R8-000001", on=date(2026, 4, 1)))
    late = datetime(2026, 4, 8, 3, 0, tzinfo=UTC)
    tell(
        world, "R8-000002",
        *whole("R8-000002", on=date(2026, 4, 1), signed_at=late, dates_differ=True, retroactive_reason="年度当初"),
    )  # fmt: skip
    early = date(2026, 6, 1) - timedelta(days=31)
    tell(world, "R8-000003", *whole("R8-000003", on=date(2026, 6, 1), effective_from=early))
    world.follow(CONTRACT)
    rows = ContractReports(world.reads).mismatches(Period(), EVERYTHING)
    assert [row.number for row in rows] == ["R8-000003", "R8-000002"]
    assert ContractReports(world.reads).mismatches(Period(last=date(2026, 5, 1)), EVERYTHING)[0].number == "R8-000002"
