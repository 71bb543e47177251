"""What every request says about itself: who asks, as which post, under which key, knowing which version."""

import re
from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials

from api.auth.bearer import SCHEME
from api.auth.codes import AuthRefused
from api.auth.principal import Principal, choose_post
from api.errors import Problem, invalid
from api.gateway import Sender
from api.parts import Parts, parts_of
from api.telemetry import note_principal

KEY_CHARACTERS_MAX = 255
ENTITY_TAG = re.compile(r'(?:W/)?"?(\d{1,9})"?')


async def _asker(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(SCHEME)]
) -> Principal:
    principal = await parts_of(request).identity.bearer(request, credentials)
    note_principal(request.scope, principal.scoped_id)
    return principal


Asker = Annotated[Principal, Depends(_asker)]
KessaiPost = Annotated[
    str | None,
    Header(
        alias="Kessai-Post",
        max_length=64,
        description="どの職として行うか(職コード)。省略するとトークンの職、なければ最上位の職",
        examples=["road-officer"],
    ),
]


async def _sender(asker: Asker, parts: Parts, kessai_post: KessaiPost = None) -> Sender:
    """Who sends a command, as which post. A post that is not theirs is looked up afresh before it is refused."""
    now = parts.clock.now()
    try:
        post = choose_post(asker, kessai_post, await parts.directory(), now)
    except AuthRefused:
        post = choose_post(asker, kessai_post, await parts.directory.newest(), now)
    return Sender(person=asker.id, post=post.code if post else None, kind=asker.kind)


Sending = Annotated[Sender, Depends(_sender)]


async def _key(
    request: Request,
    declared: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            json_schema_extra={"minLength": 1, "maxLength": KEY_CHARACTERS_MAX},
            description="この指示の鍵(1〜255文字)。同じ鍵と同じ内容は何度送っても一度だけ行われ、同じ答えになる",
            examples=["5f1c2b7e-起案-1"],
        ),
    ] = None,
) -> str:
    """The Idempotency-Key, as UTF-8 where it is UTF-8; refuses `key-missing` and what is not 1–255 characters."""
    given = request.headers.getlist("idempotency-key")
    if not given or not given[0].strip():
        raise Problem("key-missing", field="Idempotency-Key")
    if len(given) > 1:
        raise invalid("Idempotency-Key", "一つだけ指定してください。")
    raw = given[0].encode("latin-1")
    try:
        key = raw.decode("utf-8")
    except UnicodeDecodeError:
        key = given[0]
    if len(key) > KEY_CHARACTERS_MAX:
        raise invalid("Idempotency-Key", f"{KEY_CHARACTERS_MAX}文字以内で指定してください。")
    return key


Key = Annotated[str, Depends(_key)]


async def _if_match(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match", description="知っている版(ETag)。案件がそれより新しければ stale-version", examples=['"7"']
        ),
    ] = None,
) -> int | None:
    """The version in If-Match; None where there is none, or `*`."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = ENTITY_TAG.fullmatch(if_match.strip())
    if found is None:
        raise invalid("If-Match", '版を "7" の形で指定してください。')
    return int(found.group(1))


IfMatch = Annotated[int | None, Depends(_if_match)]
