"""What pyHanko does differently from what we need, replaced by name: it reads the machine's clock, rewrites the XMP
packet, does not find the revocation list of an issuing authority when it looks at the past, and reads hex slowly.

Nothing is replaced by importing this: the composition root (or a test) calls `install`, once per process. The names
replaced, and the versions in which they were found, are guarded by `tests/documents/test_pyhanko_overrides.py`.
"""

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from asn1crypto import x509
from pyhanko_certvalidator.authority import AuthorityWithCert

from domain.clock import Clock
from signing import hex_strings

VERSIONS = {"pyhanko": "0.38.0", "pyhanko-certvalidator": "0.33.0"}
CLOCK_READERS = (  # modules that call `datetime.now`
    "pyhanko.pdf_utils.metadata.info",
    "pyhanko.pdf_utils.metadata.xmp_xml",
    "pyhanko.sign.signers.csc_signer",
    "pyhanko.sign.signers.functions",
    "pyhanko.sign.signers.pdf_cms",
    "pyhanko.sign.signers.pdf_signer",
    "pyhanko.sign.timestamps.dummy_client",
    "pyhanko.sign.validation.ades",
    "pyhanko.sign.validation.qualified.assess",
    "pyhanko.stamp.text",
    "pyhanko_certvalidator.context",
    "pyhanko_certvalidator.ltv.ades_past",
    "pyhanko_certvalidator.ltv.poe",
    "pyhanko_certvalidator.ltv.types",
)
NEVER_USED = ("pyhanko.sign.validation.qualified.eutl_fetch",)  # the European Union's trust lists have no place here
APART_MAX = timedelta(minutes=1)
WRITER = ("pyhanko.pdf_utils.writer", "BasePdfFileWriter", "_update_meta")  # rewrites the XMP packet
PATH = ("pyhanko_certvalidator.path", "ValidationPath", "truncate_to_issuer_and_append")
HEX = ("pyhanko.pdf_utils.generic", "", "read_hex_string_from_stream")  # byte by byte
KEPT = "_kessai_kept_"


class _AnyDatetime(type(datetime)):  # type: ignore[misc]  # the metaclass of a class of the standard library
    """Makes every datetime an instance of the replacement: pyHanko asks `isinstance`."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


def install(clock: Clock) -> None:
    """Have pyHanko take the time from `clock`, leave the XMP packet of what it writes alone, and know an anchor's own
    revocation list when it is not self-signed. Installing again replaces the clock.
    """
    replacement = _reading(clock)
    for name in CLOCK_READERS:
        _module(name).datetime = replacement
    _replace(WRITER, lambda _: None)
    _replace(PATH, _truncated)
    _replace(HEX, hex_strings.faster(_kept(HEX)))


def uninstall() -> None:
    """Give pyHanko everything back."""
    for name in CLOCK_READERS:
        _module(name).datetime = datetime
    for module, owner, name in (WRITER, PATH, HEX):
        found = _holder(module, owner)
        if hasattr(found, KEPT + name):
            setattr(found, name, getattr(found, KEPT + name))
            delattr(found, KEPT + name)


def require(clock: Clock) -> None:
    """Raise RuntimeError where pyHanko's time is not the clock's: every verdict would be about another day."""
    seen = _module(CLOCK_READERS[-1]).datetime.now(UTC)
    if abs(seen - clock.now()) > APART_MAX:
        raise RuntimeError(f"pyHanko believes it is {seen}: pyhanko_overrides.install was not called with this clock")


@contextmanager
def installed(clock: Clock) -> Iterator[None]:
    """Install for a while."""
    install(clock)
    try:
        yield
    finally:
        uninstall()


def _replace(what: tuple[str, str, str], by: Callable[..., Any]) -> None:
    """Replace a method or a function, keeping the original beside it."""
    module, owner, name = what
    found = _holder(module, owner)
    if not hasattr(found, KEPT + name):
        setattr(found, KEPT + name, getattr(found, name))
    setattr(found, name, by)


def _kept(what: tuple[str, str, str]) -> Callable[..., Any]:
    """The original, replaced or not."""
    module, owner, name = what
    found = _holder(module, owner)
    original: Callable[..., Any] = getattr(found, KEPT + name, None) or getattr(found, name)
    return original


def _holder(module: str, owner: str) -> Any:
    """A class, or the module itself."""
    return getattr(_module(module), owner) if owner else _module(module)


def _truncated(path: Any, certificate: x509.Certificate) -> Any:
    """The path to `certificate` through what is above it in `path`. The original says that an anchor which is not
    self-signed is not in its own path, and so never finds who signed that anchor's revocation list; validation in the
    past makes every issuing authority an anchor, and would know nothing of its list (ADR 0021).
    """
    anchor = path.trust_anchor.authority
    if isinstance(anchor, AuthorityWithCert) and anchor.certificate.sha256 == certificate.sha256:
        return type(path)(path.trust_anchor, interm=[], leaf=None)
    return getattr(path, KEPT + PATH[2])(certificate)


def _reading(clock: Clock) -> type[datetime]:
    class Asked(datetime, metaclass=_AnyDatetime):
        """A datetime whose `now` is the injected clock's; what it makes are plain datetimes."""

        def __new__(cls, *parts: Any, **named: Any) -> datetime:  # type: ignore[misc]  # on purpose: see above
            return datetime(*parts, **named)  # noqa: DTZ001  # whoever calls gives a zone, or not

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain datetime
            return clock.now().astimezone(tz or UTC)

    return Asked


def _module(name: str) -> Any:
    return importlib.import_module(name)
