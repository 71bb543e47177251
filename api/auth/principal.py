"""Who is asking, and as which post: a person acts as one of their posts, a service account as itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.auth.codes import AuthRefused
from domain.directory import Directory, Post


@dataclass(frozen=True, kw_only=True)
class Principal:
    """An authenticated asker. `id` is the person number or the service account's client id."""

    kind: Literal["person", "service"]
    id: str
    default_post: str | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def scoped_id(self) -> str:
        """The id with its kind: a service account never shares command ids with a person of the same number."""
        return f"{self.kind}:{self.id}"


def choose_post(principal: Principal, header: str | None, directory: Directory, at: datetime) -> Post | None:
    """The post as which the principal acts at the instant `at` (aware UTC).

    The `Kessai-Post` header wins, then the token's default post, then the highest post held or acted for. A post that
    is named but not (or no longer) theirs is refused with `not-your-post`, never silently replaced by another. None for
    a service account, and for a person without any post.
    """
    if principal.kind == "service":
        if header is not None:
            raise AuthRefused("not-your-post", "Service accounts have no posts.")
        return None
    posts = directory.posts_of(principal.id, at)
    wanted = principal.default_post if header is None else header
    if wanted is None:
        return posts[0] if posts else None
    for post in posts:
        if post.code == wanted:
            return post
    raise AuthRefused("not-your-post")


def require_person(principal: Principal) -> None:
    """Refuse a service account with `person-required`: services are principals of their own and never approve."""
    if principal.kind != "person":
        raise AuthRefused("person-required")
