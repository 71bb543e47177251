"""契約の準備の画面: from a decided approval, prefilled, to a contract with its signers."""

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.auth.forms import FormGuard
from api.cases import open_case
from api.contract_documents import require_documents
from api.errors import Problem
from api.gateway import Sender
from api.pages import contract_labels
from api.pages.contract_desk import href, rules_of
from api.pages.desk import Reader, who
from api.pages.page_route import add_form, page_router
from api.pages.reading_forms import Typed, amounts, dates
from api.pages.rendering import render, see
from api.pages.sending_forms import Filled, come_back, send_form
from api.parts import ApiParts, parts_of
from api.strict_json import validated
from api.validation import FieldError
from domain.approval import RECORD as APPROVAL
from domain.approval.facts import Draft
from domain.contract import RECORD
from domain.contract.basis import DECIDED
from domain.contract.commands import Create
from domain.policies.contract_rules import ContractRules
from projections.queries.approval import Filters, ListedCase
from projections.queries.contract import ContractFilters

NEW = f"/{RECORD.plural}/new"
PARTIES_MAX = 5
DECIDED_SHOWN = 20
PERSON = ("name", "title", "email", "phone")
OWN_CHOICE = ("order", "contract_date_rule", "joint_venture", "retroactive_reason", "amends", "supersedes")


class ContractSheetPages:
    """`/contracts/new?approval=…`: GET shows what was decided, POST prepares the contract."""

    def __init__(self, form_guard: FormGuard) -> None:
        self.router = page_router()
        add_form(self.router, NEW, self.blank, self.create, form_guard)

    async def blank(self, request: Request, approval: Annotated[str, Query(max_length=64)] = "") -> Response:
        """The sheet with what the decision says filled in; without one, the decisions that could become contracts."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        if not approval.strip():
            return await self._choose(request, parts, reader, Filled())
        number = approval.strip()
        try:
            draft = await _decided(request, parts, number)
        except Problem as problem:
            typed = Typed({"approval": [approval]})
            return await self._choose(request, parts, reader, come_back(typed, problem))
        return self._page(request, reader, number, draft, Filled(typed=_typed_of(draft, rules_of(reader))))

    async def create(self, request: Request) -> Response:
        """Prepare the contract, or show one counterparty more or fewer. Refused, the sheet comes back as typed."""
        parts = parts_of(request)
        _, reader = await who(request, parts)
        typed = Typed.of(await request.form())
        number = typed.text("approval")
        draft = await _decided(request, parts, number)
        step = typed.text("step")
        if step in ("more", "fewer"):
            count = max(1, min(PARTIES_MAX, _parties(typed) + (1 if step == "more" else -1)))
            kept = typed.with_values({"parties": [str(count)]})
            return self._page(request, reader, number, draft, Filled(typed=kept, key=typed.text("key")))
        try:
            values = create_values(number, draft, typed)
            principal, _ = await who(request, parts)
            sender = Sender(person=principal.id, post=None)
            await require_documents(parts, sender, validated(Create, values))
        except Problem as problem:
            return self._page(request, reader, number, draft, come_back(typed, problem, on_page=on_page))
        sent = await send_form(request, typed, record=RECORD, number=None, verb="create", values=lambda: values)
        if isinstance(sent, str):
            return see(href(sent))
        return self._page(request, reader, number, draft, come_back(typed, sent, on_page=on_page))

    async def _choose(self, request: Request, parts: ApiParts, reader: Reader, filled: Filled) -> Response:
        decided = await run_in_threadpool(_ready, parts, reader)
        return render(
            request, "contract/new.html", status=filled.status, **filled.shown, reader=reader, basis=None,
            decided=decided, names=contract_labels.FIELDS,
        )  # fmt: skip

    def _page(self, request: Request, reader: Reader, number: str, draft: Draft, filled: Filled) -> Response:
        rules = rules_of(reader)
        classes = contract_labels.CLASSES
        fitting = {code: classes[code] for code in _classes(draft, rules)} or classes
        return render(
            request, "contract/new.html", status=filled.status, **filled.shown, reader=reader, number=number,
            basis=draft, parties=_parties(filled.typed), classes=fitting, words=contract_labels,
            names=contract_labels.FIELDS, post=reader.post.code if reader.post else None, decided=(),
        )  # fmt: skip


async def _decided(request: Request, parts: ApiParts, number: str) -> Draft:
    """What was decided; refuses `not-found` and `not-decided`."""
    principal, _ = await who(request, parts)
    case = await open_case(parts, APPROVAL, number, principal)
    if case.state.status not in DECIDED:
        raise Problem("not-decided", field="approval")
    draft: Draft = case.state.content
    return draft


def _ready(parts: ApiParts, reader: Reader) -> list[ListedCase]:
    """The reader's own decisions of kinds that become contracts and have not become one, newest first."""
    rules = rules_of(reader)
    kinds = {kind for each in rules.classes.values() for kind in each.kinds} if rules else set()
    filters = Filters(states=tuple(sorted(DECIDED)), kinds=tuple(sorted(kinds)), drafter=reader.person)
    cases = parts.approvals.list_cases(filters, reader.scope, limit=DECIDED_SHOWN).cases
    named = ContractFilters(approvals=tuple(case.number for case in cases))
    contracts = parts.contracts.all_contracts(named, reader.scope)
    taken = {row.approval for row in contracts if row.state != "withdrawn"}
    return [case for case in cases if case.number not in taken]


def _classes(draft: Draft, rules: ContractRules | None) -> list[str]:
    """The classes that a decision of this kind may become, the most fitting first."""
    if rules is None:
        return []
    fitting = ((code, each) for code, each in rules.classes.items() if draft.kind in each.kinds)
    return [code for code, _ in sorted(fitting, key=lambda found: (found[1].amends, len(found[1].kinds)))]


def _typed_of(draft: Draft, rules: ContractRules | None) -> Typed:
    party = draft.counterparty
    fitting = _classes(draft, rules)
    return Typed(
        {
            "class": fitting[:1],
            "p1_name": [party.name] if party else [],
            "p1_corporate_number": [party.corporate_number] if party and party.corporate_number else [],
            "effective_from": [draft.period.from_.isoformat()] if draft.period else [],
            "order": ["sequential"],
        }
    )


def _parties(typed: Typed) -> int:
    said = typed.text("parties")
    return max(1, min(PARTIES_MAX, int(said))) if said.isascii() and said.isdecimal() else 1


def create_values(number: str, draft: Draft, typed: Typed) -> dict[str, Any]:
    """Give the body of the command as typed; what is left empty is left out. Refuses `invalid` by field."""
    errors: list[FieldError] = []
    yen = amounts(typed, ("taxed_amount_yen",), errors)
    days = dates(typed, ("written_date", "effective_from"), errors)
    values: dict[str, Any] = {
        "approval": number,
        "class": typed.text("class"),
        "document": draft.contract_document or "",
        "counterparties": [_counterparty(typed, n, errors) for n in range(1, _parties(typed) + 1)],
        **{name: typed.text(name).strip() for name in OWN_CHOICE if typed.text(name).strip()},
        **{name: True for name in ("provisional", "trial") if typed.ticked(name)},
        **yen,
        **days,
    }
    limit = typed.text("expires_in_days").strip()
    if limit:
        values["expires_in_days"] = _whole("expires_in_days", limit, errors)
    if draft.contract_document is None:
        errors.append(FieldError("document", "この決裁には契約書が付いていません。決裁を取り直してください。"))
    if errors:
        raise Problem("invalid", field=errors[0].field, errors=errors)
    return values


def _counterparty(typed: Typed, n: int, errors: list[FieldError]) -> dict[str, Any]:
    signer = {name: typed.text(f"p{n}_s_{name}").strip() for name in (*PERSON, "mode")}
    for name, said in (("name", typed.text(f"p{n}_name")), ("s_name", signer["name"]), ("s_email", signer["email"])):
        if not said.strip():
            errors.append(FieldError(f"p{n}_{name}", "入力してください。"))
    member: dict[str, Any] = {name: value for name, value in signer.items() if value}
    group = typed.text(f"p{n}_s_group").strip()
    if group:
        member["group"] = _whole(f"p{n}_s_group", group, errors)
    copy = {name: typed.text(f"p{n}_c_{name}").strip() for name in ("name", "email")}
    copies = [{**copy, "role": "copy"}] if any(copy.values()) else []
    number = typed.text(f"p{n}_corporate_number").strip()
    return {
        "name": typed.text(f"p{n}_name").strip(),
        **({"corporate_number": number} if number else {}),
        "members": [member, *copies],
    }


def _whole(name: str, said: str, errors: list[FieldError]) -> int:
    if not (said.isascii() and said.isdecimal()):
        errors.append(FieldError(name, "整数で入力してください。"))
        return 0
    return int(said)


def on_page(field: str) -> str:
    """Give what a field of the command is called on the page: counterparties.0.members.1.email → p1_c_email."""
    parts = field.split(".")
    if parts[0] != "counterparties" or len(parts) < 3 or not parts[1].isdecimal():
        return field
    party = f"p{int(parts[1]) + 1}"
    if parts[2] == "members" and len(parts) > 4:
        return f"{party}_{'s' if parts[3] == '0' else 'c'}_{parts[4]}"
    return f"{party}_{parts[2]}"
