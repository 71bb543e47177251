"""決裁の一場面: what one command brings about, event after event, each seen by the next, while the case moves along its
route.
"""

from contextlib import suppress

import msgspec

from domain.approval import facts
from domain.approval.evolution import evolve
from domain.approval.facts import Activation
from domain.approval.laying import laid_out, still_to_ask
from domain.approval.planning import planned
from domain.approval.state import RUNNING, Approval, Step
from domain.clock import civil_date
from domain.directory import Holder
from domain.parties import called, unit_of
from domain.policies.approval_rules import ApprovalRules
from domain.policies.deadlines import next_reminder, step_due
from domain.policies.proxies import CaseActors, eligible_proxies
from domain.policies.route import Plan, PlannedStep
from domain.refusals import Refused
from domain.story import Telling


class Story(Telling[Approval]):
    """What is decided so far of a case."""

    evolves = staticmethod(evolve)

    @property
    def rules(self) -> ApprovalRules:
        """The approval rules in force now."""
        return self.given.rules.approval(civil_date(self.given.now))

    @property
    def unit(self) -> str:
        """The unit that answers for the draft now."""
        return unit_of(self.state.owner, self.given.directory, self.given.now)

    def called(self, post: str) -> str:
        """The post that answers for `post` today (itself, or what took over after its end)."""
        return called(self.given.directory, post, self.given.now)

    def holder(self, post: str) -> Holder | None:
        """Who is behind the post now; None while it is vacant."""
        return self.given.directory.holder(self.called(post), self.given.now)

    def today(self, step: Step) -> PlannedStep:
        """The step's plan with the post as it is called today."""
        return msgspec.structs.replace(step.plan, post=self.called(step.plan.post))

    @property
    def actors(self) -> CaseActors:
        """Who has which part in the case so far."""
        done = (step for step in self.state.steps if step.state == "done" and step.traits.place != "after")
        acted = frozenset(step.acted.person for step in done if step.acted)
        route = self.state.route
        to_decide = frozenset({route.decider.person}) if route and self.state.decided_at is None else frozenset()
        return CaseActors(drafted=self.state.drafters, took_part=acted | to_decide)

    def proxies_for(self, step: Step) -> tuple[Holder, ...]:
        """Who may act once for the step's absent holder, in order; only the first may (代決)."""
        return eligible_proxies(
            self.today(step),
            self.actors,
            unit=self.unit,
            directory=self.given.directory,
            at=self.given.now,
            gate=self.state.route.gate if self.state.route else None,
        )

    def plan(self) -> Plan:
        """The case's route as everything stands now."""
        return planned(self.state, self.given)

    def reroute(self, because: str, plan: Plan | None = None) -> bool:
        """Plan again (or take `plan`) and lay the new route over the old one. False, and nothing said, if it is the
        same.
        """
        plan = plan or self.plan()
        steps = laid_out(still_to_ask(plan, self.state, self.called), self.state, self.called)
        route, old = msgspec.structs.replace(plan, steps=steps), self.state.route
        same = old is not None and msgspec.structs.replace(route, steps=old.steps) == old
        if same and steps == tuple(step.plan for step in self.state.steps):
            return False
        self.tell(facts.RouteRevised(route=route, reason=because))
        return True

    def go_on(self) -> None:
        """Ask whoever comes next: nobody while what is asked first is being asked, else the next group that can act.

        The people of the steps ahead are looked up again (reference/domain.md §2.7): where somebody else holds a post
        by now, the route is planned again. A review that nobody can or need do is passed over with its reason.
        """
        waits = any(step.state == "waiting" for step in self.state.front)
        if waits and self.state.decided_at is None and self._people_changed():
            with suppress(
                Refused
            ):  # where none can be planned now, the case goes on as it stands; the decision judges again
                self.reroute("人事異動による経路の見直し")
        while waiting := [step for step in self.state.front if step.state == "waiting"]:
            self._ask(waiting)

    def _people_changed(self) -> bool:
        """Whether somebody else is behind a post of a step ahead than when it was planned."""
        ahead = (
            step.plan
            for step in self.state.steps
            if step.state == "waiting" or (step.plan.skipped and step.plan.group > self.state.reached)
        )
        return any(self._person(post) != plan.person for plan in ahead for post in plan.posts)

    def _person(self, post: str) -> str | None:
        holder = self.holder(post)
        return holder.person if holder else None

    def _ask(self, waiting: list[Step]) -> None:
        """Activate the steps that have somebody to act; say of the others why not, or who acts instead."""
        activations = []
        for step in waiting:
            holder = self.holder(step.plan.post)
            why_not = self.why_not(step, holder)
            if holder is not None and not why_not:
                activations.append(self.activation(step, holder))
            elif not self.pass_over_or_replace(step, why_not):
                return
        if activations:
            self.tell(facts.StepsActivated(activations=tuple(activations)))

    def why_not(self, step: Step, holder: Holder | None) -> str:
        """Why the step cannot or need not be acted on by its post's holder of today; empty if it is theirs to do.

        Left open by the rules: one person who would review twice does so once (reference/domain.md §2.4-2), in the
        later step if both are ahead; a concurrence and the decision are asked for in any case.
        """
        title = step.plan.title
        if holder is None:
            return f"{title}は現在欠員で事務取扱も置かれていません。"
        if holder.person in self.state.drafters:
            return f"{title}は現在起案者本人の職です。"
        if step.traits.impartial == "everybody" and holder.person in self.actors.barred_from(step.action):
            return f"{title}は現在この案件の回議、合議又は決裁に加わった職員の職です。"
        return self._acts_elsewhere(step, holder.person) if step.traits.nobody_left is None else ""

    def _acts_elsewhere(self, step: Step, person: str) -> str:
        for other in self.state.steps:
            if other.state == "done" and other.acted and other.acted.person == person and other.outcome == "approved":
                return f"{step.plan.title}の職員は{other.title}として既に承認しているため、重ねて回議しません。"
        for other in self.state.steps:
            later = (other.plan.group, other.number) > (step.plan.group, step.number)
            asked = other.is_open and other.traits.in_line
            if asked and later and self._person(other.plan.post) == person:
                return f"{step.plan.title}の職員は後の{other.plan.title}の段階で処理するため、重ねて回議しません。"
        return ""

    def pass_over_or_replace(self, step: Step, why_not: str) -> bool:
        """Pass over a step that nobody can or need do (True), or find who does it instead (False: the route is another
        by now); refuse where there is nobody.
        """
        refusal = step.traits.nobody_left
        if refusal is None:
            self.tell(facts.StepSkipped(step=step.number, reason=why_not))
            return True
        if step.traits.proxy_order == "duty":
            self._next_of_the_duty(step, why_not, refusal)
        elif not self.reroute(why_not):
            raise Refused(refusal)
        return False

    def _next_of_the_duty(self, step: Step, why_not: str, refusal: str) -> None:
        """Somebody independent of all who really took part: the duty's holders, then their proxies who are present."""
        directory, now, route = self.given.directory, self.given.now, self.state.route
        barred = self.actors.barred_from(step.action)
        found: list[Holder] = []
        for post in directory.with_duty(route.gate or "" if route else "", now):
            holder = directory.holder(post.code, now)
            found += [holder] if holder else []
            found += directory.proxies(post.code, now, line_of=self.unit)
        other = next((holder for holder in found if holder.person not in barred), None)
        described = directory.post(other.post, civil_date(now)) if other else None
        if route is None or other is None or described is None:
            raise Refused(refusal)
        plan = msgspec.structs.replace(
            step.plan,
            post=other.post,
            posts=(other.post,),
            title=other.title,
            rank=described.rank,
            person=other.person,
            name=other.name,
            reason=f"{why_not.removesuffix('。')}ため、代決順位により{other.title}が{step.traits.label}します。",
        )
        steps = laid_out([[plan]], self.state, self.called)
        self.tell(facts.RouteRevised(route=msgspec.structs.replace(route, steps=steps), reason=why_not))

    def activation(self, step: Step, holder: Holder) -> Activation:
        """Give the step's activation now: who holds the post, when it is due, when to remind first."""
        given = self.given
        days = step.plan.rank if step.traits.deadline == "rank" else step.traits.deadline
        due = step_due(days, given.now, urgent=self.state.content.urgent, rules=self.rules, calendars=given.calendars)
        remind = next_reminder(given.now, activated_at=given.now, due_at=due, calendars=given.calendars)
        return Activation(
            step=step.number,
            person=holder.person,
            name=holder.name,
            title=step.plan.title if holder.person == step.plan.person else holder.title,
            due_at=due,
            remind_at=remind,
        )

    def people_changed_hands(self, *, replan: str | None = None) -> None:
        """After posts or the draft changed hands: whoever is asked but may not act is passed over or replaced.

        With `replan` (why) the route up to the decision is planned again first. A held case changes hands as well, and
        its times run when it is resumed. A post just vacated waits for its next holder.
        """
        if self.state.status not in (*RUNNING, "held"):
            return
        if replan is not None and self.state.decided_at is None:
            self.reroute(replan)
        for number in [step.number for step in self.state.active]:
            step = self.state.step(number)
            if step is None or step.state != "active":
                continue
            holder = self.holder(step.plan.post)
            why_not = self.why_not(step, holder) if holder else ""
            if why_not:
                self.pass_over_or_replace(step, why_not)
        self.go_on()

    def as_far_as_possible(self, *, replan: str | None = None) -> None:
        """`people_changed_hands` for a system rule, which is never refused: where no route can be planned, the case
        stays as it is until a person sees to it.
        """
        told, state = len(self.told), self.state
        try:
            self.people_changed_hands(replan=replan)
        except Refused:
            del self.told[told:]
            self.state = state
