"""The operations that every record has alike: beginning one, reading one and its timeline, and one for each verb."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from api.answers import event_document, json_answer, versioned
from api.asking import Asker, IfMatch, Key, Sending
from api.cases import Number, known_number, open_case
from api.event_labels import LABELS
from api.gateway import Answered, Sender
from api.openapi import POSITION, READS, REF, VERSION, WRITES, gives, schema_name, takes
from api.parts import ApiParts, Parts
from api.reading import After, AsOf, Cursor, Limit, cursor_of, ledger_reached, number_of, page
from api.sending import BeforeSending, case_answer, read_command, send
from api.shapes.events import EventPage
from domain.record import Command, Record

Body = Mapping[str, Any]
Handler = Callable[..., Any]
NamedBy = Callable[[ApiParts, Sender, Command], Awaitable[None]]
Answering = Callable[[ApiParts, Record[Any], str, Answered, int], Awaitable[Response]]  # …, verb, outcome, status


async def _nothing(parts: ApiParts, command: Command) -> None:
    """Before sending, most records have nothing to look at."""


async def _anybody(parts: ApiParts, sender: Sender, command: Command) -> None:
    """Most records have nothing that only some may name."""


async def _document(parts: ApiParts, record: Record[Any], verb: str, answered: Answered, status: int) -> Response:
    """Most verbs are answered with the record's document."""
    return await case_answer(parts, record, answered, status=status)


def bodies(record: Record[Any], *, without: frozenset[str] = frozenset()) -> dict[str, Body]:
    """Give the JSON schemas of what people may send to the record, by their names in the OpenAPI document; `without`
    the verbs that come in at another door.
    """
    verbs = record.commands.keys() - record.system - without
    return {schema_name(record.noun, verb): body(record, verb) for verb in verbs}


def body(record: Record[Any], verb: str, *, named: str | None = None) -> Body:
    """Give the JSON schema of a verb's body, without the field that the path names."""
    schema = record.commands[verb].model_json_schema(ref_template=REF)
    if named is None:
        return schema
    properties = {name: value for name, value in schema["properties"].items() if name != named}
    return {
        **schema,
        "properties": properties,
        "required": [name for name in schema.get("required", ()) if name != named],
    }


@dataclass(frozen=True, kw_only=True)
class RecordRoutes:
    """The routes of one record, added to its `router`; `case` is what one of its records is called in Japanese, `name`
    in the names of operations, where that is not its noun.

    `before` may refuse a command that names what is not there; what the record's rules refuse is not its matter.
    `shapes` are the verbs that are answered with another document than `shape`, which `answer` then gives.
    """

    router: APIRouter
    record: Record[Any]
    shape: type[BaseModel]  # of the document
    case: str
    examples: Mapping[str, Body]
    name: str = ""
    before: BeforeSending = _nothing
    named_by: NamedBy = _anybody  # may refuse a command that names what this sender may not
    shapes: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    answer: Answering = _document

    def add_creation(self, verb: str, *, path: str, operation: str, summary: str, made: str) -> None:
        """Add `POST path`, which begins a record by `verb`."""
        record, begin, shape = self.record, self.begin, self.record.commands[verb]

        async def create(request: Request, sender: Sending, key: Key, parts: Parts) -> Response:
            """A case's number is reserved first: the same key gets the same number."""
            return await begin(request, parts, sender, key, verb=verb, command=await read_command(request, shape))

        self.router.add_api_route(
            path,
            create,
            methods=["POST"],
            status_code=201,
            operation_id=operation,
            summary=summary,
            responses=self.writes(verb, made, status=201),
            openapi_extra=takes(schema_name(record.noun, verb), example=self.examples[verb]),
        )

    def add_reading(self) -> None:
        """Add `GET` of one record, and of its timeline."""
        self.router.add_api_route(
            self.one,
            self._show(),
            methods=["GET"],
            operation_id=f"get_{self._name}",
            summary=f"{self.case}を見る",
            responses={**gives(200, self.shape, self.case, version=VERSION), **READS},
        )
        self.router.add_api_route(
            f"{self.one}/events",
            self._timeline(),
            methods=["GET"],
            operation_id=f"list_{self._name}_events",
            summary=f"{self.case}の経過を古い順に見る",
            responses={**gives(200, EventPage, "経過"), **READS},
        )

    def add_acts(self, *, without: frozenset[str] = frozenset()) -> None:
        """Add an operation for each verb that a person may send to a record that exists; `without` those that come in
        at another door.
        """
        record = self.record
        for verb, shape in record.commands.items():
            if verb in record.system | record.creates | without:
                continue
            self.router.add_api_route(
                f"{self.one}/{verb}",
                self._act(verb, shape),
                methods=["POST"],
                operation_id=f"{verb.replace('-', '_')}_{self._name}",
                summary=record.labels[verb],
                responses=self.writes(verb, f"その後の{self.case}"),
                openapi_extra=takes(
                    schema_name(record.noun, verb),
                    required=any(field.is_required() for field in shape.model_fields.values()),
                    example=self.examples.get(verb),
                ),
            )

    def writes(self, verb: str, given: str, *, status: int = 200) -> dict[int | str, dict[str, Any]]:
        """Give what a verb may be answered with, for OpenAPI; `given` says what that is in Japanese."""
        shape = self.shapes.get(verb, self.shape)
        return {**gives(status, shape, given, position=POSITION, version=VERSION), **WRITES}

    async def begin(
        self, request: Request, parts: ApiParts, sender: Sender, key: str, *, verb: str, command: Command
    ) -> Response:
        """Begin a record by the command, under a new number; answer 201."""
        return await self._sent(request, parts, sender, key, None, verb, command)

    async def act_on(
        self, request: Request, parts: ApiParts, sender: Sender, key: str, *, number: str, verb: str, command: Command
    ) -> Response:
        """Do the command to a record; refuses `not-found` for what cannot be a number."""
        return await self._sent(request, parts, sender, key, known_number(number), verb, command)

    async def _sent(
        self, request: Request, parts: ApiParts, sender: Sender, key: str, number: str | None, verb: str, body: Command
    ) -> Response:
        await self.before(parts, body)
        await self.named_by(parts, sender, body)
        noun = self.record.noun
        answered = await send(request, parts, sender, key, noun=noun, number=number, verb=verb, body=body)
        return await self.answer(parts, self.record, verb, answered, 201 if number is None else 200)

    @property
    def one(self) -> str:
        """The address of one record."""
        return f"/v1/{self.record.plural}/{{number}}"

    @property
    def _name(self) -> str:
        return self.name or self.record.noun

    def _show(self) -> Handler:
        record = self.record

        async def show(number: Number, asker: Asker, parts: Parts, as_of: AsOf, after: After = None) -> Response:
            """Read from the ledger itself: never behind what was acknowledged."""
            await ledger_reached(parts, after)
            case = await open_case(parts, record, number, asker, as_of)
            return versioned(record.document(case.state, case.version, number))

        return show

    def _timeline(self) -> Handler:
        record = self.record

        async def timeline(
            number: Number,
            asker: Asker,
            parts: Parts,
            as_of: AsOf,
            after: After = None,
            cursor: Cursor = None,
            limit: Limit = 100,
        ) -> Response:
            """Every fact of the case with who, when and, in Japanese, what."""
            await ledger_reached(parts, after)
            case = await open_case(parts, record, number, asker, as_of)
            seen = 0 if cursor is None else number_of(cursor)
            later = [fact for fact in case.facts if fact.version > seen]
            items = [event_document(fact, LABELS) for fact in later[:limit]]
            return json_answer(page(items, cursor_of(later[limit - 1].version) if len(later) > limit else None))

        return timeline

    def _act(self, verb: str, shape: type[Command]) -> Handler:
        act_on = self.act_on

        async def act(
            request: Request, number: Number, sender: Sending, key: Key, if_match: IfMatch, parts: Parts
        ) -> Response:
            command = await read_command(request, shape, if_match=if_match)
            return await act_on(request, parts, sender, key, number=number, verb=verb, command=command)

        act.__doc__ = shape.__doc__
        return act
