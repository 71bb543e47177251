"""What holds for every entry of every register whatever happens: random histories, each fact checked by the book."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.clock import civil_date
from domain.entry import RECORD, facts
from domain.entry.definitions import in_force
from domain.entry.timing import EXPIRED, wake_at
from domain.policies.entry import Register
from domain.refusals import Refused
from tests.records.approval_story import rulebook
from tests.records.entry_story import Book
from tests.records.office import MORNING
from tests.records.take_home_register import CODE, take_home_edition

RULES = rulebook((take_home_edition(),))  # a fourth register, which ends by itself, may not hold less
DEFINITIONS = in_force(RULES, date(2026, 11, 9)).definitions
POSTS = (
    *("road-officer", "road-chief", "road-lead", "road-director", "construction-deputy", "construction-director"),
    *("ict-director", "ict-shukan", "ict-chief", "housing-officer", "farming-officer", "vice-governor-2"),
)


@st.composite
def said(draw: st.DrawFn, register: Register, names: tuple[str, ...], today: date) -> dict[str, Any]:
    """Values for the fields, mostly as the definition wants them."""
    values: dict[str, Any] = {}
    for name in names:
        field = register.fields[name]
        kinds: dict[str, st.SearchStrategy[Any]] = {
            "text": st.text("あいう", min_size=1, max_size=5),
            "choice": st.sampled_from(sorted(field.options) or ["x"]),
            "date": st.integers(-1, 20).map(lambda days: (today + timedelta(days=days)).isoformat()),
            "datetime": st.just("2026-11-09T10:00:00+09:00"),
            "boolean": st.booleans(),
            "post": st.sampled_from(("road-officer", "road-officer", "road-chief", "ict-chief")),
        }
        if field.type in kinds and draw(st.integers(0, 9)) > 0:
            values[name] = draw(kinds[field.type])
    return values


class EntryHistory(RuleBasedStateMachine):
    """One entry of any register, and whatever people, the organisation and time do to it."""

    book: Book
    code: str

    @initialize(data=st.data(), code=st.sampled_from(sorted(DEFINITIONS)), by=st.sampled_from(POSTS))
    def somebody_enters(self, data: st.DataObject, code: str, by: str) -> None:
        self.book, self.code = Book(now=MORNING, rules=RULES), code
        register = DEFINITIONS[code]
        values = data.draw(said(register, register.at_entry, civil_date(MORNING)))
        self._attempt(self.book.enters, code, by=by, **values)

    @property
    def entered(self) -> bool:
        return bool(self.book.history)

    @precondition(lambda self: self.entered)
    @rule(data=st.data(), by=st.sampled_from(POSTS))
    def somebody_acts(self, data: st.DataObject, by: str) -> None:
        register = DEFINITIONS[self.code]
        open_ = register.open_from(self.book.state.status)
        verb = data.draw(st.sampled_from(sorted(open_) * 3 + sorted(register.transitions)))
        transition = register.transitions[verb]
        values = data.draw(said(register, transition.fields, civil_date(self.book.now)))
        if self.book.directory.holder(by, self.book.now) is not None:
            self._attempt(self.book.when, verb, by=by, **values)

    @rule(hours=st.sampled_from((1, 20, 24, 70, 300)), looks=st.booleans())
    def time_passes(self, hours: int, looks: bool) -> None:
        self.book.at(self.book.now + timedelta(hours=hours))
        if looks and self.entered:
            self.book.tick()

    @precondition(lambda self: self.entered)
    @rule()
    def somebody_looks(self) -> None:
        self.book.tick()

    @rule(post=st.sampled_from(POSTS), person=st.sampled_from(("n01", "n02", "")))
    def a_post_changes_hands(self, post: str, person: str) -> None:
        today = civil_date(self.book.now)
        if self.book.directory.structure.day(today).held.get(post) is not None:
            self.book.vacate(post, today - timedelta(days=1))
        if person:
            self.book.appoint(post, person, today, concurrent=True)

    @rule(post=st.sampled_from(POSTS), days=st.integers(1, 9))
    def somebody_goes_away(self, post: str, days: int) -> None:
        if self.book.directory.holder(post, self.book.now) is not None:
            self.book.away(post, self.book.now, self.book.now + timedelta(days=days))

    def _attempt(self, act: Any, *arguments: Any, **body: Any) -> None:
        """Do it or be refused; a refusal adds nothing."""
        before = len(self.book.history)
        try:
            act(*arguments, **body)
        except Refused:
            assert len(self.book.history) == before

    @invariant()
    def whoever_is_woken_finds_something_to_do(self) -> None:
        wake = wake_at(self.book.state) if self.entered else None
        if wake is not None and wake <= self.book.now:
            assert RECORD.due(self.book.state, self.book.now, self.book.directory)

    @invariant()
    def an_incident_never_waits_for_an_approval(self) -> None:
        """It is reported the moment it is entered, and nothing that is open in it is one person's to grant."""
        if self.entered and self.code == "incident":
            register = DEFINITIONS["incident"]
            assert isinstance(self.book.history[0][0], facts.Entered)
            assert self.book.history[0][0].standing.state == "reported"
            assert register.permission_in(self.book.state.status) is None
            for transition in register.open_from(self.book.state.status).values():
                assert set(transition.by) != {"head"}

    @invariant()
    def nothing_that_needs_permission_went_on_without_it(self) -> None:
        if self.entered and self.code == "asset-carry-out":
            done = [event.transition for event, _ in self.book.history if isinstance(event, facts.Moved)]
            assert "carry-out" not in done or done.index("permit") < done.index("carry-out")

    @invariant()
    def time_ends_only_what_has_a_period(self) -> None:
        if self.entered:
            expired = [event for event, _ in self.book.history if getattr(event, "transition", "") == EXPIRED]
            assert self.code == CODE or not expired

    @invariant()
    def an_ended_entry_changes_no_more(self) -> None:
        if self.entered and self.book.state.closed:
            assert isinstance(self.book.history[-1][0], facts.Closed)
            assert RECORD.due(self.book.state, self.book.now, self.book.directory) == ()

    @invariant()
    def each_report_and_reminder_comes_once(self) -> None:
        once = [
            (type(event).__name__, event.stage, getattr(event, "nth", 0))
            for event, _ in (self.book.history if hasattr(self, "book") else ())
            if isinstance(event, facts.Reminded | facts.OverdueReported)
        ]
        assert len(once) == len(set(once))


EntryHistory.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)  # fmt: skip
TestEntryHistories = EntryHistory.TestCase
