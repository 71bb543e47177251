"""What holds for every contract whatever happens: random histories of officials, signers, the platform and time, each
fact checked by the laws. In none of them is a contract concluded without every signature over the decided bytes (I21),
and every prefix is a legal state (I17).
"""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.contract import RECORD, facts
from domain.contract.state import CONCLUDED
from domain.contract.timing import wake_at
from domain.refusals import Refused
from tests.records.contract_laws import check
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

SESSIONS = ("phone", "tablet")
SIGNERS = st.sampled_from((1, 2))
SESSION = st.sampled_from(SESSIONS).map(sha)
HASHES = st.sampled_from((DECIDED, DECIDED, DECIDED, sha("another file")))
OFFICIALS = st.sampled_from((OFFICER, OFFICER, SIGNER, "road-director", "housing-officer"))
RARELY = st.integers(0, 7).map(lambda one: one == 0)
MODES = st.sampled_from(("witness", "witness", "party"))


class ContractHistory(RuleBasedStateMachine):
    """One contract with two signers, and whatever people, the platform and time do to it."""

    deal: Deal

    @initialize(
        modes=st.tuples(MODES, MODES), order=st.sampled_from(("sequential", "parallel")), provisional=st.booleans()
    )
    def it_is_prepared(self, modes: tuple[str, str], order: str, *, provisional: bool) -> None:
        members = [{**person, "mode": mode} for person, mode in zip((PERSON, SECOND), modes, strict=True)]
        parties = [{"name": COMPANY, "members": members}]
        self.deal = Deal().created(counterparties=parties, order=order, provisional=provisional)

    # officials

    @rule(by=OFFICIALS)
    def somebody_records_consent(self, by: str) -> None:
        self._official("consent", by, received_on="2026-11-09")

    @rule(by=OFFICIALS)
    def somebody_releases(self, by: str) -> None:
        self._official("release", by)

    @rule(by=OFFICIALS, signer=st.sampled_from((0, 1, 2)))
    def somebody_sends_again(self, by: str, signer: int) -> None:
        self._official("resend", by, signer=signer)

    @rule(by=OFFICIALS, signer=SIGNERS, mail=st.sampled_from(("a@bridge.example", "b@bridge.example")))
    def somebody_changes_the_signer(self, by: str, signer: int, mail: str) -> None:
        self._official("change-signer", by, signer=signer, to={**PERSON, "email": mail}, reason="x")

    @rule(by=OFFICIALS, verb=st.sampled_from(("withdraw", "switch-to-paper", "decline", "retry-step")), often=RARELY)
    def somebody_stops_it(self, by: str, verb: str, *, often: bool) -> None:
        if often:
            self._official(verb, by, reason="x")

    @rule(by=OFFICIALS, document=HASHES)
    def somebody_signs_for_the_prefecture(self, by: str, document: str) -> None:
        self._official("sign", by, document=document)

    @rule(by=OFFICIALS, outcome=st.sampled_from(("approved", "rejected")))
    def the_assembly_votes(self, by: str, outcome: str) -> None:
        self._official("finalise-provisional", by, voted_on="2026-11-09", outcome=outcome, reference="議案")

    @rule(by=OFFICIALS, often=RARELY)
    def somebody_ends_it(self, by: str, *, often: bool) -> None:
        if often:
            self._official("terminate", by, on="2026-12-31", reason="x")

    # signers

    @rule(signer=SIGNERS, session=SESSION, older=st.sampled_from((0, 0, 0, 1)))
    def a_signer_opens(self, signer: int, session: str, older: int) -> None:
        generation = max(self.deal.party(signer).generation - older, 1)
        self._signer("open", signer, generation=generation, session=session)

    @rule(signer=SIGNERS, session=SESSION, matched=st.sampled_from((True, True, False)))
    def a_signer_proves(self, signer: int, session: str, *, matched: bool) -> None:
        self._signer("request-code", signer, channel="sms", session=session)
        nth = max(len(self.deal.party(signer).codes_at), 1)
        self._signer("enter-code", signer, nth=nth, session=session, matched=matched)

    @rule(signer=SIGNERS, session=SESSION, document=HASHES)
    def a_signer_agrees(self, signer: int, session: str, document: str) -> None:
        self._signer("agree", signer, session=session, document=document, statement=STATEMENT)

    @rule(signer=SIGNERS)
    def a_signer_prepares(self, signer: int) -> None:
        self._signer("prepare", signer, certificates=[CERTIFICATE])

    @rule(signer=SIGNERS, nth=st.integers(1, 3))
    def a_signer_completes(self, signer: int, nth: int) -> None:
        self._signer("complete", signer, nth=nth, signature="AAAA")

    @rule(signer=SIGNERS, verb=st.sampled_from(("reissue", "decline", "forward")))
    def a_signer_does_something_else(self, signer: int, verb: str) -> None:
        bodies: dict[str, dict[str, Any]] = {
            "reissue": {},
            "decline": {"reason": "x"},
            "forward": {"to": {"name": "職員9003", "email": "c@bridge.example"}, "reason": "x"},
        }
        self._signer(verb, signer, **bodies[verb])

    def goes_straight_on(self, signer: int, session: str) -> None:
        """A signer from the link to the instruction, or to the own key's signature."""
        hashed = sha(session)
        self.a_signer_opens(signer, hashed, 0)
        self.a_signer_proves(signer, hashed, matched=True)
        self.a_signer_agrees(signer, hashed, DECIDED)
        self.a_signer_prepares(signer)
        self.deal.platform()
        self.a_signer_completes(signer, dict(self.deal.state.preparations).get(signer, 1))

    def what_should_come_comes(self, session: str) -> None:
        """The next thing on the road, so that histories get somewhere."""
        state = self.deal.state
        if state.status == "consent_missing":
            self._official("consent", OFFICER, received_on="2026-11-09")
        elif state.status in ("ready", "expired", "declined") or state.refused is not None:
            self._official("release", OFFICER)
        elif self.deal.work is not None:
            self.deal.platform()
        elif state.awaited and state.awaited[0].is_prefecture:
            self._official("sign", SIGNER)
        elif state.awaited:
            self.goes_straight_on(state.awaited[0].number, session)
        elif state.status == "provisional":
            self._official("finalise-provisional", OFFICER, voted_on="2026-11-09", reference="議案")
        elif state.archive_at is not None:
            self.deal.at(max(self.deal.now, state.archive_at)).tick()

    for_the_better = rule(session=st.sampled_from(SESSIONS))(what_should_come_comes)
    for_the_better_too = rule(session=st.sampled_from(SESSIONS))(what_should_come_comes)
    for_the_better_still = rule(session=st.sampled_from(SESSIONS))(what_should_come_comes)

    # platform and time

    @rule()
    def the_platform_works(self) -> None:
        self.deal.platform()

    @rule(fails=st.sampled_from(("begins", "refuses", "comes from another file", "comes twice")))
    def the_platform_fails(self, fails: str) -> None:
        found = self.deal.work
        if found is None:
            return
        verb, body = self.deal.outcome(found)
        match fails:
            case "begins":
                self.deal.begins(found)
            case "refuses":
                self.deal.rule("refuse-step", f"{self.deal.sent}", step=found.name, code="broken", detail="x")
            case "comes from another file" if "signature" in body:
                body["signature"] = {**body["signature"], "base": sha("another file")}
                self.deal.rule(verb, f"{self.deal.sent}", **body)
            case "comes twice":
                self.deal.rule(verb, f"{self.deal.sent}", **body).rule(verb, f"{self.deal.sent}+", **body)

    @rule(
        signers=st.sets(st.sampled_from((0, 1, 2))), base=st.sampled_from(("current", "decided", "other")), nth=SIGNERS
    )
    def somebody_forges_a_conclusion(self, signers: set[int], base: str, nth: int) -> None:
        """As one who could send system commands: only what the verification really found concludes."""
        state = self.deal.state
        document = {"current": state.document, "decided": DECIDED, "other": sha("another file")}[base]
        body = {"step": f"conclude/{nth}", "document": document, "report": sha("report"), "signers": sorted(signers)}
        self.deal.rule("conclude", f"forged {self.deal.sent}", **body)

    @rule(hours=st.sampled_from((1, 1, 20, 80, 400)), looks=st.booleans())
    def time_passes(self, hours: int, *, looks: bool) -> None:
        self.deal.later(hours=hours)
        if looks:
            self.deal.tick()

    def _official(self, verb: str, by: str, **body: Any) -> None:
        self._attempt(lambda: self.deal.when(verb, by=by, **body))

    def _signer(self, verb: str, signer: int, **body: Any) -> None:
        self._attempt(lambda: self.deal.asks(verb, signer, **body))

    def _attempt(self, act: Any) -> None:
        """Do it or be refused; a refusal adds nothing."""
        before = len(self.deal.history)
        try:
            act()
        except Refused:
            assert len(self.deal.history) == before

    @invariant()
    def whoever_is_woken_finds_something_to_do(self) -> None:
        if not hasattr(self, "deal"):
            return
        wake = wake_at(self.deal.state)
        if wake is not None and wake <= self.deal.now:
            assert RECORD.due(self.deal.state, self.deal.now, self.deal.directory)

    def teardown(self) -> None:
        """Folded anew from the stored facts, every prefix is a legal state and the end is the same."""
        if not hasattr(self, "deal"):
            return
        state = RECORD.initial
        for event, meta in self.deal.history:
            before, state = state, RECORD.evolve(state, event, meta)
            check(before, event, meta, state, self.deal.number)
        assert state == self.deal.state
        if state.status in CONCLUDED:
            signed = [event for event, _ in self.deal.history if isinstance(event, facts.Signed)]
            assert {event.signer for event in signed} == {0, 1, 2}


ContractHistory.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
test_whatever_happens = ContractHistory.TestCase


def test_the_histories_get_somewhere() -> None:
    """The straight road through the same rules ends in a concluded contract."""
    history = ContractHistory()
    history.it_is_prepared(("witness", "party"), "sequential", provisional=False)
    history.somebody_records_consent(OFFICER)
    history.somebody_releases(OFFICER)
    history.the_platform_works()
    for signer in (1, 2):
        history.goes_straight_on(signer, "phone")
        history.the_platform_works()
    history.somebody_signs_for_the_prefecture(SIGNER, DECIDED)
    history.the_platform_works()
    assert history.deal.state.status == "concluded"
    history.deal.later(hours=timedelta(days=1).total_seconds() / 3600)
    history.teardown()
