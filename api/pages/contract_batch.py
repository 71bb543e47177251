"""電子契約の一括処理の画面: release or sign many contracts at once, prepare them from a list, see how far it is."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Path, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.auth.forms import FormGuard
from api.auth.principal import choose_post
from api.contract_csv import COLUMNS, contracts_of
from api.errors import Problem, invalid, problem_of
from api.gateway import Sender
from api.pages import contract_labels
from api.pages.contract_desk import href
from api.pages.desk import Reader, who
from api.pages.page_route import add_form, add_page, add_send, page_router
from api.pages.reading_forms import Typed, key_of
from api.pages.rendering import render, see
from api.pages.sending_forms import EXPECTED, Filled, come_back
from api.parts import ApiParts, parts_of
from api.routes.contract_batch import begun, progress_of
from api.shapes.contract_batch import ITEMS_MAX, BatchRequest
from api.strict_json import validated
from domain.contract import RECORD
from domain.envelope import command_id
from projections.contract import ContractRow
from projections.queries.contract import ContractFilters

PAGE = f"/{RECORD.plural}/batch"
BATCHES = f"/{RECORD.plural}/batches"
FILE = f"/{RECORD.plural}/batch-file"
VERBS = {"release": "送る", "sign": "署名する", "create": "準備する"}
Verb = Annotated[str, Query(max_length=16)]
BatchId = Annotated[UUID, Path()]


class ContractBatchPages:
    """`/contracts/batch` and `/contracts/batches/{id}`."""

    def __init__(self, form_guard: FormGuard) -> None:
        self.router = page_router()
        add_form(self.router, PAGE, self.choose, self.begin, form_guard)
        add_send(self.router, FILE, self.prepare, form_guard)
        add_page(self.router, f"{BATCHES}/{{id_}}", self.progress)
        add_send(self.router, f"{BATCHES}/{{id_}}/resume", self.resume, form_guard)

    async def choose(self, request: Request, verb: Verb = "") -> Response:
        """What can be released, or signed for the prefecture, now (where nothing is asked for: what there is); and a
        form for a list of new ones.
        """
        parts = parts_of(request)
        _, reader = await who(request, parts)
        if verb not in VERBS:
            to_sign = await run_in_threadpool(_waiting, parts, reader, "sign")
            to_release = await run_in_threadpool(_waiting, parts, reader, "release")
            verb = "sign" if to_sign and not to_release else "release"
        return await _page(request, parts, reader, verb, Filled())

    async def begin(self, request: Request) -> Response:
        """Begin with what was ticked."""
        parts, typed = parts_of(request), Typed.of(await request.form())
        _, reader = await who(request, parts)
        verb = typed.text("verb") if typed.text("verb") in ("release", "sign") else "release"
        try:
            if not typed.all("numbers"):
                raise invalid("numbers", "一件以上を選んでください。")
            if verb == "sign" and not typed.ticked("confirmed"):
                raise invalid("confirmed", "内容を確かめて、この欄に印を付けてください。")
            asked = validated(BatchRequest, {"verb": verb, "numbers": typed.all("numbers")})
            return see(await self._begun(request, parts, typed, asked))
        except EXPECTED as error:
            return await _page(request, parts, reader, verb, come_back(typed, problem_of(error)))

    async def prepare(self, request: Request) -> Response:
        """Prepare what a CSV file lists."""
        parts, form = parts_of(request), await request.form()
        typed, sent = Typed.of(form), form.get("file")
        principal, reader = await who(request, parts)
        try:
            if not isinstance(sent, UploadFile) or not sent.filename:
                raise invalid("file", "ファイルを選んでください。")
            asked = await contracts_of(parts, await sent.read(), principal.id)
            return see(await self._begun(request, parts, typed, asked))
        except EXPECTED as error:
            return await _page(request, parts, reader, "create", come_back(typed, problem_of(error)))

    async def _begun(self, request: Request, parts: ApiParts, typed: Typed, asked: BatchRequest) -> str:
        principal, reader = await who(request, parts)
        post = choose_post(principal, typed.text("post_as") or None, reader.directory, reader.now)
        if post is None:
            raise Problem("not-your-post", field="Kessai-Post")
        id_ = command_id(principal=principal.scoped_id, method="POST", path=PAGE, key=key_of(typed))
        await begun(parts, Sender(person=principal.id, post=post.code), id_, asked)
        return f"{BATCHES}/{id_}"

    async def progress(self, request: Request, id_: BatchId) -> Response:
        """How far a batch is, with the reason of everything that was refused."""
        parts = parts_of(request)
        principal, reader = await who(request, parts)
        found = await progress_of(parts, id_, principal)
        numbers = tuple(each["number"] for each in found["items"] if each["number"])
        rows = await run_in_threadpool(_rows, parts, reader, ContractFilters(numbers=numbers)) if numbers else []
        return render(
            request, "contract/batch_progress.html", reader=reader, batch=found, verb=VERBS[found["verb"]],
            titles={row.number: row for row in rows}, href=href, here_path=f"{BATCHES}/{id_}", words=contract_labels,
        )  # fmt: skip

    async def resume(self, request: Request, id_: BatchId) -> Response:
        """Go on with what is left of an interrupted batch."""
        parts = parts_of(request)
        principal, _ = await who(request, parts)
        found = await parts.contract_batches.found(id_)
        if found is None or found.person != principal.id:
            raise Problem("not-found")
        parts.contract_batches.go_on(id_, found, parts.gateway)
        return see(f"{BATCHES}/{quote(str(id_))}")


async def _page(request: Request, parts: ApiParts, reader: Reader, verb: str, filled: Filled) -> Response:
    rows = await run_in_threadpool(_waiting, parts, reader, verb)
    return render(
        request, "contract/batch.html", status=filled.status, **filled.shown, reader=reader, verb=verb, verbs=VERBS,
        rows=rows, chosen=set(filled.typed.all("numbers")), href=href, items_max=ITEMS_MAX, columns=tuple(COLUMNS),
        post=reader.post.code if reader.post else None, words=contract_labels, names={"file": "CSVファイル"},
    )  # fmt: skip


def _waiting(parts: ApiParts, reader: Reader, verb: str) -> list[ContractRow]:
    """What waits to be released in the reader's units, or for one of the reader's posts to sign."""
    if verb == "release":
        units = tuple({post.unit for post in reader.posts})
        return _rows(parts, reader, ContractFilters(states=("ready",), units=units))
    if verb == "sign":
        out = ("sent", "partially_signed")
        return _rows(parts, reader, ContractFilters(states=out, waiting_posts=reader.post_codes))
    return []


def _rows(parts: ApiParts, reader: Reader, filters: ContractFilters) -> list[Any]:
    found = []
    for row in parts.contracts.all_contracts(filters, reader.scope):
        found.append(row)
        if len(found) == ITEMS_MAX:
            break
    return found
