"""The refusals of identity: one table of stable codes, each with its status and what it tells people and developers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class AuthProblem:
    """How one code is answered: HTTP status, Japanese sentence for the person, English one for the developer."""

    status: int
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


def _invalid_token(title: str, detail: str) -> AuthProblem:
    challenge = f'Bearer realm="kessai", error="invalid_token", error_description="{detail}"'
    return AuthProblem(status=401, title=title, detail=detail, headers={"WWW-Authenticate": challenge})


PROBLEMS: Mapping[str, AuthProblem] = MappingProxyType(
    {
        "token-missing": AuthProblem(
            status=401,
            title="ログインしていません。",
            detail="Send a bearer token in one Authorization header.",
            headers={"WWW-Authenticate": 'Bearer realm="kessai"'},
        ),
        "token-malformed": _invalid_token(
            "トークンの形が正しくありません。", "The token is not a well-formed JWT with the required claims."
        ),
        "token-expired": _invalid_token("トークンの有効期限が切れています。", "The token has expired."),
        "token-not-yet-valid": _invalid_token("トークンはまだ有効ではありません。", "The token is not valid yet."),
        "token-forged": _invalid_token(
            "トークンの署名を確認できません。", "The signature, its key or its algorithm is not trusted."
        ),
        "token-issuer": _invalid_token(
            "このトークンの発行者は認められていません。", "The token comes from another issuer."
        ),
        "token-audience": _invalid_token(
            "このトークンは別の宛先に発行されたものです。", "The token is meant for another audience."
        ),
        "identity-unavailable": AuthProblem(
            status=503,
            title="認証基盤に接続できません。しばらくしてからもう一度お試しください。",
            detail="The issuer's keys cannot be fetched at the moment.",
            headers={"Retry-After": "5"},
        ),
        "not-your-post": AuthProblem(
            status=403,
            title="その職に現在就いていません。就いている職を選び直してください。",
            detail="The person neither holds nor acts for this post now; choose one of theirs with Kessai-Post.",
        ),
        "person-required": AuthProblem(
            status=403,
            title="この操作は職員本人だけが行えます。本人がログインして操作してください。",
            detail="Service accounts never do this.",
        ),
        "login-needed": AuthProblem(
            status=401,
            title="ログインの有効期間が過ぎました。もう一度ログインしてください。",
            detail="The page needs a login session.",
            headers={"WWW-Authenticate": 'Bearer realm="kessai"'},
        ),
        "forged-form": AuthProblem(
            status=403,
            title="画面を開き直してから、もう一度操作してください。",
            detail="The form was not sent from a page of this session (CSRF).",
        ),
    }
)


class AuthRefused(Exception):
    """An answer, not a failure: the request is refused with one of the codes of `PROBLEMS`.

    `detail` says more to the developer than the table does; it never repeats the token or a claim's value.
    """

    def __init__(self, code: str, detail: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.problem = PROBLEMS[code]
        self.detail = detail or self.problem.detail
