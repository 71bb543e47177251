"""職員録を変える: absences, appointments, acting orders, transfers, the organisation, the second person's word."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.answers import json_answer
from api.asking import IfMatch, Key, Sending
from api.errors import Problem
from api.event_labels import LABELS
from api.gateway import Answered
from api.openapi import POSITION, VERSION, WRITES, gives, schema_name, takes
from api.parts import ApiParts, Parts
from api.reading import known_query
from api.sending import read_command, send
from api.shapes.directory import DirectoryChange
from domain.directory.facts import ChangeProposed
from domain.directory.register import RECORD
from domain.record import Command
from domain.streams import stream_of

NUMBER = "pref"  # the one directory of a prefecture (ADR 0010)
CODE_CHARACTERS_MAX = 63


class Door(NamedTuple):
    """One operation: its path, the record's verb, and the field of the command that the path names, if any."""

    path: str
    verb: str
    status: int = 200
    named: str | None = None


DOORS: tuple[Door, ...] = (
    Door("/absences", "record-absence", 201),
    Door("/absences/{code}/cancel", "cancel-absence", named="absence"),
    Door("/appointments", "appoint", 201),
    Door("/appointments/end", "end-appointment"),
    Door("/acting", "name-acting", 201),
    Door("/acting/end", "end-acting"),
    Door("/transfers", "transfer", 201),
    Door("/transfers/batch", "transfer-many", 201),
    Door("/grants", "grant", 201),
    Door("/grants/withdraw", "withdraw"),
    Door("/units", "establish-unit", 201),
    Door("/units/{code}/change", "change-unit", named="unit"),
    Door("/units/{code}/abolish", "abolish-unit", named="unit"),
    Door("/posts", "establish-post", 201),
    Door("/posts/{code}/change", "change-post", named="post"),
    Door("/posts/{code}/abolish", "abolish-post", named="post"),
    Door("/proxy-order", "adopt-proxy-order", 201),
    Door("/proposals/{code}/confirm", "confirm", named="proposal"),
    Door("/proposals/{code}/refuse", "refuse-proposal", named="proposal"),
)
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "record-absence": {"post": "vice-governor-1", "from": "2026-11-16", "to": "2026-11-27", "reason": "海外出張"},
    "cancel-absence": {"reason": "予定より早く帰庁したため"},
    "appoint": {"post": "road-senior", "person": "0526", "name": "職員0526", "from": "2027-04-01"},
    "name-acting": {"post": "farming-director", "acting_post": "agriculture-director", "from": "2026-12-01"},
    "transfer": {"person": "0525", "from_post": "road-officer", "to_post": "housing-officer", "on": "2027-04-01"},
    "confirm": {},
    "refuse-proposal": {"reason": "本人に確認できないため"},
}


def _body(door: Door) -> dict[str, Any]:
    """The JSON schema of an operation's body: the command's, without the field that the path names."""
    schema = RECORD.commands[door.verb].model_json_schema(ref_template="#/components/schemas/{model}")
    properties = {name: value for name, value in schema["properties"].items() if name != door.named}
    required = [name for name in schema.get("required", []) if name != door.named]
    return {**schema, "properties": properties, "required": required}


BODIES: Mapping[str, Mapping[str, Any]] = {schema_name(RECORD.noun, door.verb): _body(door) for door in DOORS}
router = APIRouter(prefix="/v1/directory", tags=["directory"], dependencies=[Depends(known_query)])


def _act(door: Door, shape: type[Command]) -> Callable[..., Awaitable[Response]]:
    async def act(request: Request, sender: Sending, key: Key, if_match: IfMatch, parts: Parts) -> Response:
        command = await read_command(request, shape, if_match=if_match)
        return await _changed(request, parts, sender, key, door, command)

    async def act_on(
        request: Request, code: str, sender: Sending, key: Key, if_match: IfMatch, parts: Parts
    ) -> Response:
        if len(code) > CODE_CHARACTERS_MAX:
            raise Problem("not-found")
        command = await read_command(request, shape, if_match=if_match, **{str(door.named): code})
        return await _changed(request, parts, sender, key, door, command)

    chosen = act_on if door.named else act
    chosen.__doc__ = shape.__doc__
    return chosen


async def _changed(
    request: Request, parts: ApiParts, sender: Sending, key: str, door: Door, command: Command
) -> Response:
    answered = await send(request, parts, sender, key, noun=RECORD.noun, number=NUMBER, verb=door.verb, body=command)
    parts.directory.expire()
    return await run_in_threadpool(_answer, parts, answered, door.status)


def _answer(parts: ApiParts, answered: Answered, status: int) -> Response:
    """What the command wrote, which never changes: a repeated command gets the same answer."""
    outcome = answered.outcome
    (fact,) = parts.reader.facts(stream_of(RECORD.noun, NUMBER), version=outcome.version, after=outcome.version - 1)
    proposed = fact.event if isinstance(fact.event, ChangeProposed) else None
    change = {name: value for name, value in msgspec.to_builtins(fact.event).items() if name != "type"}
    tag = str(fact.event.__struct_config__.tag)
    body = {
        "version": outcome.version,
        "state": "proposed" if proposed else "done",
        "proposal": proposed.proposal if proposed else None,
        "label": LABELS.get(tag, tag),
        "type": tag,
        "change": change,
    }
    headers = {"ETag": f'"{outcome.version}"', "Kessai-Position": str(outcome.position)}
    return json_answer(body, status, headers)


for _door in DOORS:
    router.add_api_route(
        _door.path,
        _act(_door, RECORD.commands[_door.verb]),
        methods=["POST"],
        status_code=_door.status,
        operation_id=f"{_door.verb.replace('-', '_')}_in_directory",
        summary=RECORD.labels[_door.verb],
        responses={
            **gives(_door.status, DirectoryChange, "変更の結果", position=POSITION, version=VERSION),
            **WRITES,
        },
        openapi_extra=takes(
            schema_name(RECORD.noun, _door.verb),
            required=bool(_body(_door)["required"]),
            example=EXAMPLES.get(_door.verb),
        ),
    )
