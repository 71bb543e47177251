"""Days of telework for the tests of the read models: commands of people of the demo organisation, at the ledger."""

import hashlib
from typing import Any
from uuid import uuid5

from domain.envelope import NAMESPACE, Envelope, Outcome
from domain.telework import RECORD
from domain.telework.state import Telework
from tests.ledger.projection_world import World

NEXT_DAY = "2026-11-10"  # the Tuesday after the world's Monday


def send(world: World, verb: str, number: str, *, post: str, **body: Any) -> Outcome:
    """The holder of `post` sends a command, which is accepted."""
    outcome = try_to(world, verb, number, post=post, **body)
    assert outcome.result == "accepted", outcome
    return outcome


def try_to(world: World, verb: str, number: str, *, post: str, **body: Any) -> Outcome:
    """The holder of `post` sends a command."""
    holder = world.directory.holder(post, world.clock.at)
    assert holder is not None
    shape = RECORD.commands[verb].model_validate(body, strict=False)
    text = shape.model_dump_json(by_alias=True, exclude_unset=True)
    envelope = Envelope(
        noun=RECORD.noun, number=number, verb=verb, label=verb, body=text,
        command_id=uuid5(NAMESPACE, f"{world.schema}/{next(world.keys)}"),
        payload_sha256=hashlib.sha256(text.encode()).hexdigest(),
        person=holder.person, post=post, correlation_id=f"telework-{number}",
    )  # fmt: skip
    return world.writer.handle(RECORD, envelope)


def applied(world: World, post: str = "road-officer", *, day: str = NEXT_DAY, **body: Any) -> str:
    """An application; its number."""
    number = f"R8-{next(world.serials):06d}"
    asked = {"kind": "home", "day": day, "tasks": "橋梁点検結果の整理", "reachable_by": "内線2345", **body}
    send(world, "submit", number, post=post, **asked)
    return number


def ordered(world: World, post: str = "road-officer", *, head: str = "road-director", **body: Any) -> str:
    """An application that the head has approved and ordered; its number."""
    number = applied(world, post, **body)
    send(world, "approve", number, post=head)
    return number


def state_of(world: World, number: str) -> Telework:
    """The request as the record has it."""
    return world.reader.fold(RECORD, number)[0]
