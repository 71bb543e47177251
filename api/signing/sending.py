"""A signer's command on its way: signed by the gateway in the name of contract and signer, and of nobody else."""

from typing import Any

from fastapi import Request

from api.errors import Problem
from api.gateway import Answered, Sender
from api.parts import ApiParts
from api.signing.links import link_path
from api.strict_json import validated
from api.tracing import traceparent
from domain.contract import RECORD


def signer_name(number: str, signer: int) -> str:
    """What a signer is called in envelopes and facts."""
    return f"{number}/{signer}"


async def send_as_signer(
    request: Request, parts: ApiParts, *, number: str, signer: int, verb: str, key: str, values: dict[str, Any]
) -> Answered:
    """Send a verb of the signer's own and give its accepted outcome; a refusal is raised as the problem of its code.

    Whoever calls has checked link or session. The path that scopes the key is never the one with the link's secret.
    """
    body = validated(RECORD.commands[verb], values)
    answered = await parts.gateway.send(
        noun=RECORD.noun,
        number=number,
        verb=verb,
        body=body,
        sender=Sender(person=signer_name(number, signer), post=None, kind="counterparty"),
        method="POST",
        path=f"{link_path(number, signer)}/{verb}",
        key=key,
        traceparent=traceparent(request.scope),
    )
    outcome = answered.outcome
    if outcome.result == "refused":
        raise Problem(str(outcome.code), field=outcome.field)
    return answered
