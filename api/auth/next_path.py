"""Where to go after the login: only ever a path on this site."""

import re
from urllib.parse import quote

HOME = "/"
LENGTH_MAX = 1000
# One slash, then neither slash nor backslash (browsers read both as "another host"); no spaces, no control characters.
LOCAL_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
OWN_PATHS = ("/login", "/logout", "/callback", "/development/issuer")


def safe_next(value: str | None) -> str:
    """`value` if it is a path of this site that may follow a login, else the home page.

    Refused are other hosts in every spelling, schemes, control characters and the login's own pages (a loop).
    """
    if value is None or len(value) > LENGTH_MAX or not LOCAL_PATH.fullmatch(value):
        return HOME
    path = re.split("[?#]", value)[0]
    return HOME if any(path == own or path.startswith(f"{own}/") for own in OWN_PATHS) else value


def login_path(next_path: str) -> str:
    """The login page's path that comes back to `next_path`."""
    target = safe_next(next_path)
    return "/login" if target == HOME else f"/login?next={quote(target, safe='/')}"
