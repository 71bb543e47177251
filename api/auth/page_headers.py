"""Response headers of the pages around login: nothing is cached, framed, loaded from elsewhere or run."""

from collections.abc import Mapping
from types import MappingProxyType

PAGE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        # not no-referrer: with it browsers send `Origin: null` even for our own forms
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
)
