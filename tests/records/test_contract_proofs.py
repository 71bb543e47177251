"""本人確認: a link is bound to one session, a second factor comes over another channel, and what is proven counts for
one document of one contract, for a short time.
"""

from typing import Any

import pytest

from domain.contract import facts
from domain.contract.facts import Factor
from tests.records.contract_platform import sha
from tests.records.contract_story import (
    COMPANY,
    DECIDED,
    OFFICER,
    PERSON,
    SECOND,
    STATEMENT,
    Deal,
)

HERE: dict[str, Any] = {"session": sha("phone")}
AGREE: dict[str, Any] = {**HERE, "document": DECIDED, "statement": STATEMENT}
TWO = [{"name": COMPANY, "members": [PERSON, SECOND]}]


@pytest.fixture
def deal() -> Deal:
    return Deal().out()


# the link


def test_a_link_is_bound_to_one_session(deal: Deal) -> None:
    deal.then_refuses("link-outdated", "open", 1, generation=2, **HERE)
    deal.opens().then_refuses("link-used", "open", 1, generation=1, session=sha("another"))
    deal.then_refuses("wrong-session", "request-code", 1, channel="sms", session=sha("another"))


def test_another_device_asks_for_another_link(deal: Deal) -> None:
    deal.opens().proves().asks("reissue", 1).then(facts.Invited)
    assert deal.party(1).generation == 2
    deal.then_refuses("link-outdated", "open", 1, generation=1, session=sha("tablet"))
    deal.opens(session="tablet")
    agree = {**AGREE, "session": sha("tablet")}
    deal.then_refuses("second-factor-required", "agree", 1, **agree)  # what the phone proved is void
    deal.then_refuses("wrong-session", "agree", 1, **AGREE)
    deal.proves(session="tablet").asks("agree", 1, **agree)


def test_links_are_not_asked_for_without_end(deal: Deal) -> None:
    for _ in range(5):
        deal.asks("reissue", 1)
    deal.then_refuses("too-many-links", "reissue", 1)
    deal.later(days=1, minutes=1).asks("reissue", 1)


def test_the_officer_sends_again(deal: Deal) -> None:
    deal.opens().proves().when("resend", by=OFFICER, signer=1).then(facts.Invited)
    deal.then_refuses("wrong-session", "agree", 1, **AGREE)
    deal.then_refused("unknown-signer", "resend", by=OFFICER, signer=4)
    deal.then_refused("no-link", "resend", by=OFFICER, signer=0)


def test_nobody_opens_before_their_turn_or_after_the_end() -> None:
    deal = Deal().out(counterparties=TWO)
    deal.then_refuses("not-pending", "open", 2, generation=1, **HERE)
    deal.when("withdraw", by=OFFICER, reason="x").then_refuses("not-pending", "open", 1, generation=1, **HERE)


def test_a_signer_comes_back_for_the_contract_with_a_fresh_proof(deal: Deal) -> None:
    deal.signs().concluded().kept().opens(session="years later").proves(session="years later")
    proof = deal.party(1).authenticated
    assert proof is not None
    assert proof.session == sha("years later")
    deal.then_refuses("not-pending", "agree", 1, **{**AGREE, "session": sha("years later")})


# the second factor


def test_agreeing_needs_a_second_factor(deal: Deal) -> None:
    deal.opens().then_refuses("second-factor-required", "agree", 1, **AGREE)


def test_a_proof_runs_out(deal: Deal) -> None:
    deal.opens().proves().later(minutes=30).then_refuses("second-factor-required", "agree", 1, **AGREE)
    deal.proves().later(minutes=29).asks("agree", 1, **AGREE)


def test_factors_are_named_in_the_instruction(deal: Deal) -> None:
    deal.opens().proves(channel="telephone").agrees()
    factors = deal.last(facts.Agreed).instruction.factors
    assert [each.kind for each in factors] == ["link", "telephone"]
    assert factors[0] == Factor(kind="link", at=deal.now, reference="1")


def test_codes_run_out_are_spent_and_only_the_last_counts(deal: Deal) -> None:
    deal.opens().asks("request-code", 1, channel="sms", **HERE).asks("request-code", 1, channel="sms", **HERE)
    deal.then_refuses("code-outdated", "enter-code", 1, nth=1, matched=True, **HERE)
    deal.later(minutes=10).then_refuses("code-expired", "enter-code", 1, nth=2, matched=True, **HERE)
    deal.asks("request-code", 1, channel="sms", **HERE).asks("enter-code", 1, nth=3, matched=True, **HERE)
    deal.then_refuses("code-outdated", "enter-code", 1, nth=3, matched=True, **HERE)


def test_a_letter_counts_for_days(deal: Deal) -> None:
    deal.opens().asks("request-code", 1, channel="letter", **HERE).later(days=5)
    deal.asks("enter-code", 1, nth=1, matched=True, **HERE)


def test_wrong_codes_lock_and_a_new_link_does_not_unlock(deal: Deal) -> None:
    deal.opens().asks("request-code", 1, channel="sms", **HERE)
    for tries in range(1, 6):
        deal.asks("enter-code", 1, nth=1, matched=False, **HERE).then(facts.CodeRefused)
        assert deal.last(facts.CodeRefused).tries == tries
    deal.then_refuses("code-locked", "enter-code", 1, nth=1, matched=True, **HERE)
    deal.then_refuses("code-locked", "request-code", 1, channel="sms", **HERE)
    deal.asks("reissue", 1).opens(session="fresh")
    deal.then_refuses("code-locked", "request-code", 1, channel="sms", session=sha("fresh"))
    deal.later(minutes=30).proves(session="fresh")


def wrongly(deal: Deal, times: int) -> Deal:
    """So many wrong codes, locks waited for."""
    deal.opens().asks("request-code", 1, channel="letter", **HERE)
    for _ in range(times):
        code = deal.party(1).code
        if code is None or code.spent:
            deal.later(minutes=30).asks("request-code", 1, channel="letter", **HERE)
        deal.asks("enter-code", 1, nth=len(deal.party(1).codes_at), matched=False, **HERE)
    return deal


def test_a_lock_voids_the_code(deal: Deal) -> None:
    wrongly(deal, 5).later(minutes=31)
    deal.then_refuses("code-outdated", "enter-code", 1, nth=1, matched=True, **HERE)


def test_after_far_too_many_the_officer_has_to_look(deal: Deal) -> None:
    wrongly(deal, 20).later(hours=2)
    assert deal.document["waiting_on"] == [OFFICER]
    deal.then_refuses("signer-blocked", "request-code", 1, channel="letter", **HERE)
    deal.then_refuses("signer-blocked", "reissue", 1)
    deal.when("resend", by=OFFICER, signer=1)
    assert deal.document["waiting_on"] == []
    deal.opens().proves()


def test_who_was_blocked_after_the_end_gets_a_link_too(deal: Deal) -> None:
    deal.signs().concluded().kept()
    for _ in range(4):
        deal.asks("reissue", 1).opens()
        deal.asks("request-code", 1, channel="letter", **HERE)
        for _ in range(5):
            deal.asks("enter-code", 1, nth=len(deal.party(1).codes_at), matched=False, **HERE)
        deal.later(minutes=30)
    assert deal.party(1).blocked
    deal.when("resend", by=OFFICER, signer=1).opens().proves()


def test_codes_are_asked_for_only_so_often(deal: Deal) -> None:
    deal.opens()
    for _ in range(5):
        deal.asks("request-code", 1, channel="sms", **HERE)
    deal.then_refuses("too-many-codes", "request-code", 1, channel="sms", **HERE)
    deal.later(hours=1).asks("request-code", 1, channel="sms", **HERE)


def test_no_code_is_ever_numbered_twice(deal: Deal) -> None:
    deal.opens().proves().when("change-signer", by=OFFICER, signer=1, to=SECOND, reason="代表者の交代")
    deal.opens().asks("request-code", 1, channel="sms", **HERE)
    assert deal.last(facts.CodeIssued).nth == 2


def test_without_a_telephone_the_code_comes_by_letter() -> None:
    person = {"name": "職員9001", "email": "sign@bridge.example"}
    deal = Deal().out(counterparties=[{"name": COMPANY, "members": [person]}]).opens()
    deal.then_refuses("no-phone", "request-code", 1, channel="sms", **HERE)
    deal.then_refuses("no-phone", "request-code", 1, channel="telephone", **HERE)
    deal.proves(channel="letter")


def test_passkeys(deal: Deal) -> None:
    key = {"credential": "credential-1", "public_key": "public-key", "sign_count": 0, **HERE}
    prove = {"credential": "credential-1", "document": DECIDED}
    deal.opens().then_refuses("second-factor-required", "register-passkey", 1, **key)
    deal.then_refuses("passkey-unknown", "prove-passkey", 1, **prove, **HERE)
    deal.proves().asks("register-passkey", 1, **key)
    deal.then_refuses("passkey-known", "register-passkey", 1, **key)
    deal.asks("reissue", 1).opens(session="tablet")
    tablet = {"session": sha("tablet")}
    deal.then_refuses("document-differs", "prove-passkey", 1, **{**prove, "document": sha("other")}, **tablet)
    deal.asks("prove-passkey", 1, **prove, **tablet).then(facts.Authenticated)
    for nth in range(2, 6):
        deal.asks("register-passkey", 1, **{**key, **tablet, "credential": f"credential-{nth}"})
    deal.then_refuses("too-many-passkeys", "register-passkey", 1, **{**key, **tablet, "credential": "credential-6"})


def test_a_passkey_does_not_pass_to_the_next_person(deal: Deal) -> None:
    deal.opens().proves()
    deal.asks("register-passkey", 1, credential="credential-1", public_key="public-key", sign_count=0, **HERE)
    deal.when("change-signer", by=OFFICER, signer=1, to=SECOND, reason="x").opens()
    deal.then_refuses("passkey-unknown", "prove-passkey", 1, credential="credential-1", document=DECIDED, **HERE)


# the instruction


def test_what_is_agreed_to_is_this_document_and_this_sentence(deal: Deal) -> None:
    deal.opens().proves()
    deal.then_refuses("document-differs", "agree", 1, field="document", **{**AGREE, "document": sha("x")})
    deal.then_refuses("statement-differs", "agree", 1, field="statement", **{**AGREE, "statement": "はい"})
    deal.asks(
        "agree",
        1,
        **{**AGREE, "statement": "I have read the contract shown to me and agree to sign it electronically."},
    )
    instruction = deal.last(facts.Agreed).instruction
    assert (instruction.contract, instruction.signer, instruction.document) == (deal.number, 1, DECIDED)
    assert instruction.pages == (sha("page 1"), sha("page 2"))
    assert instruction.session == sha("phone")
    deal.then_refuses("already-agreed", "agree", 1, **AGREE)
    deal.then_refused("already-agreed", "resend", by=OFFICER, signer=1)


def test_a_proof_counts_for_one_contract_only(deal: Deal) -> None:
    deal.opens().proves().approval("R8-000002").contract("R8-000002").out(approval="R8-000002")
    deal.then_refuses("not-found", "agree", 1, of="R8-000001", **AGREE)
    deal.opens().then_refuses("second-factor-required", "agree", 1, **AGREE)


def test_a_mandate_that_has_run_out(deal: Deal) -> None:
    person = {**PERSON, "mandate": {"document": sha("mandate"), "valid_until": "2026-11-10"}}
    one = Deal().out(counterparties=[{"name": COMPANY, "members": [person]}]).opens().later(days=2).proves()
    one.then_refuses("mandate-expired", "agree", 1, **AGREE)
    two = Deal().created(counterparties=[{"name": COMPANY, "members": [person]}]).consented().later(days=2)
    two.then_refused("mandate-expired", "release", by=OFFICER)
