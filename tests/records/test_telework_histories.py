"""What holds for every telework whatever happens: properties over random histories of several people and places.

Every fact of every history passes the laws of `telework_laws` (I15–I17, seats, days, overtime), is stored and read back
as decided, and every command is decided twice with the same answer; see `telework_story.Workday`.
"""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.clock import civil_date
from domain.refusals import Refused
from domain.rulebook import Rulebook
from domain.telework import RECORD, facts
from domain.telework.state import CLOSED
from domain.telework.timing import wake_at
from tests.records.approval_story import calendars
from tests.records.office import jst
from tests.records.telework_story import Workday, rules_with

PEOPLE = ("road-officer", "road-senior", "road-lead", "road-director", "works-officer", "works-director")
HEADS = ("road-director", "works-director", "construction-deputy", "construction-director", "road-lead", "road-chief")
STARTS = (jst(2026, 11, 9), jst(2026, 12, 25), jst(2027, 3, 30), jst(2027, 4, 28))  # New Year, transfers, Golden Week
OFFICES = [
    {"code": "small", "name": "小会議室", "capacity": 1, "valid_from": "2026-04-01"},
    {"code": "large", "name": "大会議室", "capacity": 2, "valid_from": "2026-04-01"},
]
RULES = tuple(
    rules_with(rule_set=rule_set, satellite_offices=OFFICES, **limits)
    for rule_set in ("tochigi_like", "hokkaido_like")
    for limits in ({}, {"weekly_limit_days": 2, "monthly_limit_days": 4})
)
SLOTS = st.sampled_from(
    (
        [],
        [],
        [{"kind": "telework", "from": "08:30", "to": "12:00"}, {"kind": "leave", "from": "13:00", "to": "17:15"}],
        [{"kind": "office", "from": "08:30", "to": "10:00"}, {"kind": "telework", "from": "10:00", "to": "17:15"}],
        [{"kind": "telework", "from": "08:30", "to": "12:00"}, {"kind": "leave", "from": "11:00", "to": "17:15"}],
        [{"kind": "telework", "from": "09:30", "to": "19:00"}],
    )
)
KINDS = st.sampled_from(("home", "home", "satellite_office", "satellite_office", "satellite_office", "visiting"))
CASES_MAX = 9


class TeleworkHistory(RuleBasedStateMachine):
    """People apply, change their minds, work and report; heads are away; time passes; people are transferred."""

    day: Workday
    cases: int

    @initialize(start=st.sampled_from(STARTS), rules=st.sampled_from(RULES))
    def begins(self, start: datetime, rules: Rulebook) -> None:
        self.day, self.cases = Workday(now=start, rules=rules), 0

    def has_room(self) -> bool:
        return self.cases < CASES_MAX

    def has_cases(self) -> bool:
        return self.cases > 0

    # people

    @precondition(has_room)
    @rule(by=st.sampled_from(PEOPLE), data=st.data())
    def somebody_applies(self, by: str, data: st.DataObject) -> None:
        self._begin("submit", by, self._content(data) | {"late_reason": "急用"})

    @precondition(has_room)
    @rule(people=st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=5, unique=True), data=st.data())
    def several_apply_for_one_place_and_day(self, people: list[str], data: st.DataObject) -> None:
        content = self._content(data) | {
            "kind": "satellite_office",
            "place": "small",
            "late_reason": "急用",
            "slots": [],
        }
        for by in people:
            self._begin("submit", by, content)

    @precondition(has_room)
    @rule(to=st.sampled_from(PEOPLE), data=st.data())
    def somebody_is_ordered(self, to: str, data: st.DataObject) -> None:
        content = self._content(data) | {"to_post": to, "reason": "大雨"}
        any(self._begin("order", by, content) for by in HEADS)

    @precondition(has_cases)
    @rule(data=st.data())
    def it_is_changed(self, data: st.DataObject) -> None:
        wanted = self._content(data)
        named = data.draw(st.sets(st.sampled_from(sorted(wanted)), min_size=1, max_size=3))
        change = {name: value for name, value in wanted.items() if name in named or name == "tasks"}
        self._own(self._any(data), "change", change | {"late_reason": "急用"})

    @precondition(has_cases)
    @rule(data=st.data(), days=st.integers(1, 4), verb=st.sampled_from(("approve", "return", "acknowledge")))
    def somebody_stands_in_for_the_head(self, data: st.DataObject, days: int, verb: str) -> None:
        number = self._any(data)
        head = self.day.case(number).state.superior.post
        if self.day.directory.holder(head, self.day.now) is not None:
            self.day.away(head, self.day.now, self.day.now + timedelta(days=days))
            for by in ("road-lead", "road-chief", "construction-deputy", "construction-director"):
                self._attempt(number, verb, by, {"reason": "再考"} if verb == "return" else {})

    @precondition(has_cases)
    @rule(data=st.data(), verb=st.sampled_from(("approve", "approve", "approve", "return", "reject", "revoke")))
    def the_head_decides(self, data: st.DataObject, verb: str) -> None:
        self._head(self._any(data), verb, {} if verb == "approve" else {"reason": "理由"})

    @precondition(has_cases)
    @rule(data=st.data(), verb=st.sampled_from(("withdraw", "start", "start", "end", "end", "report", "report")))
    def the_person_does_something(self, data: st.DataObject, verb: str) -> None:
        self._own(self._any(data), verb, {"content": "済み"} if verb == "report" else {})

    @precondition(has_cases)
    @rule(data=st.data(), late=st.integers(0, 200))
    def somebody_telephones(self, data: st.DataObject, late: int) -> None:
        """The start or end is entered afterwards, as it was reported."""
        number = self._any(data)
        state = self.day.case(number).state
        if state.status in ("ordered", "working"):
            verb, plan = ("start" if state.status == "ordered" else "end"), state.content.plan
            at = (plan.starts_at if verb == "start" else plan.ends_at) + timedelta(minutes=late)
            self._head(number, verb, {"by_telephone": {"reported_at": at.isoformat()}})

    @precondition(has_cases)
    @rule(data=st.data(), minutes=st.integers(1, 600), category=st.sampled_from(("temporary", "urgent", "backlog")))
    def overtime_is_requested(self, data: st.DataObject, minutes: int, category: str) -> None:
        self._own(self._any(data), "request-overtime", {"minutes": minutes, "category": category, "reason": "議会"})

    @precondition(has_cases)
    @rule(data=st.data(), minutes=st.integers(1, 300), refuses=st.booleans())
    def overtime_is_answered(self, data: st.DataObject, minutes: int, refuses: bool) -> None:
        number = self._any(data)
        self._head(number, *(("refuse-overtime", {}) if refuses else ("order-overtime", {"minutes": minutes})))

    @precondition(has_cases)
    @rule(data=st.data(), by=st.sampled_from(PEOPLE + HEADS), verb=st.sampled_from(sorted(RECORD.verbs)))
    def anybody_tries_anything(self, data: st.DataObject, by: str, verb: str) -> None:
        bodies: dict[str, dict[str, Any]] = {
            "report": {"content": "済み"},
            "order-overtime": {"minutes": 30},
            "request-overtime": {"minutes": 30, "category": "urgent", "reason": "議会"},
        }
        if verb not in RECORD.system and verb not in RECORD.creates:
            needs_reason = verb in ("return", "reject", "revoke")
            self._attempt(self._any(data), verb, by, bodies.get(verb, {"reason": "理由"} if needs_reason else {}))

    @precondition(has_cases)
    @rule(data=st.data(), times=st.integers(1, 5), later=st.sampled_from((0, 0, 5, 90)), overtime=st.booleans())
    def a_day_takes_its_course(self, data: st.DataObject, times: int, later: int, overtime: bool) -> None:
        """Whoever is waited on does what is waited for, in its time or some minutes later."""
        number = self._any(data)
        for _ in range(times):
            self._go_on(number, timedelta(minutes=later), overtime)

    @precondition(has_cases)
    @rule(data=st.data(), again=st.booleans())
    def what_was_returned_is_left_until_it_lapses(self, data: st.DataObject, again: bool) -> None:
        """Or it is handed in again at the last moment, for another day."""
        number = self._any(data)
        self._head(number, "return", {"reason": "再考"})
        lapses_at = self.day.case(number).state.lapses_at
        if lapses_at is None:
            return
        self.day.now = max(self.day.now, lapses_at - timedelta(minutes=1))
        if again:
            day = calendars().office.add_open_days(civil_date(self.day.now), 1)
            self._own(number, "change", {"day": day.isoformat(), "late_reason": "急用"})
        self.day.now += timedelta(minutes=2)
        self.day.case(number).tick()

    @precondition(has_room)
    @rule(by=st.sampled_from(PEOPLE), minutes=st.integers(400, 1000), later=st.booleans())
    def a_night_of_overtime_lies_between_two_days(self, by: str, minutes: int, later: bool) -> None:
        """The second day is ordered before or after the overtime of the first."""
        office = calendars().office
        first = office.add_open_days(civil_date(self.day.now), 1)
        days = (first, first + timedelta(days=1))
        slots = [{"kind": "telework", "from": "05:00", "to": "17:15"}]
        content = {"kind": "home", "tasks": "起案", "reachable_by": "内線", "late_reason": "急用", "slots": slots}
        numbers = []
        for day in days if later else days[:1]:
            if self.has_room() and self._begin("submit", by, content | {"day": day.isoformat()}):
                numbers.append(self.cases)
                self._head(self.cases, "approve", {})
        for number in numbers[:1]:
            asked = {"minutes": minutes, "category": "urgent", "reason": "大雨"}
            self._own(number, "request-overtime", asked)
            self._head(number, "order-overtime", {"minutes": minutes})
        if not later and self.has_room() and self._begin("submit", by, content | {"day": days[1].isoformat()}):
            self._head(self.cases, "approve", {})

    def _go_on(self, number: int, later: timedelta, overtime: bool) -> None:
        day = self.day.case(number)
        state = day.state
        if state.status == "submitted":
            self._head(number, "approve", {})
        elif state.status == "ordered":
            day.now = max(day.now, state.content.plan.starts_at + later)
            self._own(number, "start", {})
        elif state.status == "working":
            if overtime and not state.overtime:
                self._own(number, "request-overtime", {"minutes": 60, "category": "urgent", "reason": "議会"})
                self._head(number, "order-overtime", {"minutes": 45})
            day.now = max(day.now, state.content.plan.ends_at + later)
            self._own(number, "end", {})
        elif state.status == "ended":
            self._own(number, "report", {"content": "済み"})
        elif state.status == "reported":
            self._head(number, "acknowledge", {})

    def _any(self, data: st.DataObject) -> int:
        return data.draw(st.integers(1, self.cases))

    def _content(self, data: st.DataObject) -> dict[str, Any]:
        kind = data.draw(KINDS)
        place = data.draw(st.sampled_from(("small", "large"))) if kind == "satellite_office" else None
        today = civil_date(self.day.now)
        if data.draw(st.integers(0, 9)) == 9:
            on = today + timedelta(days=data.draw(st.integers(-1, 8)))
        else:
            on = calendars().office.add_open_days(today, data.draw(st.integers(0, 2)))
        tasks = data.draw(st.sampled_from(("起案", "集計", "調査", "連絡")))
        content = {"kind": kind, "place": place, "day": on.isoformat(), "tasks": tasks, "reachable_by": "内線"}
        return content | {"slots": data.draw(SLOTS)}

    def _begin(self, verb: str, by: str, body: dict[str, Any]) -> bool:
        """A new record, if it is not refused."""
        if self._attempt(self.cases + 1, verb, by, body):
            self.cases += 1
            return True
        return False

    def _own(self, number: int, verb: str, body: dict[str, Any]) -> None:
        mine = self.day.directory.posts_of(self.day.case(number).state.person.person, self.day.now)
        if mine:
            self._attempt(number, verb, mine[0].code, body)

    def _head(self, number: int, verb: str, body: dict[str, Any]) -> None:
        """The head, or when away whoever comes first."""
        any(self._attempt(number, verb, by, body) for by in HEADS)

    def _attempt(self, number: int, verb: str, by: str, body: dict[str, Any]) -> bool:
        """Do it or be refused; a refusal adds nothing."""
        day = self.day.case(number)
        if day.directory.holder(by, day.now) is None:
            return False
        before = {name: len(stream) for name, stream in day.streams.items()}
        try:
            day.when(verb, by=by, **body)
        except Refused:
            assert before == {name: len(stream) for name, stream in day.streams.items()}
            return False
        return True

    # time and the organisation

    @rule(minutes=st.sampled_from((10, 60, 300, 900, 1440, 4000)), looks=st.booleans())
    def time_passes(self, minutes: int, looks: bool) -> None:
        self.day.now += timedelta(minutes=minutes)
        if looks:
            for number in range(1, self.cases + 1):
                self.day.case(number).tick()

    @rule(by=st.sampled_from(HEADS), days=st.integers(1, 4))
    def a_head_goes_away(self, by: str, days: int) -> None:
        if self.day.directory.holder(by, self.day.now) is not None:
            self.day.away(by, self.day.now, self.day.now + timedelta(days=days))

    @rule(post=st.sampled_from(("road-officer", "road-director", "works-officer")))
    def somebody_is_transferred(self, post: str) -> None:
        """The holder goes to the housing division, somebody new comes."""
        today = civil_date(self.day.now)
        held = self.day.directory.structure.day(today).held.get(post)
        if held is None or held.valid_from >= today or held.person.startswith("n"):
            return
        self.day.replace_holder(post, f"n{self.day.sent:03}", today)
        free = "housing-officer" if post != "road-director" else "housing-director"
        now = self.day.directory.structure.day(today).held[free]
        if now.valid_from < today:
            self.day.replace_holder(free, held.person, today)

    # always

    @invariant()
    def whoever_is_woken_finds_something_to_do(self) -> None:
        for number in range(1, self.cases + 1):
            state = self.day.case(number).state
            wake = wake_at(state)
            if wake is not None and wake <= self.day.now:
                assert RECORD.due(state, self.day.now, self.day.directory)

    @invariant()
    def a_closed_record_changes_no_more(self) -> None:
        for number in range(1, self.cases + 1):
            state = self.day.case(number).state
            if state.status in CLOSED:
                assert RECORD.due(state, self.day.now, self.day.directory) == ()

    @invariant()
    def a_day_that_was_worked_was_ordered_by_a_person(self) -> None:
        for number in range(1, self.cases + 1):
            history = self.day.case(number).history
            for index, (event, _) in enumerate(history):
                if isinstance(event, facts.Started):
                    acts = [meta for fact, meta in history[:index] if isinstance(fact, facts.Approved | facts.Ordered)]
                    assert acts
                    assert acts[-1].by.kind == "person"


TeleworkHistory.TestCase.settings = settings(
    max_examples=50,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
TestTeleworkHistories = TeleworkHistory.TestCase
