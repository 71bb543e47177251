"""The rulebook: editions are adopted once, never edited, and looked up by day."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest

from domain.calendars import Calendars, load_holidays
from domain.directory import Directory
from domain.events import Actor, Event, Meta
from domain.policies.authority import AuthorityTable, Concurrence
from domain.policies.edition import PlainRules
from domain.record import Command, Given
from domain.refusals import Refused
from domain.rule_adoption import RECORD, AdoptRules, offer
from domain.rulebook import Rulebook, RulesAdopted, adopt, adopted, canonical, evolve, parsed, sha256_of
from kessai.rule_files import packaged_editions

META = Meta(
    command_id=UUID(int=1),
    correlation_id="rules",
    by=Actor(kind="system", person="rules", name="規程の施行"),
    at=datetime(2026, 4, 1, tzinfo=UTC),
)
DAY = date(2026, 11, 2)


def rulebook(*events: Event) -> Rulebook:
    book = Rulebook()
    for event in events:
        book = evolve(book, event, META)
    return book


def quiet(edition: str, valid_from: str, *, until: str = "07:30") -> RulesAdopted:
    return adopted("quiet_hours", {"edition": edition, "valid_from": valid_from, "from": "20:00", "to": until})


def test_the_packaged_rules_are_adopted_and_in_force_from_their_day() -> None:
    book = rulebook(*adopt(Rulebook(), packaged_editions()))
    assert book.version == len(book.editions) == len(packaged_editions())
    assert book.authority(DAY).edition == "2026-04"
    assert book.approval(DAY).retention_years["regulation"] == 30
    assert book.quiet_hours(DAY).exceptions == ("urgent", "incident")
    assert book.telework(DAY).report_due_office_days == 3
    assert isinstance(book.plain("channels", DAY), PlainRules)
    with pytest.raises(Refused) as refused:
        book.authority(date(2026, 3, 31))
    assert refused.value.code == "no-rules-in-force"


def test_the_edition_in_force_changes_on_its_day() -> None:
    book = rulebook(quiet("2027-04", "2027-04-01", until="08:00"), quiet("2026-04", "2026-04-01"))
    assert book.quiet_hours(date(2027, 3, 31)).to_time == "07:30"
    assert book.quiet_hours(date(2027, 4, 1)).to_time == "08:00"
    assert book.named("quiet_hours", "2026-04").valid_from == date(2026, 4, 1)
    with pytest.raises(KeyError):
        book.named("quiet_hours", "2020-04")


def test_the_same_edition_with_the_same_content_is_passed_over() -> None:
    book = rulebook(*adopt(Rulebook(), packaged_editions()))
    assert adopt(book, packaged_editions()) == []
    assert adopt(Rulebook(), [quiet("a", "2026-04-01"), quiet("a", "2026-04-01")]) == [quiet("a", "2026-04-01")]


def test_the_same_edition_with_other_content_is_refused() -> None:
    book = rulebook(quiet("2026-04", "2026-04-01"))
    for changed in (quiet("2026-04", "2026-04-01", until="08:00"), quiet("2026-04", "2027-04-01")):
        with pytest.raises(Refused) as refused:
            adopt(book, [changed])
        assert (refused.value.code, refused.value.field) == ("edition-changed", "quiet_hours")


@pytest.mark.parametrize("valid_from", ["2026-04-01", "2026-03-31"])
def test_an_edition_not_later_than_the_last_is_refused(valid_from: str) -> None:
    with pytest.raises(Refused) as refused:
        adopt(rulebook(quiet("2026-04", "2026-04-01")), [quiet("2026-04b", valid_from)])
    assert refused.value.code == "edition-overlap"


def test_two_offered_editions_from_one_day_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        adopt(Rulebook(), [quiet("a", "2026-04-01"), quiet("b", "2026-04-01")])
    assert refused.value.code == "edition-overlap"


def test_editions_are_adopted_in_order_of_their_day() -> None:
    later, earlier = quiet("2027-04", "2027-04-01"), quiet("2026-04", "2026-04-01")
    assert adopt(Rulebook(), [later, earlier]) == [earlier, later]


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "weather"},
        {"sha256": "0" * 64},
        {"edition": "2026-05"},
        {"valid_from": date(2026, 5, 1)},
        {"body": "{}", "sha256": sha256_of("{}")},
        {"body": "no json", "sha256": sha256_of("no json")},
    ],
)
def test_a_text_that_is_not_what_it_says_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        adopt(Rulebook(), [msgspec.structs.replace(quiet("2026-04", "2026-04-01"), **changes)])
    assert refused.value.code == "rules-invalid"


def test_the_same_rules_have_the_same_hash_however_the_file_was_laid_out() -> None:
    assert canonical({"b": 1, "a": {"d": 2, "c": "県"}}) == '{"a":{"c":"県","d":2},"b":1}'
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})


def test_an_edition_is_parsed_once_and_a_changed_text_is_a_failure() -> None:
    edition = rulebook(quiet("2026-04", "2026-04-01")).editions[0]
    assert parsed(edition) is parsed(replace(edition))
    with pytest.raises(ValueError, match="hash"):
        parsed(replace(edition, sha256="0" * 64))


def test_an_adopted_edition_survives_the_wire() -> None:
    event = packaged_editions()[0]
    wire = msgspec.json.encode(event)
    assert b'"type":"rules.adopted.v1"' in wire
    assert msgspec.json.decode(wire, type=RulesAdopted) == event


def test_a_row_reads_from_low_to_high_rank_and_knows_its_thresholds() -> None:
    table = rulebook(*packaged_editions()).authority(DAY)
    goods = table.kinds["goods"]
    assert [(limit.rank, limit.limit_yen) for limit in goods.limits][:2] == [
        ("lead_assistant_director", 500_000),
        ("division_director", 5_000_000),
    ]
    assert goods.limits[-1].rank == "governor"
    assert goods.limits[-1].limit_yen is None
    assert goods.limits[0].covers(499_999)
    assert not goods.limits[0].covers(500_000)
    asked = Concurrence.model_validate({"from": 1_600_000, "post": "property-director"})
    assert goods.concurrence == (asked,)
    assert asked.applies(1_600_000)
    assert not asked.applies(1_599_999)
    assert goods.assembly_from_yen == 70_000_000
    assert table.kinds["payment_order"].gate == "accounting_manager"
    assert {row.gate for row in table.kinds.values()} == {None, "accounting_manager"}
    assert table.kind("weather") is None


def test_only_kinds_whose_row_depends_on_no_amount_need_none() -> None:
    kinds = rulebook(*packaged_editions()).authority(DAY).kinds
    assert {code for code, kind in kinds.items() if not kind.needs_amount} == {
        "assessment",
        "routine_reply",
        "regulation",
        "improvement_award",
    }


def test_the_rules_for_approvals_answer_by_kind_and_rank() -> None:
    rules = rulebook(*packaged_editions()).approval(DAY)
    assert rules.office_days_for("chief") == 1
    assert rules.office_days_for("officer") == 1
    assert rules.return_policy_for("works") == "restart_all"
    assert rules.return_policy_for("routine_reply") == "resume_from_returner"
    assert rules.concurrence_mode_for("works").required(3) == 3


def test_the_text_that_goes_with_the_table_is_kept_for_people() -> None:
    table = rulebook(*packaged_editions()).authority(DAY)
    assert isinstance(table, AuthorityTable)
    assert [next(iter(rule)) for rule in table.rules][:2] == ["line", "decider"]


def test_adoption_goes_through_the_rulebooks_record() -> None:
    given = Given(
        now=META.at,
        by=META.by,
        directory=Directory(),
        rules=Rulebook(),
        calendars=Calendars.from_rows(load_holidays()),
        command_id=META.command_id,
        number="pref",
    )
    command = AdoptRules.model_validate_json(offer(packaged_editions()).model_dump_json())
    decided = RECORD.decide(RECORD.initial, command, given)
    assert sorted(e.subject for e in decided if isinstance(e, RulesAdopted)) == sorted(
        e.subject for e in packaged_editions()
    )
    book = rulebook(*(e for e in decided if isinstance(e, RulesAdopted)))
    assert RECORD.decide(book, command, given) == []
    assert RECORD.document(book, 5, "pref")["editions"][0]["subject"] == "approval"
    assert RECORD.view(book, 5).state == "in_force"
    with pytest.raises(Refused):
        RECORD.decide(book, Command(), given)
