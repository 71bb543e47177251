"""Who asks on the API as a signer: the token of a signing session, and what is kept of the device with an act."""

import re
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import Problem
from api.parts import Parts
from api.signing.sessions import PREFIX, Session, session_of

SCHEME = HTTPBearer(
    scheme_name="signing", auto_error=False,
    description="署名者のセッション(POST /v1/contracts/{number}/signing-sessions の token)。職員のトークンは使えない",
)  # fmt: skip
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
AGENT_CHARACTERS_MAX = 300
ADDRESS_CHARACTERS_MAX = 100


def bearer_of(request: Request) -> str:
    """Give the one bearer token of a request, empty where there is none."""
    values = request.headers.getlist("authorization")
    scheme, _, token = values[0].partition(" ") if len(values) == 1 else ("", "", "")
    return token.strip() if scheme.lower() == "bearer" else ""


def is_signing(request: Request) -> bool:
    """Whether a request comes with a signing session, good or bad."""
    return bearer_of(request).startswith(PREFIX)


async def _session(
    request: Request, number: str, _: Annotated[HTTPAuthorizationCredentials | None, Security(SCHEME)]
) -> Session:
    """The session that the token names; one of another contract is refused as none at all."""
    token = bearer_of(request)
    if not token:
        raise Problem("signing-session-missing")
    session = session_of(token)
    if session is None or session.number != number:
        raise Problem("signing-session-over")
    return session


Holder = Annotated[Session, Depends(_session)]


async def _standing_holder(holder: Holder, parts: Parts) -> Session:
    """The same, once the record says that it is bound."""
    await parts.doors.by_session(holder)
    return holder


Bound = Annotated[Session, Depends(_standing_holder)]


def address_of(request: Request) -> str:
    """Give where a request comes from, as the trusted proxies tell it."""
    return (request.client.host if request.client else "unknown")[:ADDRESS_CHARACTERS_MAX]


def device(request: Request) -> dict[str, str]:
    """Give what an act records of the device: where it asks from and what it calls itself."""
    agent = CONTROLS.sub(" ", request.headers.get("user-agent", "")).strip()[:AGENT_CHARACTERS_MAX].strip()
    return {"address": address_of(request), **({"user_agent": agent} if agent else {})}
