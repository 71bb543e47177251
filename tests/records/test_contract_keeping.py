"""締結後: votes, amendments, ends; archive time stamps in time for decades; the review when the retention ends."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.contract import RECORD, facts
from domain.streams import stream_of
from tests.records.contract_platform import archived, sha
from tests.records.contract_story import (
    OFFICER,
    PERSON,
    SIGNER,
    Deal,
)
from tests.records.office import jst

OTHER = "R8-000002"


@pytest.fixture
def kept() -> Deal:
    return Deal().out().signs().concluded().kept()


def provisional() -> Deal:
    return Deal().out(provisional=True).signs().concluded()


# votes


def test_a_provisional_contract_waits_for_the_vote() -> None:
    deal = provisional().then_state("provisional", OFFICER)
    assert deal.document["effective_from"] is None
    deal.kept()
    assert not deal.state.closed
    deal.then_refused("in-the-future", "finalise-provisional", by=OFFICER, voted_on="2026-12-20", reference="議案第1号")
    deal.then_refused(
        "before-contract-date", "finalise-provisional", by=OFFICER, voted_on="2026-11-08", reference="議案第1号"
    )
    deal.at(jst(2026, 12, 21)).when("finalise-provisional", by=OFFICER, voted_on="2026-12-20", reference="議案第1号")
    deal.then(facts.ProvisionalFinalised, facts.Closed).then_state("concluded")
    assert deal.document["voted_on"] == "2026-12-20"


def test_voted_down_it_lapses() -> None:
    deal = provisional().at(jst(2026, 12, 21))
    deal.when("finalise-provisional", by=OFFICER, voted_on="2026-12-20", outcome="rejected", reference="否決")
    deal.then(facts.ProvisionalLapsed).then_state("terminated")
    deal.then_refused("not-provisional", "finalise-provisional", by=OFFICER, voted_on="2026-12-20", reference="x")
    deal.tick().platform()
    assert deal.state.closed


def test_only_a_provisional_contract_is_voted_on(kept: Deal) -> None:
    deal = Deal().out().signs().concluded()
    deal.then_refused("not-provisional", "finalise-provisional", by=OFFICER, voted_on="2026-11-09", reference="x")


# amendments and ends


def amending(deal: Deal, **links: Any) -> Deal:
    deal.approval(OTHER).contract(OTHER)
    class_ = "amendment" if "amends" in links else "services"
    return deal.out(approval=OTHER, **{"class": class_}, **links)


def test_an_amendment_is_written_on_both_when_it_is_concluded(kept: Deal) -> None:
    deal = amending(kept, amends="R8-000001").signs()
    assert deal.contract("R8-000001").document["amended_by"] == []
    deal.contract(OTHER).when("sign", by=SIGNER).platform(until="deliver")
    assert [each.stream for each in deal.noted] == [stream_of("contract", "R8-000001")]
    assert deal.document["amends"] == ["R8-000001"]
    assert deal.contract("R8-000001").document["amended_by"] == [OTHER]


def test_a_replacement_supersedes_when_it_is_concluded(kept: Deal) -> None:
    deal = amending(kept, supersedes="R8-000001").signs().concluded()
    assert deal.document["supersedes"] == "R8-000001"
    deal.contract("R8-000001").then_state("superseded")
    assert deal.state.superseded_by == OTHER
    assert deal.state.closed
    deal.then_refused("not-concluded", "terminate", by=OFFICER, on="2026-11-10", reason="x")


def test_superseded_before_it_was_archived_it_is_archived_still() -> None:
    deal = amending(Deal().out().signs().concluded(), supersedes="R8-000001").signs().concluded()
    deal.contract("R8-000001").then_state("superseded").kept().then(facts.Archived, facts.Closed)


def test_what_was_terminated_meanwhile_is_not_replaced(kept: Deal) -> None:
    deal = amending(kept, supersedes="R8-000001").signs().contract("R8-000001")
    deal.when("terminate", by=OFFICER, on="2026-12-01", reason="合意解約").contract(OTHER).concluded()
    assert deal.document["supersedes"] == "R8-000001"
    deal.contract("R8-000001").then_state("terminated")


def test_a_provisional_amendment_takes_effect_with_the_vote(kept: Deal) -> None:
    deal = amending(kept, amends="R8-000001", provisional=True).signs().concluded()
    assert deal.contract("R8-000001").document["amended_by"] == []
    deal.contract(OTHER).when("finalise-provisional", by=OFFICER, voted_on="2026-11-10", reference="議案第2号")
    assert deal.contract("R8-000001").document["amended_by"] == [OTHER]


def test_a_link_by_hand_is_written_on_both(kept: Deal) -> None:
    kept.links_refused("contract-not-found", by=OTHER)
    deal = kept.approval(OTHER).contract(OTHER).out(approval=OTHER)
    deal.contract("R8-000001").links_refused("not-concluded", by=OTHER)
    deal.contract(OTHER).signs().concluded().contract("R8-000001")
    deal.links_refused("same-contract", by="R8-000001")
    deal.links_refused("before-contract-date", by=OTHER, on="2026-11-08")
    deal.linked(OTHER).then(facts.Amended)
    deal.links_refused("already-linked", by=OTHER)
    assert deal.contract(OTHER).document["amends"] == ["R8-000001"]
    deal.contract("R8-000003").approval("R8-000003").out(approval="R8-000003")
    deal.links_refused("not-concluded", by=OTHER)


def farming(deal: Deal, number: str) -> Deal:
    """A contract of another unit, with another company or the same."""
    return deal.approval(number, by="farming-officer").contract(number)


def test_nobody_links_with_another_units_contract(kept: Deal) -> None:
    farming(kept, OTHER)
    body = kept.creation(approval=OTHER)
    for field in ("amends", "supersedes"):
        kept.then_refused(
            "contract-not-found", "create", by="farming-officer", field=field, **body, **{field: "R8-000001"}
        )
    kept.when("create", by="farming-officer", **body)
    kept.when("consent", by="farming-officer", received_on="2026-11-09")
    kept.when("release", by="farming-officer").platform().signs().concluded()
    kept.links_refused("contract-not-found", by="R8-000001", officer="farming-officer")
    kept.contract("R8-000001").links_refused("contract-not-found", by=OTHER)
    kept.linked(OTHER, officer=SIGNER).then(facts.Amended)


def test_who_links_from_elsewhere_takes_no_part_here(kept: Deal) -> None:
    kept.approval(OTHER).contract(OTHER).out(approval=OTHER).signs().concluded()
    before = kept.state.participants
    kept.contract("R8-000001").linked(OTHER, officer=SIGNER)
    kept.contract(OTHER)
    assert kept.state.participants == before


def test_reading_is_not_enough_to_link(kept: Deal) -> None:
    """The governor reads every contract and is nobody's officer."""
    kept.approval(OTHER).contract(OTHER)
    kept.then_refused("forbidden", "create", by="governor", **kept.creation(approval=OTHER, supersedes="R8-000001"))


def test_a_contract_with_somebody_else_changes_and_replaces_nothing(kept: Deal) -> None:
    other = {"name": "別会社"}
    parties = [{"name": "別会社", "members": [PERSON]}]
    deal = kept.approval(OTHER, counterparty=other).contract(OTHER)
    body = deal.creation(approval=OTHER, counterparties=parties)
    deal.then_refused("counterparty-differs", "create", by=OFFICER, field="supersedes", **body, supersedes="R8-000001")
    deal.out(approval=OTHER, counterparties=parties).signs().concluded().contract("R8-000001")
    deal.links_refused("counterparty-differs", by=OTHER)


def test_what_others_write_here_is_announced() -> None:
    assert {"contract.amended.v1", "contract.amendment-linked.v1", "contract.superseded.v1"} == RECORD.told_by_others


def test_terminated(kept: Deal) -> None:
    kept.then_refused("before-contract-date", "terminate", by=OFFICER, on="2026-11-08", reason="x")
    kept.when("terminate", by=OFFICER, on="2026-12-01", reason="合意解約", agreement=sha("agreement"))
    kept.then(facts.Terminated).then_state("terminated")
    kept.then_refused("not-concluded", "terminate", by=OFFICER, on="2026-12-01", reason="x")
    Deal().out().then_refused("not-concluded", "terminate", by=OFFICER, on="2026-12-01", reason="x")


# archive


def test_archived_a_day_after_the_last_signature() -> None:
    deal = Deal().out().signs().concluded()
    assert deal.state.archive_at == deal.now + timedelta(days=1)
    deal.later(hours=23).tick().then()
    deal.later(hours=1).tick().then(facts.ArchivingDue)
    assert deal.work is not None
    assert deal.work.name == "archive/1"


def test_without_newer_revocation_data_it_is_looked_at_later() -> None:
    deal = Deal().out().signs().concluded().later(days=1).tick()
    until = deal.now + timedelta(hours=6)
    deal.rule("postpone-archiving", "1", generation=2, until=until, reason="x").then()
    deal.rule("postpone-archiving", "1", generation=1, until=until, reason="CRL未更新").then(facts.ArchivingPostponed)
    assert deal.work is None
    deal.later(hours=6).tick().then(facts.ArchivingDue).platform().then(facts.Archived, facts.Closed)


def renewal(deal: Deal, generation: int = 2) -> Deal:
    return deal.rule("archiving-due", f"{generation}/{deal.now}", generation=generation)


def ends(deal: Deal) -> Any:
    assert deal.state.archive is not None
    return deal.state.archive.tsa_expires_at


def test_renewed_in_time_on_a_closed_record(kept: Deal) -> None:
    renewal(kept).then()
    renewal(kept.at(ends(kept) - timedelta(days=91))).then()
    renewal(kept.at(ends(kept) - timedelta(days=90)), 3).then()
    renewal(kept).then(facts.ArchivingDue)
    before = kept.state.document
    kept.platform().then(facts.Archived)
    assert (kept.state.archive.generation if kept.state.archive else 0) == 2
    assert kept.state.document != before


def test_too_late_is_reported_and_never_mended(kept: Deal) -> None:
    renewal(kept.at(ends(kept))).then(facts.RenewalFailed)
    assert kept.document["renewal_failure"]["code"] == "renewed-too-late"
    assert OFFICER in kept.document["waiting_on"]
    renewal(kept.later(days=1)).then()
    kept.then_refused("nothing-refused", "retry-step", by=OFFICER, reason="x")


def test_a_time_stamp_that_came_too_late_is_reported(kept: Deal) -> None:
    renewal(kept.at(ends(kept) - timedelta(days=1)))
    found = kept.work
    assert found is not None
    late = archived(found, kept.now, stamped_at=ends(kept).isoformat())
    kept.rule("archive-done", "late", **late).then(facts.RenewalFailed)


def test_an_archive_of_another_file_is_reported(kept: Deal) -> None:
    renewal(kept.at(ends(kept) - timedelta(days=90)))
    found = kept.work
    assert found is not None
    kept.rule("archive-done", "x", **archived(found, kept.now, base=sha("another file"))).then(facts.RenewalFailed)
    kept.when("retry-step", by=OFFICER, reason="復元した").then(facts.StepResumed)
    renewal(kept.later(minutes=1)).then(facts.ArchivingDue).platform().then(facts.Archived)


def test_a_failed_renewal_may_be_tried_again(kept: Deal) -> None:
    renewal(kept.at(ends(kept) - timedelta(days=90)))
    kept.rule("fail-renewal", "1", generation=2, code="file-broken", detail="x").then(facts.RenewalFailed)
    kept.rule("fail-renewal", "2", generation=2, code="file-broken", detail="x").then()
    renewal(kept.later(days=1)).then(facts.ArchivingDue).platform().then(facts.Archived)
    assert kept.document["renewal_failure"] is None


def test_kept_for_ten_years_and_no_longer(kept: Deal) -> None:
    generation = 2
    while kept.state.retained_until and ends(kept).date() <= kept.state.retained_until:
        renewal(kept.at(ends(kept) - timedelta(days=30)), generation).then(facts.ArchivingDue)
        kept.platform()
        generation += 1
    renewal(kept.at(jst(2037, 4, 1)), generation).then()


def test_an_archive_that_nobody_asked_for_is_not_taken(kept: Deal) -> None:
    body = {"step": "archive/2", "attempt": 1, "base": kept.state.document, "lease_until": kept.now.isoformat()}
    kept.rule("begin-step", "x", **body).then()


# retention


def test_the_end_of_the_retention_is_reviewed(kept: Deal) -> None:
    kept.then_refused("review-not-due", "review-retention", by=OFFICER, outcome="disposal", reason="x")
    assert kept.state.retained_until == date(2037, 3, 31)
    kept.at(jst(2036, 12, 30)).tick().then()
    kept.at(jst(2036, 12, 31)).tick().then(facts.RetentionReviewDue)
    assert kept.document["waiting_on"] == [OFFICER]
    kept.then_refused("until-required", "review-retention", by=OFFICER, outcome="extended", reason="係争中")
    kept.then_refused(
        "until-required", "review-retention", by=OFFICER, outcome="extended", until="2037-03-31", reason="係争中"
    )
    kept.then_refused(
        "until-unwanted", "review-retention", by=OFFICER, outcome="disposal", until="2040-03-31", reason="x"
    )
    kept.when("review-retention", by=OFFICER, outcome="extended", until="2042-03-31", reason="係争中")
    kept.then(facts.RetentionReviewed).tick().then()
    assert kept.state.retained_until == date(2042, 3, 31)
    kept.at(jst(2042, 1, 1)).tick().then(facts.RetentionReviewDue)
    kept.when("review-retention", by=OFFICER, outcome="disposal", reason="満了")
    assert kept.document["retention_outcome"] == "disposal"
    kept.later(days=400).tick().then()


def test_a_review_asked_for_twice_is_one(kept: Deal) -> None:
    kept.at(jst(2037, 1, 10)).tick()
    kept.rule("retention-due", "again", retained_until="2037-03-31").then()
    kept.rule("retention-due", "other", retained_until="2040-03-31").then()
