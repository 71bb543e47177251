"""What holds for every campaign whatever happens: random histories, each fact checked by the story."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.campaign import RECORD, facts
from domain.campaign.commands import FixResult
from domain.campaign.timing import wake_at
from domain.refusals import Refused
from tests.records.campaign_story import Autumn, counted
from tests.records.office import MORNING

FIRST, LAST = date(2026, 11, 12), date(2026, 12, 4)
POSTS = (
    *("road-director", "road-lead", "road-officer", "housing-director", "construction-deputy", "construction-director"),
    *("reform-director", "personnel-director", "agriculture-director", "farming-officer", "ict-director"),
)
UNITS = ("road", "housing", "works", "farming", "ict", "general", None)
DAYS = st.lists(
    st.integers(-1, (LAST - FIRST).days + 1).map(lambda after: (FIRST + timedelta(days=after)).isoformat()),
    min_size=1, max_size=4,
)  # fmt: skip


class CampaignHistory(RuleBasedStateMachine):
    """One campaign, and whatever people, the organisation and time do to it."""

    autumn: Autumn

    @initialize(by=st.sampled_from(("reform-director", "personnel-director")))
    def somebody_opens(self, by: str) -> None:
        self.autumn = Autumn(now=MORNING).opened(by=by, first_day=FIRST.isoformat(), last_day=LAST.isoformat())

    @rule(by=st.sampled_from(POSTS), unit=st.sampled_from(UNITS), days=DAYS)
    def somebody_joins(self, by: str, unit: str | None, days: list[str]) -> None:
        self._attempt("join", by, days=days, unit=unit)

    @rule(by=st.sampled_from(POSTS), unit=st.sampled_from(UNITS))
    def somebody_leaves(self, by: str, unit: str | None) -> None:
        self._attempt("leave", by, unit=unit)

    @rule(by=st.sampled_from(POSTS), verb=st.sampled_from(("close", "close", "cancel")))
    def somebody_ends_it(self, by: str, verb: str) -> None:
        self._attempt(verb, by, **({"reason": "x"} if verb == "cancel" else {}))

    @rule(hours=st.sampled_from((1, 20, 24, 70, 300)), looks=st.booleans())
    def time_passes(self, hours: int, looks: bool) -> None:
        self.autumn.at(self.autumn.now + timedelta(hours=hours))
        if looks:
            self.autumn.tick()

    @rule(answers=st.sampled_from((counted, lambda state: None, lambda state: FixResult(position=1))))
    def the_read_models_answer_or_not(self, answers: Any) -> None:
        self.autumn.asked = answers
        self.autumn.tick()

    @rule(post=st.sampled_from(POSTS), days=st.integers(1, 9))
    def somebody_goes_away(self, post: str, days: int) -> None:
        if self.autumn.directory.holder(post, self.autumn.now) is not None:
            self.autumn.away(post, self.autumn.now, self.autumn.now + timedelta(days=days))

    def _attempt(self, verb: str, by: str, **body: Any) -> None:
        """Do it or be refused; a refusal adds nothing."""
        before = len(self.autumn.history)
        if self.autumn.directory.holder(by, self.autumn.now) is None:
            return
        try:
            self.autumn.when(verb, by=by, **body)
        except Refused:
            assert len(self.autumn.history) == before

    @invariant()
    def whoever_is_woken_finds_something_to_do(self) -> None:
        wake = wake_at(self.autumn.state) if hasattr(self, "autumn") else None
        if wake is not None and wake <= self.autumn.now:
            assert RECORD.due(self.autumn.state, self.autumn.now, self.autumn.directory)

    @precondition(lambda self: hasattr(self, "autumn"))
    @invariant()
    def only_a_system_rule_fixes_the_result_and_once(self) -> None:
        fixed = [(event, meta) for event, meta in self.autumn.history if isinstance(event, facts.ResultFixed)]
        assert len(fixed) <= 1
        assert all(meta.by.kind == "system" for _, meta in fixed)


CampaignHistory.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)  # fmt: skip
TestCampaignHistories = CampaignHistory.TestCase
