"""契約の準備: a decided approval becomes a contract that can be signed, if what is to be signed is what was decided."""

from datetime import date

from domain.approval.state import Approval
from domain.clock import civil_date
from domain.contract import facts
from domain.contract.basis import approval_stream, basis_of, decided_case, require_same, same_parties
from domain.contract.commands import Create
from domain.contract.evolution import evolve
from domain.contract.facts import Basis, Custody, DateRule, LegalType, StampDuty
from domain.contract.parties import copied_of, counterparties_of, signers_of
from domain.contract.standing import is_contract_officer, is_officer, may_read
from domain.contract.state import NOUN, STANDING, Contract
from domain.contract.story import Story
from domain.eras import fiscal_year
from domain.parties import party_at, unit_of
from domain.policies.stamp_duty import stamp_duty
from domain.record import Given
from domain.refusals import Refused, require
from domain.streams import guard_stream, stream_of

NEAR_DAYS = 40 * 366  # longer than any retention


def decision_stream(approval: str) -> str:
    """Give the guard stream that says which contract carries out a decision."""
    return guard_stream("decided-contract", approval)


def contract_stream(number: str) -> str:
    """Give the stream of a contract."""
    return stream_of(NOUN, number)


def create(story: Story, command: Create) -> None:
    """Prepare the contract. Refuses what `decided_case`, `require_same` and `signers_of` refuse, and `forbidden`,
    `excluded-kind`, `class-not-for-kind`, `already-contracted`, `expiry-too-long`, what `_dates`, `_links` and
    `_amounts` refuse.
    """
    given = story.given
    require(story.state.status == "none", "already-created")
    require(given.by.kind == "person", "person-required")
    case = decided_case(given, command.approval)
    custody = _custody(given, case)
    _require_class(story, case, command)
    require_same(case, command)
    _require_free(given, command)
    changed = _links(story, command)
    basis = basis_of(case, command.approval, given.guards[approval_stream(command.approval)].version)
    rules, wanted = story.rules, story.rules.of(command.class_)
    date_rule = _dates(story, command, basis)
    days = command.expires_in_days or rules.invitations.expires_days
    require(days <= rules.invitations.expires_days_max, "expiry-too-long", "expires_in_days")
    _require_vote(story, command, basis)
    legal_type = command.legal_type or (changed.legal_type if changed else wanted.legal_type)
    story.tell(
        facts.Prepared(
            number=given.number,
            class_=command.class_,
            title=basis.title,
            basis=basis,
            counterparties=counterparties_of(command),
            signers=signers_of(story, command),
            copied=copied_of(command),
            order=command.order,
            date_rule=date_rule,
            written_date=command.written_date,
            effective_from=command.effective_from,
            retroactive_reason=command.retroactive_reason,
            expires_in_days=days,
            edition=rules.edition,
            terms=rules.terms,
            retention_years=_retention_years(story, basis, wanted.retention_years),
            stamp_duty=_saved(story, command, basis, legal_type),
            custody=custody,
            fiscal_year=fiscal_year(command.written_date or story.today),
            provisional=command.provisional,
            trial=command.trial,
            amends=command.amends,
            supersedes=command.supersedes,
            joint_venture=basis.counterparty if len(command.counterparties) > 1 else None,
            legal_type=legal_type,
            construction_consent=wanted.construction_consent,
        )
    )
    story.note(decision_stream(command.approval), facts.DecisionTaken(contract=given.number))


def folded(given: Given, number: str) -> Contract:
    """Give another contract, from its whole guard stream."""
    state = Contract()
    guard = given.guards[contract_stream(number)]
    for event, meta in zip(guard.events, guard.metas, strict=True):
        state = evolve(state, event, meta)
    return state


def linked(given: Given, number: str, field: str) -> Contract:
    """As `folded`, for whoever links a contract with it. Refuses `contract-not-found` where there is none, or none for
    the asking person, and `forbidden` for anybody but its officers.
    """
    state = folded(given, number)
    readable = state.made is not None and may_read(state, given.by.person, given.directory, given.now)
    require(readable, "contract-not-found", field)
    require(is_officer(state, given), "forbidden", field)
    return state


def duty_of(story: Story, content: facts.Prepared, on: date) -> StampDuty:
    """印紙税 of a contract made on the day `on`."""
    table = story.stamp_duty_on(on)
    works = content.construction_consent
    amount = content.stamp_duty.taxed_amount_yen
    found = stamp_duty(table, legal_type=content.legal_type, works=works, taxed_amount_yen=amount, on=on)
    return StampDuty(
        saved_yen=found.saved_yen,
        edition=table.edition,
        basis=found.basis,
        taxed_amount_yen=amount,
        warning=found.warning,
    )


def _custody(given: Given, case: Approval) -> Custody:
    """Who is in charge: the asking person, of the unit that drafted the decision, or a contract officer."""
    unit = unit_of(case.owner, given.directory, given.now)
    mine = given.directory.posts_of(given.by.person, given.now)
    allowed = any(post.unit == unit for post in mine) or is_contract_officer(
        given.by.person, given.directory, given.now
    )
    require(allowed, "forbidden")
    custody = party_at(Custody, given.directory, given.by.person, given.by.post or "", given.now)
    if custody is None:
        raise Refused("not-your-post", "Kessai-Post")
    return custody


def _require_class(story: Story, case: Approval, command: Create) -> None:
    rules, kind = story.rules, case.content.kind
    require(kind not in rules.excluded_kinds, "excluded-kind", "approval")
    require(kind in rules.of(command.class_).kinds, "class-not-for-kind", "class")


def _require_free(given: Given, command: Create) -> None:
    """One contract carries out a decision, unless the new one is linked with it; where that one is given up, the one
    before holds the decision again.
    """
    held: list[str] = []
    for event in given.guards[decision_stream(command.approval)].events:
        match event:
            case facts.DecisionTaken():
                held.append(event.contract)
            case facts.DecisionFreed():
                held = [each for each in held if each != event.contract]
    free = not held or held[-1] in (command.amends, command.supersedes)
    require(free, "already-contracted", "approval")


def _links(story: Story, command: Create) -> facts.Prepared | None:
    """Give what the contract to be changed or replaced says. Refuses `amends-required`, `one-link-only`, as
    `linked`, `not-concluded` for one that does not stand, `counterparty-differs` for one with somebody else.
    """
    rules = story.rules.of(command.class_)
    require(command.amends is not None or not rules.amends, "amends-required", "amends")
    require(command.amends is None or command.supersedes is None, "one-link-only", "supersedes")
    number, field = (command.amends, "amends") if command.amends else (command.supersedes, "supersedes")
    if number is None:
        return None
    other = linked(story.given, number, field)
    require(other.status in STANDING, "not-concluded", field)
    same = same_parties(other.content.counterparties, counterparties_of(command))
    require(same, "counterparty-differs", field)
    return other.content


def _dates(story: Story, command: Create, basis: Basis) -> DateRule:
    """契約日の定め. Refuses `date-rule-not-allowed`, `written-date-required`, `written-date-unwanted`,
    `dated-before-decision`, `date-out-of-range`, `retroactive-needs-reason`.
    """
    rules = story.rules.of(command.class_).date_rules
    rule = command.contract_date_rule or ("written" if command.written_date else rules[0])
    require(rule in rules, "date-rule-not-allowed", "contract_date_rule")
    if rule == "written":
        if command.written_date is None:
            raise Refused("written-date-required", "written_date")
        require_near(story, command.written_date, "written_date")
        require(command.written_date >= civil_date(basis.decided_at), "dated-before-decision", "written_date")
    else:
        require(command.written_date is None, "written-date-unwanted", "written_date")
    require_near(story, command.effective_from, "effective_from")
    require_reason(story, command.written_date, command.effective_from, command.retroactive_reason)
    return rule


def require_reason(story: Story, written: date | None, effective: date | None, reason: str | None) -> None:
    """Refuse `retroactive-needs-reason` where the contract is to bear or take effect from a day before today, and
    nobody says why.
    """
    early = [day for day in (written, effective) if day is not None and day < story.today]
    require(not early or reason, "retroactive-needs-reason", "retroactive_reason")


def require_near(story: Story, day: date | None, field: str) -> None:
    """Refuse `date-out-of-range` for a day that no contract of today has to do with."""
    near = day is None or abs((day - story.today).days) <= NEAR_DAYS
    require(near, "date-out-of-range", field)


def _require_vote(story: Story, command: Create, basis: Basis) -> None:
    """仮契約: what needs a vote of the assembly (地方自治法96条1項5号・8号) is not concluded before it."""
    row = story.given.rules.authority(story.today).kinds.get(basis.kind)
    threshold = row.assembly_from_yen if row else None
    needed = threshold is not None and basis.amount_yen is not None and basis.amount_yen >= threshold
    require(command.provisional or not needed, "provisional-needed", "provisional")


def _retention_years(story: Story, basis: Basis, of_class: int) -> int:
    """保存年数: of the decision's kind (rules.yaml), else of the contract's class."""
    return story.given.rules.approval(story.today).retention_years.get(basis.kind, of_class)


def _saved(story: Story, command: Create, basis: Basis, legal_type: LegalType) -> StampDuty:
    taxed, amount = command.taxed_amount_yen, basis.amount_yen
    require(taxed is None or (amount is not None and taxed <= amount), "taxed-amount-differs", "taxed_amount_yen")
    table, taxed = story.stamp_duty_on(story.today), amount if taxed is None else taxed
    works = story.rules.of(command.class_).construction_consent
    found = stamp_duty(table, legal_type=legal_type, works=works, taxed_amount_yen=taxed, on=story.today)
    return StampDuty(
        saved_yen=found.saved_yen,
        edition=table.edition,
        basis=found.basis,
        taxed_amount_yen=taxed,
        warning=found.warning,
    )
