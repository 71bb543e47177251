"""Nobody signs in another's name: whatever verb whichever official, service, rule or stranger sends in whichever state,
no fact of a counterparty's signer appears, and no counterparty brings about what is the prefecture's.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from domain.contract import RECORD, facts
from domain.contract.facts import PREFECTURE
from domain.contract.standing import may_read
from domain.contract.verbs import BY_RULES, OF_COUNTERPARTIES, VERBS
from domain.events import Actor
from domain.ledger.order import COUNTERPARTY
from domain.refusals import Refused
from tests.records.contract_laws import OF_SIGNERS
from tests.records.contract_platform import sha
from tests.records.contract_story import (
    CERTIFICATE,
    COMPANY,
    DECIDED,
    OFFICER,
    PERSON,
    SECOND,
    SIGNER,
    STATEMENT,
    Deal,
)

PARTY = [{"name": COMPANY, "members": [{**PERSON, "mode": "party"}]}]
HERE = {"session": sha("phone")}
SIGNED = {
    "document": sha("new"),
    "base": DECIDED,
    "level": "B-T",
    "signed_at": "2026-11-09T02:00:00Z",
    "certificate": sha("certificate"),
    "tsa_certificate": sha("tsa"),
}
BODIES: dict[str, dict[str, Any]] = {
    "create": Deal().creation(),
    "consent": {"received_on": "2026-11-09"},
    "release": {},
    "resend": {"signer": 1},
    "change-signer": {"signer": 1, "to": SECOND, "reason": "x"},
    "withdraw": {"reason": "x"},
    "switch-to-paper": {"reason": "x"},
    "file-paper": {"document": sha("scan"), "contract_date": "2026-11-09"},
    "retry-step": {"reason": "x"},
    "sign": {},
    "finalise-provisional": {"voted_on": "2026-11-09", "reference": "x"},
    "amend": {"by": "R8-000009", "on": "2026-11-09"},
    "terminate": {"on": "2026-11-09", "reason": "x"},
    "review-retention": {"outcome": "disposal", "reason": "x"},
    "decline": {"reason": "x"},
    "prepare": {"certificates": [CERTIFICATE]},
    "complete": {"nth": 1, "signature": "AAAA"},
    "open": {"generation": 1, **HERE},
    "reissue": {},
    "request-code": {"channel": "sms", **HERE},
    "enter-code": {"nth": 1, "matched": True, **HERE},
    "register-passkey": {"credential": "credential-2", "public_key": "public-key", "sign_count": 0, **HERE},
    "prove-passkey": {"credential": "credential-1", "document": DECIDED, **HERE},
    "agree": {"document": DECIDED, "statement": STATEMENT, **HERE},
    "forward": {"to": {"name": "職員9002", "email": "second@bridge.example"}, "reason": "x"},
    "begin-step": {"step": "sign/1/x", "attempt": 1, "base": DECIDED, "lease_until": "2026-11-09T03:00:00Z"},
    "refuse-step": {"step": "certify/1", "code": "x", "detail": "x"},
    "certify-done": {"step": "certify/1", "decision_record": sha("record"), "pages": [], "signature": SIGNED},
    "sign-done": {"step": "sign/1/x", "signer": 1, "instruction_sha256": sha("x"), "signature": SIGNED},
    "prepare-done": {
        "step": "prepare/1/1",
        "signer": 1,
        "nth": 1,
        "base": DECIDED,
        "prepared": sha("p"),
        "state": sha("state"),
        "to_sign": "AAAA",
        "lease_until": "2026-11-09T03:00:00Z",
    },
    "conclude": {"step": "conclude/1", "document": DECIDED, "report": sha("report"), "signers": [0, 1]},
    "deliver": {"step": "deliver/1", "evidence": sha("e"), "checkpoint_position": 1, "checkpoint": sha("c")},
    "archiving-due": {"generation": 1},
    "postpone-archiving": {"generation": 1, "until": "2026-12-09T03:00:00Z", "reason": "x"},
    "archive-done": {
        "generation": 1,
        "level": "B-LTA",
        "algorithm": "sha256",
        "document": sha("a"),
        "base": DECIDED,
        "stamped_at": "2026-11-09T03:00:00Z",
        "tsa_certificate": sha("t"),
        "tsa_expires_at": "2036-11-09T03:00:00Z",
        "renew_at": None,
    },
    "fail-renewal": {"generation": 1, "code": "x", "detail": "x"},
    "remind": {"signer": 1, "nth": 1},
    "expire": {"round": 1},
    "expire-lease": {"signer": 1, "nth": 1},
    "retention-due": {"retained_until": "2037-03-31"},
}


def authenticated() -> Deal:
    return Deal().out().opens().proves()


def with_passkey() -> Deal:
    key: dict[str, Any] = {"credential": "credential-1", "public_key": "public-key", "sign_count": 0, **HERE}
    return authenticated().asks("register-passkey", 1, **key)


def prepared() -> Deal:
    return Deal().out(counterparties=PARTY).opens().proves().asks("prepare", 1, certificates=[CERTIFICATE]).platform()


STAGES: dict[str, Callable[[], Deal]] = {
    "created": lambda: Deal().created(),
    "ready": lambda: Deal().created().consented(),
    "released": lambda: Deal().created().consented().when("release", by=OFFICER),
    "sent": lambda: Deal().out(),
    "opened": lambda: Deal().out().opens(),
    "authenticated": authenticated,
    "with a passkey": with_passkey,
    "agreed": lambda: authenticated().agrees(),
    "prepared": prepared,
    "signed": lambda: Deal().out().signs(),
    "concluded": lambda: Deal().out().signs().concluded(),
    "kept": lambda: Deal().out().signs().concluded().kept(),
    "withdrawn": lambda: Deal().out().when("withdraw", by=OFFICER, reason="x"),
}


def officials(deal: Deal) -> list[Actor]:
    posts = sorted({OFFICER, SIGNER, "road-director", "governor", "housing-officer", "auditor-1", "property-officer"})
    held = [deal.directory.holder(post, deal.now) for post in posts]
    people = [Actor(person=one.person, name=one.name, post=one.post, title=one.title) for one in held if one]
    services = [
        Actor(kind="service", person="svc-bulk", name="svc-bulk"),
        Actor(kind="service", person="R8-000001/1", name="x"),
        Actor(kind="person", person="R8-000001/1", name="x", post=OFFICER),
    ]
    return people + services


def rules() -> list[Actor]:
    return [Actor(kind="system", person="system:x", name="x"), Actor(kind="system", person="R8-000001/1", name="x")]


def strangers() -> list[Actor]:
    persons = ("R8-000002/1", "R8-000001/0", "R8-000001/2", "R8-000001/", "/1", "R8-000001/01", "R8-000001/１")
    return [Actor(kind="counterparty", person=person, name=COUNTERPARTY) for person in persons]


def attempts(deal: Deal, verb: str, by: Actor) -> tuple[Any, ...]:
    """What the command would add; the story's laws are checked by `settle` on the way."""
    before = {name: list(stream) for name, stream in deal.streams.items()}
    now = deal.now
    try:
        deal.settle(deal.command(verb, BODIES[verb]), by, UUID(int=99))
        return deal.told
    except Refused:
        return ()
    finally:
        deal.streams, deal.now = before, now
        deal._folded.clear()


def test_every_verb_is_tried() -> None:
    assert set(BODIES) == set(VERBS)


@pytest.mark.parametrize("stage", STAGES)
def test_no_official_service_or_rule_acts_for_a_counterparty(stage: str) -> None:
    deal = STAGES[stage]()
    for verb in VERBS:
        for by in officials(deal) + (rules() if verb in BY_RULES else []):
            told = attempts(deal, verb, by)
            foreign = [each for each in told if isinstance(each, OF_SIGNERS) and each.signer != PREFECTURE]
            assert foreign == [], (stage, verb, by)


@pytest.mark.parametrize("stage", STAGES)
def test_no_stranger_and_no_other_signer_does_anything(stage: str) -> None:
    deal = STAGES[stage]()
    for verb in VERBS:
        if verb not in BY_RULES:
            for by in strangers():
                assert attempts(deal, verb, by) == (), (stage, verb, by)


@pytest.mark.parametrize("stage", STAGES)
def test_no_counterparty_acts_for_the_prefecture(stage: str) -> None:
    deal = STAGES[stage]()
    own = deal.outsider(1)
    for verb in VERBS:
        if verb in BY_RULES:
            continue
        for each in attempts(deal, verb, own):
            assert isinstance(each, (*OF_SIGNERS, facts.Invited)), (stage, verb)
            assert each.signer == 1


def test_counterparties_verbs_are_theirs_alone() -> None:
    deal = authenticated()
    for verb in OF_COUNTERPARTIES:
        with pytest.raises(Refused) as refused:
            deal.when(verb, by=SIGNER, **BODIES[verb])
        assert refused.value.code == "counterparty-only"


def test_who_may_read() -> None:
    deal = Deal().out().signs()

    def reads(person: str) -> bool:
        return may_read(deal.state, person, deal.directory, deal.now)

    for post in (OFFICER, "road-director", "road-chief", "construction-deputy", "governor", SIGNER):
        assert reads(deal.holder_of(post)), post
    for post in ("housing-officer", "personnel-director", "property-officer"):
        assert not reads(deal.holder_of(post)), post
    assert reads("R8-000001/1")
    assert not any(reads(each.person) for each in strangers())
    assert RECORD.may_read(RECORD.initial, "x", deal.directory, deal.now)
