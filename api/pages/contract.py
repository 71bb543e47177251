"""電子契約の画面: the list with its search, one contract with the acts open to whoever looks, its files and pages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Path, Request
from fastapi.responses import Response

from api.errors import Problem
from api.pages import contract_labels
from api.pages.act_fields import ActForm
from api.pages.acts import OpenActs, is_open, open_acts
from api.pages.contract_acts import ACTS, OWN_SIGNER, act_form
from api.pages.contract_chronicle import chronicle
from api.pages.contract_desk import ContractLook, lay
from api.pages.contract_forms import signer_label
from api.pages.flash import take_flash
from api.pages.page_route import Number, add_page, page_router
from api.pages.reading_forms import NOTHING
from api.pages.rendering import render
from api.parts import parts_of
from api.routes.contract_documents import file_answer, image_answer
from domain.contract import RECORD
from domain.contract.state import BEFORE_SENDING, STOPPED, Contract
from domain.contract.view import because

PREFIX = f"/{RECORD.plural}/{{number}}"
DOCUMENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "document": ("current", ""),
        "decided": ("decided", "決裁"),
        "evidence": ("evidence", "証明書"),
        "decision-record": ("decision_record", "決裁の記録"),
    }
)


class ContractPages:
    """`/contracts/{number}` and what hangs below it for reading. Nothing here changes a contract."""

    def __init__(self) -> None:
        self.router = page_router()
        add_page(self.router, PREFIX, self.contract)
        add_page(self.router, f"{PREFIX}/files/{{what}}", self.file)
        add_page(self.router, f"{PREFIX}/pages/{{page}}", self.page)

    async def contract(self, request: Request, number: Number) -> Response:
        """One contract: how far each signer is, its days and documents, its chronicle, and what the reader may do."""
        look = await lay(request, parts_of(request), number)
        return render(
            request, "contract/contract.html", **shown(look), **_offered(look), entries=chronicle(look.facts),
            flash=take_flash(request), typed=NOTHING, errors={},
        )  # fmt: skip

    async def file(self, request: Request, number: Number, what: Annotated[str, Path(max_length=64)]) -> Response:
        """One document of the contract, for keeping: by its name, or by the hash under which a fact names it."""
        parts = parts_of(request)
        look = await lay(request, parts, number)
        if what in DOCUMENTS:
            field, said = DOCUMENTS[what]
            return await file_answer(parts, getattr(look.files, field), look.files.name(said))
        if what in look.files.named:
            return await file_answer(parts, what, look.files.name(look.files.named[what]))
        raise Problem("not-found")

    async def page(self, request: Request, number: Number, page: Annotated[int, Path(ge=1, le=10_000)]) -> Response:
        """The picture of one page, as the signers are shown it."""
        parts = parts_of(request)
        look = await lay(request, parts, number)
        return await image_answer(parts, look.files, page)


def shown(look: ContractLook) -> dict[str, Any]:
    """Everything of a contract that its pages show."""
    state = look.state
    return {
        "reader": look.reader,
        "look": look,
        "state": state,
        "made": state.content,
        "words": contract_labels,
        "names": contract_labels.FIELDS,
        "waits": because(state),
        "parties": [(each, signer_label(each, state)) for each in state.parties],
        "running": state.status in BEFORE_SENDING or bool(state.awaited),
    }


def _offered(look: ContractLook) -> dict[str, Any]:
    """The acts open to the reader: the first of the main ones with its form, the others as links."""
    offered_now = tuple(act for act in ACTS.values() if act.verb != "consent" or is_wanted(look.state))
    acts = open_acts(offered_now, RECORD, look.state, look.given)
    offered = (*acts.main, *acts.other, *acts.back, *acts.end)
    forms: dict[str, ActForm] = {act.verb: form for act in offered if (form := act_form(act.verb, look)) is not None}
    main = acts.main[0].verb if acts.main and not _takes_file(forms[acts.main[0].verb]) else None
    return {
        "acts": acts,
        "inline": forms.pop(main) if main else None,
        "links": forms,
        "own_signer": is_open(OWN_SIGNER, RECORD, look.state, look.given),
        "two_phase": _signs_with_own_key(look, acts),
    }


def is_wanted(state: Contract) -> bool:
    """Whether a consent is worth offering: before the contract goes out, and while one stands in the way of that."""
    return state.status in BEFORE_SENDING | STOPPED


def _takes_file(form: ActForm) -> bool:
    return any(field.kind == "file" for field in form.fields)


def _signs_with_own_key(look: ContractLook, acts: OpenActs) -> bool:
    """Whether the prefecture's signature is made outside, with a key of its own: not by pressing a button here."""
    own = look.own_signer
    return own is not None and own in look.state.awaited and own.signer.mode == "party" and "sign" not in acts.verbs
