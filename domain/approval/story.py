"""The story of one decision: events added one after the other, each seen by the next, while the record moves along
its route.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from domain.approval import facts
from domain.approval.evolution import evolve
from domain.approval.facts import Activation, Party
from domain.approval.state import Approval, Step
from domain.clock import civil_date
from domain.directory import Holder, Rank, rank_order
from domain.events import Event, Meta, On
from domain.policies.approval import RouteQuestion, plan_route
from domain.policies.approval_rules import ApprovalRules
from domain.policies.deadlines import next_reminder, step_due
from domain.policies.proxies import CaseActors, eligible_proxies
from domain.policies.route import Plan, PlannedStep
from domain.policies.split_order import Counterparty, RecentCase
from domain.record import Given
from domain.refusals import Refused


@dataclass
class Story:
    """What is decided so far: the state as it will be, and the events that lead there."""

    state: Approval
    given: Given
    told: list[Event | On] = field(default_factory=list)

    def tell(self, event: Event) -> None:
        """Add one event of the record itself."""
        self.told.append(event)
        meta = Meta(command_id=self.given.command_id, correlation_id="", by=self.given.by, at=self.given.now)
        self.state = evolve(self.state, event, meta)

    def note(self, stream: str, event: Event) -> None:
        """Add one event to a guard stream."""
        self.told.append(On(stream, event))

    @property
    def rules(self) -> ApprovalRules:
        """The approval rules in force now."""
        return self.given.rules.approval(civil_date(self.given.now))

    def go_on(self) -> None:
        """Activate whatever is next: nothing while steps are active, else the next group; skip what nobody can or
        need do.
        """
        while not self.state.active:
            waiting = [step for step in self.state.steps if step.state == "waiting"]
            if not waiting:
                return
            first = min(step.plan.group for step in waiting)
            if self._activate([step for step in waiting if step.plan.group == first]):
                return

    def _activate(self, group: list[Step]) -> bool:
        """Activate the group's steps that have somebody to act; say of the others why not. False if none has."""
        activations = []
        for step in group:
            holder = self.given.directory.holder(step.plan.post, self.given.now)
            why_not = self._why_not(step, holder)
            if why_not and step.action != "review":
                return self._replan(why_not)
            if why_not or holder is None:
                self.tell(facts.StepSkipped(step=step.number, reason=why_not))
            else:
                activations.append(self.activation(step, holder))
        if activations:
            self.tell(facts.StepsActivated(activations=tuple(activations)))
        return bool(activations)

    def _why_not(self, step: Step, holder: Holder | None) -> str:
        """Why the step cannot be acted on by its post's holder of today; empty if it can."""
        if holder is None:
            return f"{step.plan.title}は現在欠員で事務取扱も置かれていません。"
        if holder.person in self.drafters:
            return f"{step.plan.title}は現在起案者本人の職です。"
        return ""

    def _replan(self, because: str) -> bool:
        before = self.state.route
        self.reroute(because)
        if self.state.route == before:
            raise Refused("no-decider-above")
        return False

    def activation(self, step: Step, holder: Holder) -> Activation:
        """Give the step's activation now: who holds the post, when it is due, when to remind first."""
        given = self.given
        kind = "concurrence" if step.action == "concur" else step.plan.rank
        due = step_due(kind, given.now, urgent=self.state.content.urgent, rules=self.rules, calendars=given.calendars)
        remind = next_reminder(given.now, activated_at=given.now, due_at=due, calendars=given.calendars)
        return Activation(
            step=step.number,
            person=holder.person,
            name=holder.name,
            title=_title(step, holder),
            due_at=due,
            remind_at=remind,
        )

    @property
    def drafters(self) -> frozenset[str]:
        """Who counts as the drafter: the owner and every former owner."""
        return frozenset({self.state.owner.person, *self.state.former_drafters})

    def proxies_for(self, step: Step) -> tuple[Holder, ...]:
        """Who may act once for the step's absent holder, in order; only the first may (代決)."""
        return eligible_proxies(
            step.plan,
            self.actors,
            unit=self.state.owner.unit,
            directory=self.given.directory,
            at=self.given.now,
            gate=self.state.route.gate if self.state.route else None,
        )

    @property
    def actors(self) -> CaseActors:
        """Who has which part in the case so far."""
        done = [step for step in self.state.steps if step.state == "done" and step.acted]

        def who(*actions: str) -> frozenset[str]:
            return frozenset(step.acted.person for step in done if step.acted and step.action in actions)

        planned = (
            frozenset({self.state.route.decider.person})
            if self.state.route and self.state.decided_at is None
            else frozenset()
        )
        return CaseActors(
            drafted=self.drafters, reviewed=who("review"), concurred=who("concur"), decided=who("decide") or planned
        )

    def plan(self) -> Plan:
        """Ask the authority table for the case's route as everything stands now (the one function preview and
        submission share).
        """
        state, given = self.state, self.given
        draft, on = state.content, civil_date(given.now)
        question = RouteQuestion(
            kind=draft.kind,
            amount_yen=draft.amount_yen,
            drafter_person=state.owner.person,
            drafter_post=state.owner.post,
            flags=state.flags,
            information_system=draft.information_system,
            multi_year=draft.multi_year,
            counterparty=counterparty_of(draft),
            amends_total_yen=state.amends_total_yen,
            acted_floor=self._floor(),
            excluded=frozenset(state.former_drafters),
            recent=recent_cases(given, draft, besides={given.number, draft.amends or ""}),
        )
        return plan_route(
            question, directory=given.directory, authority=given.rules.authority(on), rules=self.rules, at=given.now
        )

    def _floor(self) -> Rank | None:
        """The highest rank that has acted in the line, whether or not its approval still stands."""
        on = civil_date(self.given.now)
        posts = [self.given.directory.post(code, on) for code in self.state.acted_rank_posts]
        in_line = {post.code for post in self.given.directory.line(self.state.owner.unit, on)}
        ranks = [post.rank for post in posts if post and post.code in in_line]
        return max(ranks, key=rank_order, default=None)

    def reroute(self, because: str) -> None:
        """Plan again and lay the new route over the old one; say so only if it differs."""
        route = renumbered(self.plan(), self.state)
        if route != self.state.route:
            self.tell(facts.RouteRevised(route=route, reason=because))


def _title(step: Step, holder: Holder) -> str:
    return step.plan.title if holder.person == step.plan.person else holder.title


def counterparty_of(draft: facts.Draft) -> Counterparty | None:
    """The draft's counterparty as the split-order policy compares it."""
    other = draft.counterparty
    return Counterparty(name=other.name, corporate_number=other.corporate_number) if other else None


def recent_cases(given: Given, draft: facts.Draft, *, besides: Iterable[str]) -> tuple[RecentCase, ...]:
    """The other cases that the split-order guard has noted for the draft's counterparty and kind."""
    counterparty = counterparty_of(draft)
    if counterparty is None:
        return ()
    left_out = set(besides)
    found: dict[str, RecentCase] = {}
    for guard in given.guards.values():
        for event in guard.events:
            if isinstance(event, facts.CaseNoted) and event.case not in left_out:
                found[event.case] = RecentCase(
                    number=event.case, kind=draft.kind, counterparty=counterparty, on=event.on
                )
    return tuple(found.values())


def renumbered(plan: Plan, state: Approval) -> Plan:
    """Give `plan` with the case's own step numbers: a step that stands keeps its number, new ones follow the highest.

    Steps that are done or skipped stay in front; a post that has acted is not asked again; added reviewers stay,
    before the decider.
    """
    behind = [step.plan for step in state.steps if step.state in ("done", "skipped")]
    acted = {
        post for step in state.steps if step.state == "done" and step.action != "decide" for post in step.plan.posts
    }
    passed = {step.plan.post for step in state.steps if step.state == "skipped" and step.plan.skipped}
    active = {post: step.plan for step in state.active for post in step.plan.posts}
    number = max((step.number for step in state.steps if step.state != "waiting"), default=0)
    group = max((step.plan.group for step in state.steps if step.state != "waiting"), default=0)
    ahead: list[PlannedStep] = []
    for planned in with_added(plan, state):
        if planned.post in acted or (planned.skipped and planned.post in passed):
            continue
        kept = next((active[post] for post in planned.posts if post in active), None)
        if kept is not None:  # also where the person now acts for a higher of their posts (兼務)
            ahead.append(msgspec.structs.replace(planned, step=kept.step, group=kept.group))
            continue
        number += 1
        ahead.append(msgspec.structs.replace(planned, step=number, group=group + planned.group))
    return msgspec.structs.replace(
        plan, steps=tuple(sorted((*behind, *ahead), key=lambda step: (step.group, step.step)))
    )


def with_added(plan: Plan, state: Approval) -> tuple[PlannedStep, ...]:
    """The planned steps with the reviewers added by hand, whose posts the plan does not name, in a place of their own
    before the decider.
    """
    named = {post for step in plan.steps for post in step.posts}
    added = [step for step in state.added if step.post not in named]
    if not added:
        return plan.steps
    decide = next(step for step in plan.steps if step.action == "decide")
    shift = len(added)
    before = [step for step in plan.steps if step.group < decide.group]
    own = [msgspec.structs.replace(step, group=decide.group + index) for index, step in enumerate(added)]
    after = [
        msgspec.structs.replace(step, group=step.group + shift) for step in plan.steps if step.group >= decide.group
    ]
    return tuple(
        msgspec.structs.replace(step, step=number) for number, step in enumerate((*before, *own, *after), start=1)
    )


def party(person: str, post: str, given: Given) -> Party:
    """The person in that post as displayed today; refuse `not-your-post` if they neither hold nor act for it."""
    holder = given.directory.holder(post, given.now)
    described = given.directory.post(post, civil_date(given.now))
    if holder is None or described is None or holder.person != person:
        raise Refused("not-your-post", "Kessai-Post")
    unit = given.directory.unit(described.unit, civil_date(given.now))
    return Party(
        person=person,
        name=holder.name,
        post=post,
        title=holder.title,
        unit=described.unit,
        unit_name=unit.name if unit else described.unit,
    )
