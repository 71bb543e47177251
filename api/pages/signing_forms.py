"""Forms of signers: what was typed, as the API's own bodies, and as it comes back when it was refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel
from starlette.datastructures import FormData

from api.errors import Problem, invalid, problem_of
from api.pages.rendering import new_key
from api.pages.sending_forms import UNSENT
from api.shapes.contract_signing import (
    AgreeToContract,
    DeclineContract,
    EnterSigningCode,
    ForwardContract,
    PasskeyAnswer,
    RequestSigningCode,
)
from api.signing.passkeys import ANSWER_BYTES_MAX
from api.strict_json import parse_object, validated

KEY_CHARACTERS_MAX = 255
UNSEEN = frozenset({"form_token", "key", "document", "statement", "response", "session", "Idempotency-Key"})


@dataclass(frozen=True, kw_only=True)
class Form:
    """The texts of a form; files and repeated fields are no part of these forms."""

    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: FormData) -> "Form":
        """Read a form."""
        return cls(values={name: value for name, value in data.items() if isinstance(value, str)})

    def text(self, name: str) -> str:
        """What was typed there, empty where nothing was."""
        return self.values.get(name, "")

    @property
    def key(self) -> str:
        """The Idempotency-Key with which the form was rendered; refuses `key-missing`."""
        key = self.text("key")
        if not key.strip() or len(key) > KEY_CHARACTERS_MAX:
            raise Problem("key-missing", field="Idempotency-Key")
        return key

    def key_after(self, problem: Problem) -> str:
        """The key of the next try: the same one only where what was sent is not settled."""
        return self.key if problem.code in UNSENT else new_key()

    def errors(self, problem: Problem) -> dict[str, str]:
        """The sentence at each field that caused a problem."""
        found = {each.field: each.message for each in problem.errors}
        if not found and problem.field:
            found[problem.field] = problem.kind.title
        named = {name.removeprefix("to.").split(".")[0]: text for name, text in found.items()}
        return {name: text for name, text in named.items() if name not in UNSEEN}


def filled(verb: str, form: Form) -> dict[str, Any]:
    """Give what a form says as the body of a verb; refuses `invalid` and, for another verb, `not-found`."""
    known = _FORMS.get(verb)
    if known is None:
        raise Problem("not-found")
    shape, read = known
    return validated(shape, read(form)).model_dump(mode="json", exclude_unset=True)


def refused(error: Exception) -> Problem:
    """Give the problem with which a form comes back; what leaves no page to come back to is raised on."""
    problem = problem_of(error)
    if problem.code in ("signing-session-over", "signing-session-missing", "link-not-valid", "not-found"):
        raise error
    return problem


def _named(*names: str) -> Callable[[Form], dict[str, Any]]:
    return lambda form: {name: form.text(name) for name in names}


def _agreed(form: Form) -> dict[str, Any]:
    if form.text("confirmed") != "1":
        raise invalid("confirmed", "内容を確かめて、印を付けてください。")
    return {"document": form.text("document"), "statement": form.text("statement")}


def _forwarded(form: Form) -> dict[str, Any]:
    optional = {name: form.text(name).strip() for name in ("phone", "title") if form.text(name).strip()}
    to = {"name": form.text("name"), "email": form.text("email").strip(), **optional}
    return {"to": to, "reason": form.text("reason")}


def _answered(form: Form) -> dict[str, Any]:
    response = form.text("response").encode("utf-8", "surrogatepass")
    if len(response) > ANSWER_BYTES_MAX:
        raise Problem("passkey-refused")
    return {"response": parse_object(response)}


_FORMS: Mapping[str, tuple[type[BaseModel], Callable[[Form], dict[str, Any]]]] = MappingProxyType(
    {
        "request-code": (RequestSigningCode, _named("channel")),
        "enter-code": (EnterSigningCode, _named("code")),
        "agree": (AgreeToContract, _agreed),
        "decline": (DeclineContract, _named("reason")),
        "forward": (ForwardContract, _forwarded),
        "register-passkey": (PasskeyAnswer, _answered),
        "prove-passkey": (PasskeyAnswer, _answered),
    }
)
