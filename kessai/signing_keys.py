"""Signing keys of an installation: from files or a PKCS#11 token; in development, from the development PKI. Only the
signer role loads them.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec

from domain.clock import Clock
from kessai.development_pki import pki_folder
from kessai.settings import Settings, SettingsError, variable
from kessai.trouble import Trouble
from signing.keys import KeyRefused, LoadedKey, SigningKey, key_from_pkcs12
from signing.keys.pkcs11 import Token
from signing.network import CertificateIssuer, Network

LOOKED_AT_AGAIN = timedelta(days=30)  # the development PKI makes its credentials anew a year before they end
DEVELOPMENT = "Development "


class SigningKeyRefused(Trouble):
    """A signing key that cannot be used. The message names the setting, never what is in the file."""

    exit_code = 2


@dataclass
class KeptKeys:
    """Keys loaded once, at start: a file or token that cannot be used is told then, and not at the first signature."""

    kept_platform: SigningKey
    kept_prefecture: SigningKey | None
    issuer: CertificateIssuer | None

    async def platform(self) -> SigningKey:
        """The platform's key."""
        return self.kept_platform

    async def prefecture(self) -> SigningKey | None:
        """The prefecture's own, if it has one."""
        return self.kept_prefecture

    async def witness(self, *, name: str, organisation: str, lives: timedelta) -> SigningKey | None:
        """A new key certified for one signer."""
        return None if self.issuer is None else await _issued(self.issuer, name, organisation, lives)


@dataclass
class DevelopmentKeys:
    """Keys of the development PKI, looked at again after a month of the injected clock, which may run through years."""

    issuer: CertificateIssuer
    password: Callable[[], bytes]
    clock: Clock
    own_prefecture: SigningKey | None = None  # a token or file of one's own, for trying it out
    _known: dict[str, tuple[datetime, SigningKey]] = field(default_factory=dict)

    async def platform(self) -> SigningKey:
        """The platform's key of the day."""
        return await self._credential("platform")

    async def prefecture(self) -> SigningKey | None:
        """The prefecture's key of the day."""
        return self.own_prefecture or await self._credential("prefecture")

    async def witness(self, *, name: str, organisation: str, lives: timedelta) -> SigningKey | None:
        """A new key certified for one signer."""
        return await _issued(self.issuer, name, organisation, lives)

    async def _credential(self, name: str) -> SigningKey:
        now = self.clock.now()
        loaded_at, key = self._known.get(name, (None, None))
        if key is None or loaded_at is None or not loaded_at <= now < loaded_at + LOOKED_AT_AGAIN:
            key = key_from_pkcs12(await self.issuer.credential(name), password=self.password())
            self._known[name] = (now, key)
        return key


async def _issued(issuer: CertificateIssuer, name: str, organisation: str, lives: timedelta) -> SigningKey:
    private = await asyncio.to_thread(ec.generate_private_key, ec.SECP256R1())
    issued = await issuer.issue(private, common_name=name, organisation=organisation, lives=lives)
    return LoadedKey(private, issued.certificate, issued.chain)


def signing_keys(settings: Settings, network: Network, clock: Clock) -> KeptKeys | DevelopmentKeys:
    """Give the keys that the settings lead to. Refuses (SigningKeyRefused, SettingsError) what cannot be used, and in
    production what was made for development.
    """
    own = _prefecture(settings)
    if settings.platform_key_file is None:
        if not settings.pki_url:
            settings.require("platform_key_file")
        return DevelopmentKeys(
            issuer=development_issuer(settings, network),
            password=(pki_folder(settings) / "pkcs12-password").read_bytes,
            clock=clock,
            own_prefecture=own,
        )
    platform = _file(settings, "platform_key_file", "platform_key_password")
    return KeptKeys(kept_platform=platform, kept_prefecture=own, issuer=_issuer(settings, network))


def development_issuer(settings: Settings, network: Network) -> CertificateIssuer:
    """The guarded half of the development PKI."""
    token = (pki_folder(settings) / "token").read_text("utf-8")
    return CertificateIssuer(settings.pki_url, token=token, network=network)


def _issuer(settings: Settings, network: Network) -> CertificateIssuer | None:
    if not settings.witness_issuer_url:
        return None
    settings.require("witness_issuer_token")
    return CertificateIssuer(settings.witness_issuer_url, token=settings.witness_issuer_token, network=network)


def _prefecture(settings: Settings) -> SigningKey | None:
    if settings.pkcs11_module is not None:
        if settings.prefecture_key_file is not None:
            names = f"{variable('prefecture_key_file')} と {variable('pkcs11_module')}"
            raise SettingsError([f"{names}: 同時には指定できません。"])
        settings.require("pkcs11_token", "pkcs11_key", "pkcs11_pin")
        return _token(settings)
    if settings.prefecture_key_file is None:
        return None
    return _file(settings, "prefecture_key_file", "prefecture_key_password")


def _file(settings: Settings, name: str, password: str) -> SigningKey:
    path: Path = getattr(settings, name)
    try:
        key = key_from_pkcs12(path.read_bytes(), password=getattr(settings, password).encode() or None)
    except (OSError, KeyRefused) as error:
        raise SigningKeyRefused(f"{variable(name)}: 署名鍵 {path} を使えません({error})。") from error
    return _fit(settings, name, key)


def _token(settings: Settings) -> SigningKey:
    assert settings.pkcs11_module is not None
    try:
        token = Token(module=settings.pkcs11_module, label=settings.pkcs11_token, pin=settings.pkcs11_pin)
        key = token.key(label=settings.pkcs11_key)
    except KeyRefused as error:
        raise SigningKeyRefused(f"{variable('pkcs11_module')}: トークンの鍵を使えません({error})。") from error
    return _fit(settings, "pkcs11_module", key)


def _fit(settings: Settings, name: str, key: SigningKey) -> SigningKey:
    if settings.production and any(for_development(each) for each in (key.certificate, *key.chain)):
        raise SigningKeyRefused(f"{variable(name)}: 開発用の認証局の証明書です。本番では使えません。")
    return key


def for_development(certificate: x509.Certificate) -> bool:
    """Whether a development PKI has made this certificate."""
    return DEVELOPMENT in certificate.subject.human_friendly or DEVELOPMENT in certificate.issuer.human_friendly
