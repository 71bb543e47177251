"""Bearer authentication of API requests, as a FastAPI dependency."""

from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.auth.codes import AuthRefused
from api.auth.principal import Principal
from api.auth.tokens import TokenVerifier, principal_of

SCHEME = HTTPBearer(
    bearerFormat="JWT", scheme_name="bearer", auto_error=False, description="発行者が署名したアクセストークン(RFC 9068)"
)


class BearerAuthentication:
    """`Depends(bearer)` gives the `Principal` of the request or raises `AuthRefused` (401, 503)."""

    def __init__(self, verifier: TokenVerifier, *, audience: str) -> None:
        self._verifier = verifier
        self._audience = audience

    async def __call__(
        self, request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(SCHEME)]
    ) -> Principal:
        """Only the Authorization header counts, never a query parameter or a cookie, and only one."""
        values = request.headers.getlist("authorization")
        if not values:
            raise AuthRefused("token-missing")
        scheme, _separator, token = values[0].partition(" ")
        if len(values) > 1 or scheme.lower() != "bearer":
            raise AuthRefused("token-malformed", "Send one Authorization header with the scheme Bearer.")
        return principal_of(await self._verifier.verify(token.strip(), audience=self._audience))
