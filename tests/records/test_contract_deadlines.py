"""期限: reminders, expiry and leases inform and stop; time never signs and never concludes."""

from datetime import datetime, timedelta

import pytest

from domain.contract import RECORD, facts
from domain.contract.timing import wake_at
from tests.records.contract_platform import sha
from tests.records.contract_story import COMPANY, DECIDED, OFFICER, PERSON, SECOND, SIGNER, STATEMENT, Deal

TWO = [{"name": COMPANY, "members": [PERSON, SECOND]}]


@pytest.fixture
def deal() -> Deal:
    return Deal().out()


def until(deal: Deal) -> datetime:
    assert deal.state.expires_at is not None
    return deal.state.expires_at


def test_reminded_at_half_of_the_time_and_a_day_before(deal: Deal) -> None:
    half = deal.now + (until(deal) - deal.now) / 2
    assert wake_at(deal.state) == half
    deal.at(half).tick().then(facts.Reminded).tick().then()
    deal.at(until(deal) - timedelta(days=1)).tick().then(facts.Reminded)
    assert deal.last(facts.Reminded).nth == 2
    assert wake_at(deal.state) == until(deal)


def test_each_signer_is_reminded_from_their_own_invitation() -> None:
    deal = Deal().out(counterparties=TWO).later(days=2).signs(1)
    assert deal.party(2).remind_at[0] == deal.now + (until(deal) - deal.now) / 2
    deal.at(deal.party(2).remind_at[0]).tick().then(facts.Reminded)
    assert deal.last(facts.Reminded).signer == 2


def test_nobody_is_reminded_who_has_agreed(deal: Deal) -> None:
    deal.opens().proves().agrees().at(until(deal) - timedelta(days=1)).tick().then()


def test_the_prefectures_signer_is_reminded_too(deal: Deal) -> None:
    deal.signs().at(until(deal) - timedelta(days=1)).tick().then(facts.Reminded, facts.Reminded)
    assert deal.last(facts.Reminded).signer == 0


def test_expired_it_waits_for_the_officer_and_never_concludes(deal: Deal) -> None:
    deal.signs().at(until(deal) - timedelta(seconds=1)).tick()
    assert deal.state.status == "partially_signed"
    deal.at(until(deal)).tick().then_state("expired", OFFICER)
    assert deal.last(facts.Expired).waiting_for == (0,)
    assert deal.work is None
    deal.then_refused("not-pending", "sign", by=SIGNER)
    deal.then_refuses("not-pending", "reissue", 1)
    deal.tick().then()


def test_nobody_signs_after_the_deadline_whoever_has_looked_at_the_clock(deal: Deal) -> None:
    end = until(deal)
    deal.at(end - timedelta(minutes=5)).opens().proves().at(end)
    agree = {"session": sha("phone"), "document": DECIDED, "statement": STATEMENT}
    deal.then_refuses("expired", "agree", 1, **agree).then_refuses("expired", "decline", 1, reason="x")
    late = Deal().out().signs()
    late.at(until(late) + timedelta(days=2)).then_refused("expired", "sign", by=SIGNER)


def test_a_signature_value_after_the_deadline_is_too_late() -> None:
    parties = [{"name": COMPANY, "members": [{**PERSON, "mode": "party"}]}]
    deal = Deal().out(counterparties=parties)
    deal.at(until(deal) - timedelta(minutes=5)).opens().proves().asks("prepare", 1, certificates=["MIIB"]).platform()
    deal.at(until(deal)).then_refuses("expired", "complete", 1, nth=1, signature="AAAA")


def test_the_platforms_own_delay_lets_nothing_expire(deal: Deal) -> None:
    deal.signs().when("sign", by=SIGNER).at(until(deal) + timedelta(days=30)).tick().then()
    deal.platform().then_state("concluded")


def test_a_look_that_comes_late_finds_the_round_over(deal: Deal) -> None:
    end = until(deal)
    deal.at(end).tick().released().at(deal.now)
    deal.rule("expire", "late", round=1).then()
    deal.rule("remind", "late", signer=1, nth=1).then()
    deal.rule("remind", "other", signer=9, nth=1).then()
    deal.rule("expire-lease", "none", signer=1, nth=1).then()


def test_every_occasion_has_its_own_name(deal: Deal) -> None:
    """`tick` fails where a name comes twice: through two rounds, resends and reminders."""
    for _ in range(2):
        deal.later(days=4).tick().when("resend", by=OFFICER, signer=1).at(until(deal)).tick().released()
    assert deal.count(facts.Expired) == 2


def test_what_waits_for_time_says_when_to_wake(deal: Deal) -> None:
    deal.signs().concluded()
    assert wake_at(deal.state) == deal.state.archive_at
    assert RECORD.view(deal.state, 1).wake_at == deal.state.archive_at
    assert RECORD.due(deal.state, deal.now, deal.directory) == ()
    deal.kept()
    assert wake_at(deal.state) is None
