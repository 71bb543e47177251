"""What a signer does, from what was typed to the command that is sent; codes and passkeys end here."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from api.gateway import Answered
from api.parts import ApiParts
from api.signing.asking import device
from api.signing.knocking import Standing
from api.signing.links import digits
from api.signing.sending import send_as_signer
from api.signing.sessions import Session, begun_session

OTHERS = frozenset({"decline", "forward", "complete"})  # sent as they were typed


class Acts:
    """A signer's acts over the API's parts."""

    def __init__(self, parts: ApiParts) -> None:
        self._parts = parts
        self._doors = parts.doors

    async def open(
        self, request: Request, standing: Standing, *, key: str, nonce: str | None
    ) -> tuple[Session, Answered]:
        """Bind a link to one session; give the session. With a `nonce` that nobody else can know it can be asked for
        again; without one, an answer that was lost is lost.
        """
        number, signer, generation = standing.number, standing.signer, standing.party.generation
        self._doors.allow("open", number, signer)
        session = begun_session(self._doors.keys, number=number, signer=signer, generation=generation, nonce=nonce)
        answered = await self._sent(
            request, number, signer, "open", key, {"generation": generation, "session": session.hash, **device(request)}
        )
        return session, answered

    async def reissue(self, request: Request, standing: Standing, *, key: str) -> Answered:
        """Have a new link sent to the mailbox that the contract knows."""
        self._doors.allow("reissue", standing.number, standing.signer)
        return await self._sent(request, standing.number, standing.signer, "reissue", key, {})

    async def send(
        self, request: Request, session: Session, verb: str, *, key: str, typed: Mapping[str, Any]
    ) -> Answered:
        """Send one of the verbs of a signer's session. Refuses `signing-session-over`, `passkey-refused` and
        `too-many-requests` before anything is sent.
        """
        standing = await self._doors.by_session(session)
        self._doors.allow(verb, session.number, session.signer)
        values = self._values(request, standing, session, verb, typed)
        return await self._sent(request, session.number, session.signer, verb, key, values)

    async def passkey_options(self, session: Session, purpose: str) -> Mapping[str, Any]:
        """Give what a device is asked: `register`, only after another factor, or `prove`."""
        passkeys = self._doors.passkeys
        if purpose == "prove":
            standing = await self._doors.by_session(session)
            return passkeys.assertion(standing.about(session), standing.passkeys)
        standing = await self._doors.proven(session)
        title = standing.contract.content.title
        return passkeys.registration(standing.about(session), title=title, known=standing.passkeys)

    def _values(
        self, request: Request, standing: Standing, session: Session, verb: str, typed: Mapping[str, Any]
    ) -> dict[str, Any]:
        match verb:
            case "request-code":
                return {"channel": typed["channel"], "session": session.hash}
            case "enter-code":
                code = standing.party.code
                given = digits(typed["code"])
                told = self._doors.keys.typed(given, number=session.number, signer=session.signer)
                matched = self._doors.matches(standing, given)
                return {"nth": code.nth if code else 1, "session": session.hash, "matched": matched, "typed": told}
            case "agree":
                about = {"document": typed["document"], "statement": typed["statement"]}
                return {**about, "session": session.hash, "seal": self._doors.seal(standing, session, **about),
                        **device(request)}  # fmt: skip
            case "prepare":
                document, statement = standing.contract.decided_document, standing.statement.ja
                seal = self._doors.seal(standing, session, document=document, statement=statement)
                return {**typed, "seal": seal, **device(request)}
            case "register-passkey":
                made = self._doors.passkeys.registered(standing.about(session), typed["response"])
                return {
                    "session": session.hash, "credential": made.credential, "public_key": made.public_key,
                    "sign_count": made.sign_count,
                }  # fmt: skip
            case "prove-passkey":
                used = self._doors.passkeys.proven(standing.about(session), standing.passkeys, typed["response"])
                document = standing.contract.decided_document
                return {"session": session.hash, "credential": used.credential, "document": document}
        assert verb in OTHERS, verb
        return dict(typed)

    async def _sent(
        self, request: Request, number: str, signer: int, verb: str, key: str, values: dict[str, Any]
    ) -> Answered:
        return await send_as_signer(
            request, self._parts, number=number, signer=signer, verb=verb, key=key, values=values
        )
