"""What goes wrong on the network, as one family: `code` is stable, `reason` is for people, the text for developers."""

from typing import Literal

NetworkCode = Literal[
    "host-not-allowed", "unreachable", "timed-out", "rejected", "malformed", "too-large", "mismatch", "untrusted"
]

REASONS: dict[str, str] = {
    "host-not-allowed": "接続を許していない相手です。",
    "unreachable": "相手のサーバーに接続できません。",
    "timed-out": "相手のサーバーが時間内に応答しません。",
    "rejected": "相手のサーバーが要求を拒みました。",
    "malformed": "相手のサーバーの応答を読み取れません。",
    "too-large": "相手のサーバーの応答が大きすぎます。",
    "mismatch": "相手のサーバーの応答が、要求したものと一致しません。",
    "untrusted": "相手の証明書を確かめられません(信頼する認証局の一覧にないか、失効しています)。",
}


class NetworkRefused(Exception):
    """Nothing usable came back. `temporary` says whether asking again later may help."""

    def __init__(self, code: NetworkCode, message: str) -> None:
        super().__init__(message)
        self.code: NetworkCode = code
        self.reason = REASONS[code]

    @property
    def temporary(self) -> bool:
        """Whether the same question may be answered later: not where our own settings or the question are wrong."""
        return self.code != "host-not-allowed"


class StampRefused(NetworkRefused):
    """No time stamp. There is no other source of time: whoever asked waits, and asks again."""


class RevocationUnknown(NetworkRefused):
    """No revocation data for a certificate."""


class IssueRefused(NetworkRefused):
    """No certificate was issued."""
