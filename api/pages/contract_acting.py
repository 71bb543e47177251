"""電子契約の操作の画面: what is particular to acting on a contract: forms with a file, the prefecture's own signer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.auth.forms import FormGuard
from api.errors import Problem
from api.pages.act_fields import ActForm, Field, reason
from api.pages.acting import CLOSED, Acting, ActPages, form_page
from api.pages.acts import is_open
from api.pages.contract import shown
from api.pages.contract_acts import ACTS, FILES, OWN_SIGNER, act_body, act_form, on_page
from api.pages.contract_desk import ContractLook, lay
from api.pages.desk import who
from api.pages.files import keep_uploads
from api.pages.page_route import Number, add_form, add_send
from api.pages.reading_forms import Typed, act_values
from api.pages.rendering import see
from api.pages.sending_forms import Filled, come_back, send_form
from api.parts import parts_of
from api.uploads import note_brought, require_brought
from domain.contract import RECORD
from domain.contract.facts import PREFECTURE

WITH_FILE: Mapping[str, str] = MappingProxyType({verb: f"/{RECORD.plural}/with-file/{verb}" for verb in FILES})
BACK = "契約に戻る"
OWN = ActForm(
    heading="県の署名者を変える",
    short="県の署名者を変える",
    button="県の署名者を変える",
    verb="change-signer",
    lead="人事異動などで、県として署名する職が代わったときに使います。",
    fields=(Field(name="post", label="署名する職", kind="post", required=True), reason()),
    fixed={"signer": str(PREFECTURE)},
)


def _open(verb: str, look: ContractLook) -> bool:
    return verb in ACTS and is_open(ACTS[verb], RECORD, look.state, look.given)


ACTING = Acting(
    record=RECORD,
    template="contract/act.html",
    back=BACK,
    lay=lay,
    form_of=act_form,
    is_open=_open,
    shown=lambda look, seen: shown(look),
    values=act_body,
    on_page=on_page,
    sends_to=WITH_FILE,
)


class ContractActPages(ActPages[ContractLook]):
    """The acts of a contract; those that take a file are sent to addresses of their own, which have room for one."""

    def __init__(self, form_guard: FormGuard) -> None:
        super().__init__(form_guard, ACTING)
        add_form(self.router, f"/{RECORD.plural}/{{number}}/own-signer", self.ask_own, self.change_own, form_guard)
        for verb, path in WITH_FILE.items():
            add_send(self.router, path, self._taking(verb), form_guard)

    def _taking(self, verb: str) -> Any:
        async def take_file(request: Request) -> Response:
            """Keep the file, then go on as with any other act."""
            form = await request.form()
            typed, field = Typed.of(form), FILES[verb]
            number = typed.text("number")
            parts = parts_of(request)
            look = await lay(request, parts, number)  # nobody keeps files here for a contract they may not see
            kept = await keep_uploads(parts, form, field)
            if kept:
                await note_brought(parts, f"person:{look.reader.person}", kept[0].sha256)
                typed = typed.with_values({field: [kept[0].sha256]})
            return await self.take(request, number, verb, typed)

        return take_file

    async def take(self, request: Request, number: str, verb: str, typed: Typed) -> Response:
        """As any act is taken; a document that comes by its hash has been brought before, by the same person."""
        named = typed.text(FILES[verb]) if verb in FILES else ""
        if named:
            parts = parts_of(request)
            _, reader = await who(request, parts)
            await require_brought(parts, f"person:{reader.person}", named, FILES[verb])
        return await super().take(request, number, verb, typed)

    async def ask_own(self, request: Request, number: Number) -> Response:
        """The form for another post of the prefecture to sign."""
        look = await lay(request, parts_of(request), number)
        message = "" if is_open(OWN_SIGNER, RECORD, look.state, look.given) else CLOSED
        return self._own_page(request, look, Filled(version=look.version, message=message))

    async def change_own(self, request: Request, number: Number) -> Response:
        """Have another post sign. Refused, the form comes back with everything that was typed."""
        look, typed = await lay(request, parts_of(request), number), Typed.of(await request.form())
        if typed.text("step") == "search":
            return self._own_page(request, look, Filled(typed=typed, key=typed.text("key"), version=look.version))
        sent = await send_form(
            request, typed, record=RECORD, number=number, verb=OWN.verb,
            values=lambda: {**act_values(OWN, typed), "signer": PREFECTURE},
        )  # fmt: skip
        if isinstance(sent, str):
            return see(look.href)
        return self._own_page(request, look, come_back(typed, sent, version=look.version))

    def _own_page(self, request: Request, look: ContractLook, filled: Filled) -> Response:
        if look.own_signer is None:
            raise Problem("not-found")
        return form_page(
            request, "contract/act.html", look.reader, OWN, filled, action=f"{look.href}/own-signer", back=look.href,
            back_label=BACK, post=look.acting_post, **shown(look),
        )  # fmt: skip
