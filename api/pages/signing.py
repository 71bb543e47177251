"""署名者の画面: from the link in a mail to the signature and, later, to the concluded contract; without an account."""

import hmac
import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from api.answers import json_answer
from api.errors import Problem, problem_of
from api.pages.rendering import new_key
from api.pages.sending_forms import EXPECTED
from api.pages.signing_forms import Form, filled, refused
from api.pages.signing_rendering import calm, onward, show
from api.pages.signing_words import Words, language_of
from api.parts import ApiParts, parts_of
from api.signing.acts import Acts
from api.signing.asking import address_of
from api.signing.contract import Seen, seen
from api.signing.files import contract_pdf, evidence_pdf, page_image, signed_pdf
from api.signing.knocking import Standing
from api.signing.links import PATH, link_path
from api.signing.sessions import Session, cookie_session, forget, keep
from domain.clock import civil_date

Number = Annotated[str, Path(max_length=64)]
Text = Annotated[str, Path(max_length=200)]
ONE = PATH + "/{number}/{signer}"
PURPOSES = frozenset({"register", "prove"})


class SignersPage(APIRoute):
    """What fails on a signer's page is a page of theirs, which tells nothing of any contract."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except ClientDisconnect:
                raise
            except Exception as error:  # noqa: BLE001  # answered as a problem; problem_of logs the unexpected
                return calm(request, problem_of(error))

        return answer


class SigningPages:
    """`/sign/…`: GET shows and changes nothing, also for scanners of mail that follow links; POST acts."""

    def __init__(self) -> None:
        self.router = APIRouter(include_in_schema=False, route_class=SignersPage)
        for path, show_it in (
            (ONE, self.page),
            (ONE + "/document.pdf", self.document),
            (ONE + "/signed.pdf", self.signed),
            (ONE + "/evidence.pdf", self.evidence),
            (ONE + "/pages/{page}.png", self.picture),
            (ONE + "/passkey/{purpose}", self.passkey),
            (ONE + "/{token}", self.landing),
        ):
            self.router.add_api_route(path, show_it, methods=["GET"], response_model=None)
        for path, act in (
            (ONE + "/acts/{verb}", self.act),
            (ONE + "/leave", self.leave),
            (ONE + "/{token}/open", self.open),
            (ONE + "/{token}/reissue", self.reissue),
        ):
            self.router.add_api_route(path, act, methods=["POST"], response_model=None)

    async def landing(self, request: Request, number: Number, signer: Text, token: Text) -> Response:
        """What the link is for. Only pressing the button opens it."""
        parts = parts_of(request)
        standing = await self._linked(request, parts, number, signer, token)
        if self._is_mine(request, standing):
            return onward(link_path(number, standing.signer))
        return await self._landing(request, parts, standing)

    async def open(self, request: Request, number: Number, signer: Text, token: Text) -> Response:
        """Bind the link to this browser and go on without its secret in the address."""
        parts = parts_of(request)
        _require_own_site(request, parts)
        standing = await self._linked(request, parts, number, signer, token)
        key = Form.of(await request.form()).key
        try:
            session, _ = await Acts(parts).open(request, standing, key=key, nonce=key)  # made for this page alone
        except EXPECTED as error:
            return await self._landing(request, parts, standing, problem=refused(error))
        response = onward(link_path(number, standing.signer))
        keep(response, session, https=parts.doors.https)
        return response

    async def reissue(self, request: Request, number: Number, signer: Text, token: Text) -> Response:
        """Have a new link sent to the same mailbox."""
        parts = parts_of(request)
        _require_own_site(request, parts)
        standing = await self._linked(request, parts, number, signer, token)
        key = Form.of(await request.form()).key
        try:
            await Acts(parts).reissue(request, standing, key=key)
        except EXPECTED as error:
            return await self._landing(request, parts, standing, problem=refused(error))
        return await self._landing(request, parts, standing, reissued=True)

    async def page(self, request: Request, number: Number, signer: Text) -> Response:
        """Where the signer stands, and what they can do there."""
        parts, session = parts_of(request), _held(request, number, signer)
        return self._page(request, parts, session, seen(await parts.doors.by_session(session), session))

    async def act(self, request: Request, number: Number, signer: Text, verb: Text) -> Response:
        """Do one act. Refused, the page comes back with everything that was typed and one sentence why."""
        parts, session = parts_of(request), _held(request, number, signer)
        form = Form.of(await request.form())
        _require_own_form(request, parts, session, form)
        try:
            await Acts(parts).send(request, session, verb, key=form.key, typed=filled(verb, form))
        except EXPECTED as error:
            return await self._refused(request, parts, session, verb, form, refused(error))
        standing = await parts.doors.after_act(session)
        if verb == "enter-code" and not standing.proven(session):
            view = seen(standing, session)
            words = Words(language_of(request))
            wrong = {} if view.locked_until else {"code": words("code_wrong")}
            return self._page(request, parts, session, view, errors=wrong, status=422)
        if not session.is_bound(standing.party.session):
            return show(request, "calm", heading=standing.contract.content.title, message=_words(request)("forwarding"))
        return onward(link_path(session.number, session.signer))

    async def leave(self, request: Request, number: Number, signer: Text) -> Response:
        """Forget the session in this browser."""
        parts, session = parts_of(request), _held(request, number, signer)
        _require_own_form(request, parts, session, Form.of(await request.form()))
        words = _words(request)
        response = show(request, "calm", heading=words("heading"), message=words("left"), path="")
        forget(response, session)
        return response

    async def passkey(self, request: Request, number: Number, signer: Text, purpose: Text) -> Response:
        """What this browser's device is asked."""
        session = _held(request, number, signer)
        if purpose not in PURPOSES:
            raise Problem("not-found")
        return json_answer(await Acts(parts_of(request)).passkey_options(session, purpose))

    async def picture(self, request: Request, number: Number, signer: Text, page: int) -> Response:
        """One page of the contract."""
        return await page_image(parts_of(request), await self._proven(request, number, signer), page)

    async def document(self, request: Request, number: Number, signer: Text) -> Response:
        """The contract to be signed."""
        return await contract_pdf(parts_of(request), await self._proven(request, number, signer))

    async def signed(self, request: Request, number: Number, signer: Text) -> Response:
        """The concluded contract."""
        return await signed_pdf(parts_of(request), await self._proven(request, number, signer))

    async def evidence(self, request: Request, number: Number, signer: Text) -> Response:
        """Its evidence report."""
        return await evidence_pdf(parts_of(request), await self._proven(request, number, signer))

    async def _proven(self, request: Request, number: str, signer: str) -> Standing:
        return await parts_of(request).doors.proven(_held(request, number, signer))

    async def _linked(self, request: Request, parts: ApiParts, number: str, signer: str, token: str) -> Standing:
        return await parts.doors.by_link(number, _signer(signer), token, address=address_of(request))

    def _is_mine(self, request: Request, standing: Standing) -> bool:
        session = cookie_session(request, standing.number, standing.signer)
        return session is not None and session.is_bound(standing.party.session)

    async def _landing(
        self, request: Request, parts: ApiParts, standing: Standing, *, problem: Problem | None = None,
        reissued: bool = False,
    ) -> Response:  # fmt: skip
        """A session that was bound before the signature does not stand in the way of coming back after it."""
        view = seen(standing, None)
        again = standing.party.signed is not None and problem is None
        bound = standing.party.session is not None and not again
        token = request.path_params["token"]
        return show(
            request, "landing", status=200 if problem is None else problem.kind.status, seen=view, bound=bound,
            reissued=reissued, key=new_key(), path=link_path(standing.number, standing.signer, token),
            message="" if problem is None else _words(request).refusal(problem), prefecture=await _prefecture(parts),
        )  # fmt: skip

    def _page(
        self, request: Request, parts: ApiParts, session: Session, view: Seen, *, status: int = 200, **more: Any
    ) -> Response:
        plain: dict[str, Any] = {"message": "", "errors": {}, "typed": {}, "failed": "", "key": new_key()}
        home = link_path(session.number, session.signer)
        context = plain | {"seen": view, "home": home, "path": home, "again_open": False} | more
        token = parts.doors.keys.form_token(session.hash)
        return show(request, "page", status=status, form_token=token, **context)

    async def _refused(
        self, request: Request, parts: ApiParts, session: Session, verb: str, form: Form, problem: Problem
    ) -> Response:
        view = seen(await parts.doors.by_session(session), session)
        return self._page(
            request, parts, session, view, status=problem.kind.status, message=_words(request).refusal(problem),
            errors=form.errors(problem), typed=form.values, failed=verb, key=form.key_after(problem),
        )  # fmt: skip


def _signer(text: str) -> int:
    if re.fullmatch(r"[1-9][0-9]?", text) is None:
        raise Problem("link-not-valid")
    return int(text)


def _held(request: Request, number: str, signer: str) -> Session:
    session = cookie_session(request, number, _signer(signer))
    if session is None:
        raise Problem("signing-session-missing")
    return session


def _words(request: Request) -> Words:
    return Words(language_of(request))


def _require_own_site(request: Request, parts: ApiParts) -> None:
    """Refuse what another site sends (Sec-Fetch-Site, Origin)."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin") or (origin is not None and origin.lower() != parts.doors.origin):
        raise Problem("forged-form")


def _require_own_form(request: Request, parts: ApiParts, session: Session, form: Form) -> None:
    """Refuse what was not sent from a page of this very session."""
    _require_own_site(request, parts)
    expected = parts.doors.keys.form_token(session.hash).encode()
    if not hmac.compare_digest(form.text("form_token").encode("utf-8", "surrogatepass"), expected):
        raise Problem("forged-form")


async def _prefecture(parts: ApiParts) -> str:
    directory = await parts.directory()
    units = directory.units(civil_date(parts.clock.now()))
    return next((unit.name for unit in units if unit.kind == "prefecture"), "")
