"""パスキー: registration and proof (Web Authentication Level 2), over a challenge that names contract, signer, document
and session, and that no later moment of the same contract has again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from api.errors import Problem
from api.signing.links import LinkKeys

ANSWER_BYTES_MAX = 16_384
VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A credential as the record has it: id and public key (COSE) in base64url."""

    credential: str
    public_key: str
    sign_count: int


@dataclass(frozen=True, kw_only=True)
class About:
    """What a passkey is asked about: one session of one signer, one document, one moment of the record."""

    number: str
    signer: int
    document: str
    session: str
    version: int

    def challenge(self, keys: LinkKeys, purpose: str) -> bytes:
        """Give the challenge; another purpose, document, session or moment has another one."""
        return keys.challenge(purpose, self.number, self.signer, self.document, self.session, self.version)


class Passkeys:
    """Asks browsers and verifies what they answer, for the one site at `public_url`."""

    def __init__(self, keys: LinkKeys, *, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._keys = keys
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._site = parts.hostname or ""

    def registration(self, about: About, *, title: str, known: Sequence[Registered]) -> Mapping[str, Any]:
        """Give the options of `navigator.credentials.create`."""
        options = generate_registration_options(
            rp_id=self._site, rp_name="電子契約", user_name=f"{about.number}/{about.signer}", user_display_name=title,
            user_id=self._keys.challenge("user", about.number, about.signer),
            challenge=about.challenge(self._keys, "register"), exclude_credentials=_descriptors(known),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=VERIFIED
            ),
        )  # fmt: skip
        return _plain(options_to_json(options))

    def registered(self, about: About, answer: Mapping[str, Any]) -> Registered:
        """Give what the device made; refuse `passkey-refused`."""
        try:
            found = verify_registration_response(
                credential=dict(answer), expected_challenge=about.challenge(self._keys, "register"),
                expected_rp_id=self._site, expected_origin=self._origin, require_user_verification=True,
            )  # fmt: skip
        except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Problem("passkey-refused", detail=type(error).__name__) from error
        return Registered(
            credential=bytes_to_base64url(found.credential_id),
            public_key=bytes_to_base64url(found.credential_public_key),
            sign_count=found.sign_count,
        )

    def assertion(self, about: About, known: Sequence[Registered]) -> Mapping[str, Any]:
        """Give the options of `navigator.credentials.get`."""
        options = generate_authentication_options(
            rp_id=self._site, challenge=about.challenge(self._keys, "prove"), allow_credentials=_descriptors(known),
            user_verification=VERIFIED,
        )  # fmt: skip
        return _plain(options_to_json(options))

    def proven(self, about: About, known: Sequence[Registered], answer: Mapping[str, Any]) -> Registered:
        """Give the registered credential that signed the challenge; refuse `passkey-refused`."""
        wanted = next((each for each in known if each.credential == answer.get("id")), None)
        if wanted is None:
            raise Problem("passkey-refused", detail="The credential is not registered for this signer.")
        try:
            verify_authentication_response(
                credential=dict(answer), expected_challenge=about.challenge(self._keys, "prove"),
                expected_rp_id=self._site, expected_origin=self._origin,
                credential_public_key=base64url_to_bytes(wanted.public_key),
                credential_current_sign_count=wanted.sign_count, require_user_verification=True,
            )  # fmt: skip
        except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Problem("passkey-refused", detail=type(error).__name__) from error
        return wanted


def _descriptors(known: Sequence[Registered]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential)) for each in known]


def _plain(text: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = msgspec.json.decode(text)
    return found
