"""What holds for every case in whatever prefecture and whatever happens: properties over generated histories.

Every fact of every history passes the laws of `approval_laws` (I15–I17, no decision without every required act), is
stored and read back as decided, and every command is decided twice with the same answer; see `approval_story.Desk`.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.approval import RECORD, facts
from domain.approval.state import ENDED, RUNNING
from domain.approval.timing import wake_at
from domain.clock import civil_date
from domain.directory import fold
from domain.directory.facts import ProxyOrderAdopted
from domain.directory.organisation import ProxyRule, Target
from domain.policies.authority import AuthorityTable
from domain.refusals import Refused
from domain.rulebook import RulesAdopted, adopted
from tests.records.approval_story import MORNING, Desk, rulebook
from tests.rules.generated import FLAGS, World, amounts, worlds
from tests.rules.organisations import SINCE

IMPOSSIBLE = {"no-decider-above", "concurrence-vacant", "no-eligible-examiner"}
MODES: tuple[Any, ...] = ("all", "any", {"n_of_m": 2})
PROXIES = tuple(
    ProxyRule(Target("rank", rank), tuple(Target("rank", below) for below in proxies))
    for rank, proxies in {
        "governor": ["vice_governor"],
        "vice_governor": ["department_director"],
        "department_director": ["deputy_director", "division_director"],
        "deputy_director": ["division_director"],
        "division_director": ["lead_assistant_director", "chief"],
    }.items()
)


def editions(authority: AuthorityTable, mode: Any, policy: str) -> tuple[RulesAdopted, ...]:
    """The generated table and rules for its one kind, as editions in force before the demo's."""
    row = authority.kinds["matter"]
    table: dict[str, Any] = {
        "edition": "generated",
        "valid_from": "2026-11-01",
        "kinds": {
            "matter": {
                "label": row.label,
                "limits": {limit.rank: limit.limit_yen for limit in row.limits},
                "concurrence": [{"from": each.from_yen, "post": each.post} for each in row.concurrence],
                "gate": row.gate,
            }
        },
        "regional": {"division_director_limit_divided_by": 2},
        "reservation": {"flags": list(FLAGS)},
        "line_review": {"ranks": list(authority.line_review.ranks)},
        "proxy_forbidden": ["disputed", "unresolved_concurrence"],
    }
    (demo,) = (each for each in rulebook().editions if each.subject == "approval")
    rules = json.loads(demo.body) | {
        "edition": "generated",
        "valid_from": "2026-11-01",
        "concurrence_mode": mode,
        "return_policy": {"default": policy},
        "retention_years": {"matter": 5},
    }
    return adopted("authority", table), adopted("approval", rules)


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    """A generated prefecture with the demo's kind of proxy order, and rules for it."""
    world: World = draw(worlds())
    directory = fold(world.directory, [ProxyOrderAdopted(valid_from=SINCE, rules=(*_examining(world), *PROXIES))])
    rules = editions(
        world.authority, draw(st.sampled_from(MODES)), draw(st.sampled_from(("restart_all", "resume_from_returner")))
    )
    desk = Desk(now=MORNING, directory=directory, rules=rulebook(rules))
    drafter = draw(st.sampled_from(world.drafters))
    content = {"kind": "matter", "title": "案件", "amount_yen": draw(amounts)}
    flags = draw(st.lists(st.sampled_from(FLAGS), max_size=1))
    try:
        return desk.when("draft", by=drafter.code, flags=flags, **content)
    except Refused as refused:
        if refused.code in IMPOSSIBLE:
            reject()
        raise


def _examining(world: World) -> tuple[ProxyRule, ...]:
    return tuple(rule for rule in world.directory.structure.day(SINCE).rules if rule.absent.by == "duty")


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(desks())
def test_a_case_to_which_everybody_says_yes_is_decided(desk: Desk) -> None:
    desk.pass_on().then("decided")
    assert desk.count(facts.Decided) == 1


class CaseHistory(RuleBasedStateMachine):
    """Random people do random things to one case while time passes and people come and go."""

    desk: Desk

    @initialize(desk=desks())
    def drafted(self, desk: Desk) -> None:
        self.desk = desk

    def running(self) -> bool:
        return self.desk.state.status in RUNNING

    # people

    @rule(times=st.integers(1, 4))
    def whoever_is_asked_says_yes(self, times: int) -> None:
        """The case moves on; a drafter who has it back submits it again, a decided one is enforced in the end."""
        for _ in range(times):
            state = self.desk.state
            attended = [step for step in state.active if self._attended(step.plan.post)]
            if state.status in RUNNING and attended:
                self._attempt(self.desk.yes, attended[0])
            elif state.status in ("draft", "returned", "held") and self._attended(state.owner.post):
                self._attempt(self.desk.when, "submit", by=state.owner.post)

    def _attended(self, post: str) -> bool:
        return self.desk.directory.holder(post, self.desk.now) is not None

    @precondition(running)
    @rule(data=st.data())
    def somebody_asked_does_something(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from(self.desk.state.active))
        self._somebody(data, step.plan.post)

    @rule(data=st.data())
    def somebody_does_something(self, data: st.DataObject) -> None:
        self._somebody(data, data.draw(st.sampled_from(self._held())))

    @rule(data=st.data())
    def the_drafter_does_something(self, data: st.DataObject) -> None:
        self._somebody(data, self.desk.state.owner.post)

    @precondition(running)
    @rule(data=st.data())
    def somebody_stands_in(self, data: st.DataObject) -> None:
        """For an absent holder: the first of the proxies, else whoever is above."""
        desk = self.desk
        step = data.draw(st.sampled_from(desk.state.active))
        holder = desk.directory.holder(step.plan.post, desk.now)
        if holder is not None and desk.directory.absence(holder.person, desk.now) is None:
            desk.away(step.plan.post, desk.now, desk.now + timedelta(days=data.draw(st.integers(1, 9))))
        proxies = desk.directory.proxies(step.plan.post, desk.now, line_of=desk.state.owner.unit)
        instructed = data.draw(st.booleans())
        if proxies:
            body = {"urgency": "至急", "prior_instruction": "指示" if instructed else None}
            self._attempt(desk.when, "proxy-decide", by=proxies[0].post, **body)
        for post in data.draw(st.permutations(self._held()))[:6]:
            self._attempt(desk.when, "pull-up", by=post, reason="不在")

    def _somebody(self, data: st.DataObject, post: str) -> None:
        if self._attended(post):
            verb, body = data.draw(self._acts())
            self._attempt(self.desk.when, verb, by=post, **body)

    def _acts(self) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
        posts = st.sampled_from(self._held())
        steps = st.one_of(st.just("drafter"), st.integers(1, 8))
        flags = st.lists(st.sampled_from(FLAGS), max_size=2, unique=True)
        outcomes = st.sampled_from(("agree", "agree_with_opinion", "dissent", "request_change"))
        bodies: dict[str, st.SearchStrategy[dict[str, Any]]] = {
            "submit": st.just({}),
            "approve": st.just({}),
            "decide": st.just({}),
            "concur": st.fixed_dictionaries({"outcome": outcomes, "opinion": st.just("意見")}),
            "examine": st.fixed_dictionaries(
                {"outcome": st.sampled_from(("pass", "return")), "reason": st.just("不備")}
            ),
            "return": st.fixed_dictionaries({"to_step": steps, "reason": st.just("不備")}),
            "hold": st.fixed_dictionaries({"reason": st.just("照会"), "until": st.one_of(st.none(), self._days())}),
            "resume": st.just({}),
            "reserve": st.fixed_dictionaries({"flag": st.sampled_from(FLAGS), "reason": st.just("重要")}),
            "add-reviewer": st.fixed_dictionaries(
                {"post": posts, "position": st.sampled_from(("before", "after", "parallel"))}
            ),
            "amend": st.one_of(
                st.fixed_dictionaries({"reason": st.just("修正"), "amount_yen": amounts}),
                st.fixed_dictionaries({"reason": st.just("修正"), "flags": flags}),
                st.fixed_dictionaries({"reason": st.just("修正"), "title": st.text("甲乙丙", min_size=1, max_size=3)}),
            ),
            "circulate": st.fixed_dictionaries({"posts": st.lists(posts, min_size=1, max_size=2)}),
            "confirm": st.just({}),
            "transfer": st.fixed_dictionaries({"to_post": posts, "reason": st.just("異動")}),
            "post-review": st.fixed_dictionaries(
                {"outcome": st.sampled_from(("seen", "objected")), "comment": st.just("見")}
            ),
        }
        return st.sampled_from(sorted(bodies)).flatmap(lambda verb: st.tuples(st.just(verb), bodies[verb]))

    @rule(data=st.data(), verb=st.sampled_from(("withdraw", "abandon", "reject", "enforce", "complete")))
    def somebody_ends_it(self, data: st.DataObject, verb: str) -> None:
        """Seldom, so that histories grow long."""
        if data.draw(st.integers(0, 9)) == 0:
            posts = [self.desk.state.owner.post, *(step.plan.post for step in self.desk.state.active)]
            body = {"method": "郵送", "seal_mode": "none"} if verb == "enforce" else {}
            body |= {} if verb in ("enforce", "complete") else {"reason": "不要"}
            for post in filter(self._attended, posts):
                self._attempt(self.desk.when, verb, by=post, **body)

    def _days(self) -> st.SearchStrategy[str]:
        return st.integers(1, 20).map(lambda days: (civil_date(self.desk.now) + timedelta(days=days)).isoformat())

    def _attempt(self, act: Callable[..., Any], *arguments: Any, **body: Any) -> None:
        """Do it or be refused; a refusal adds nothing."""
        before = len(self.desk.history)
        try:
            act(*arguments, **body)
        except Refused:
            assert len(self.desk.history) == before

    def _held(self) -> list[str]:
        on = civil_date(self.desk.now)
        return [post.code for post in self.desk.directory.posts(on) if self._attended(post.code)]

    # time and the organisation

    @rule(hours=st.sampled_from((1, 20, 24, 70, 200)), looks=st.booleans())
    def time_passes(self, hours: int, looks: bool) -> None:
        self.desk.at(self.desk.now + timedelta(hours=hours))
        if looks:
            self.desk.tick()

    @rule()
    def somebody_looks(self) -> None:
        self.desk.tick()

    @rule(data=st.data())
    def a_post_changes_hands(self, data: st.DataObject) -> None:
        """To somebody new, to somebody who holds another post, or to nobody; from today."""
        desk, today = self.desk, civil_date(self.desk.now)
        steps = [step.plan.post for step in desk.state.steps if step.is_open]
        post = data.draw(st.sampled_from([*steps, desk.state.owner.post] * 2 + self._held()))
        self._leave(post, today)
        people = [holder.person for code in self._held() if (holder := desk.directory.holder(code, desk.now))]
        person = data.draw(st.sampled_from([*people, f"n{desk.sent:03}", f"n{desk.sent:03}", ""]))
        if person:
            desk.appoint(post, person, today, concurrent=True)

    def _leave(self, post: str, today: date) -> None:
        held = self.desk.directory.structure.day(today).held.get(post)
        if held is not None:
            self.desk.vacate(post, today - timedelta(days=1))

    @rule(data=st.data(), days=st.integers(1, 12))
    def somebody_goes_away(self, data: st.DataObject, days: int) -> None:
        self.desk.away(data.draw(st.sampled_from(self._held())), self.desk.now, self.desk.now + timedelta(days=days))

    # always

    @invariant()
    def whoever_is_woken_finds_something_to_do(self) -> None:
        wake = wake_at(self.desk.state)
        if wake is not None and wake <= self.desk.now:
            assert RECORD.due(self.desk.state, self.desk.now, self.desk.directory)

    @invariant()
    def an_ended_case_changes_no_more(self) -> None:
        if self.desk.state.status in ENDED:
            assert not self.desk.state.active
            assert RECORD.due(self.desk.state, self.desk.now, self.desk.directory) == ()


CaseHistory.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=35,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
TestCaseHistories = CaseHistory.TestCase
