"""The refusals at the doors of signers: one table of codes; who has no valid link learns nothing of any contract."""

from collections.abc import Mapping
from types import MappingProxyType

from api.auth.codes import AuthProblem

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="kessai-signing"'}

CODES: Mapping[str, AuthProblem] = MappingProxyType(
    {
        "link-not-valid": AuthProblem(
            status=404,
            title="このリンクは使えません。届いたメールのうち、いちばん新しいものからもう一度開いてください。",
            detail="No current link: wrong, voided by a newer one, or its time is over.",
        ),
        "signing-session-missing": AuthProblem(
            status=401,
            title="メールのリンクから開いてください。",
            detail="Send the token of POST /v1/contracts/{number}/signing-sessions as Bearer.",
            headers=CHALLENGE,
        ),
        "signing-session-over": AuthProblem(
            status=401,
            title="この端末での手続きは終わっています。届いたメールのリンクから、もう一度開いてください。",
            detail="The session is not, or no longer, the one this signer's link is bound to.",
            headers=CHALLENGE,
        ),
        "passkey-refused": AuthProblem(
            status=422,
            title="パスキーを確かめられませんでした。もう一度試すか、認証コードを使ってください。",
            detail="The answer does not fit the challenge, this site, or a registered credential.",
        ),
        "too-many-requests": AuthProblem(
            status=429,
            title="続けて操作された回数が多すぎます。しばらく待ってから、もう一度お試しください。",
            detail="Wait for Retry-After seconds.",
        ),
    }
)
