"""Webhookへの指示: the bodies of its verbs, checked for shape."""

from typing import Annotated

from pydantic import Field

from domain.record import Command
from domain.text import Said

Position = Annotated[int, Field(ge=1, le=2**62)]
EventPattern = Annotated[str, Field(max_length=64, pattern=r"^(\*|[a-z]+(-[a-z]+)*\.(\*|[a-z]+(-[a-z]+)*))$")]
Url = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^https?://[\x21-\x7e]+$")]


class Register(Command):
    """送信先を登録する。events は `approval.decided`、`approval.*`、`*` の形。from_position を省くと登録の後から"""

    url: Url
    events: Annotated[tuple[EventPattern, ...], Field(min_length=1, max_length=50)]
    from_position: Position | None = None


class Disable(Command):
    """送信を止める。止めている間の事実は、再開した後に送る"""

    reason: Annotated[Said, Field(min_length=1, max_length=2000)]


class Enable(Command):
    """送信を再開する"""


class RotateSecret(Command):
    """署名の秘密を新しくする。前の秘密の署名も overlap_hours の間は付ける"""

    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 24


class Replay(Command):
    """この位置(Kessai-Position)からの事実を、同じ webhook-id でもう一度送る"""

    from_position: Position
