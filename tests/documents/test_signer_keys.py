"""The signer role's keys: told at start what cannot be used, in Japanese; nothing of development in production."""

from dataclasses import replace
from pathlib import Path

import pytest

from kessai.clocks import SystemClock
from kessai.development_pki import PKI_NAME
from kessai.roles import pki as pki_role
from kessai.settings import Settings, SettingsError, load
from kessai.signing_keys import KeptKeys, SigningKeyRefused, for_development, signing_keys
from kessai.trusting import network_of, stamps_of
from signing.development_pki import DevelopmentPki

PRODUCTION = {
    "KESSAI_MODE": "production",
    "KESSAI_ISSUER": "https://idp.pref.example.lg.jp",
    "KESSAI_JWKS_URL": "https://idp.pref.example.lg.jp/jwks",
    "KESSAI_PUBLIC_URL": "https://kessai.pref.example.lg.jp/",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a development PKI with `platform.p12`, `prefecture.p12` and their password."""
    folder = tmp_path_factory.mktemp("pki")
    DevelopmentPki(folder, base_url=f"http://{PKI_NAME}", clock=SystemClock()).close()
    return folder


def keys_of(made: Path, **more: str) -> Settings:
    password = str(made / "pkcs12-password")
    return load(
        {
            "KESSAI_PLATFORM_KEY_FILE": str(made / "platform.p12"),
            "KESSAI_PLATFORM_KEY_PASSWORD_FILE": password,
            "KESSAI_PREFECTURE_KEY_FILE": str(made / "prefecture.p12"),
            "KESSAI_PREFECTURE_KEY_PASSWORD_FILE": password,
            **more,
        }
    )


def loaded(settings: Settings) -> object:
    return signing_keys(settings, network_of(settings), SystemClock())


async def test_keys_from_files_are_loaded_once_at_the_start(made: Path) -> None:
    keys = loaded(keys_of(made))
    assert isinstance(keys, KeptKeys)
    prefecture = await keys.prefecture()
    assert prefecture is not None
    assert for_development(prefecture.certificate)
    assert (
        await keys.witness(name="契約者0001", organisation="", lives=SystemClock().now() - SystemClock().now()) is None
    )


def test_a_wrong_password_names_the_setting_and_shows_nothing(made: Path) -> None:
    settings = replace(keys_of(made), platform_key_password="wrong")
    with pytest.raises(SigningKeyRefused, match="KESSAI_PLATFORM_KEY_FILE") as refused:
        loaded(settings)
    assert "wrong" not in str(refused.value)


def test_a_file_that_is_not_there_is_told(made: Path, tmp_path: Path) -> None:
    settings = replace(keys_of(made), prefecture_key_file=tmp_path / "none.p12")
    with pytest.raises(SigningKeyRefused, match="KESSAI_PREFECTURE_KEY_FILE"):
        loaded(settings)


def test_production_refuses_what_a_development_authority_certified(made: Path) -> None:
    with pytest.raises(SigningKeyRefused, match="開発用"):
        loaded(keys_of(made, **PRODUCTION))


def test_a_token_and_a_file_at_once_are_refused(made: Path) -> None:
    settings = replace(keys_of(made), pkcs11_module=Path("/usr/lib/softhsm/libsofthsm2.so"))
    with pytest.raises(SettingsError, match="KESSAI_PKCS11_MODULE"):
        loaded(settings)


def test_a_token_needs_to_be_named(made: Path) -> None:
    settings = replace(keys_of(made), prefecture_key_file=None, pkcs11_module=Path("/none.so"))
    with pytest.raises(SettingsError, match="KESSAI_PKCS11_TOKEN"):
        loaded(settings)


def test_a_token_whose_library_is_not_there_is_told(made: Path) -> None:
    settings = replace(keys_of(made), prefecture_key_file=None, pkcs11_module=Path("/none.so"), pkcs11_token="t")
    with pytest.raises(SigningKeyRefused, match="KESSAI_PKCS11_MODULE") as refused:
        loaded(replace(settings, pkcs11_key="k", pkcs11_pin="1234"))
    assert "1234" not in str(refused.value)


def test_without_keys_and_without_a_development_pki_it_says_what_is_missing() -> None:
    with pytest.raises(SettingsError, match="KESSAI_PLATFORM_KEY_FILE"):
        loaded(load({}))
    settings = load({})
    with pytest.raises(SettingsError, match="KESSAI_TSA_URL"):
        stamps_of(settings, network_of(settings), SystemClock())


def test_production_knows_no_development_pki() -> None:
    with pytest.raises(SettingsError, match="KESSAI_PKI_URL"):
        load({**PRODUCTION, "KESSAI_PKI_URL": "http://127.0.0.1:8710"})
    with pytest.raises(pki_role.NotInProduction):
        pki_role.main(load(PRODUCTION))


def test_nobody_is_asked_who_is_not_named() -> None:
    settings = load({"KESSAI_TSA_URL": "https://tsa.example.jp/rfc3161", "KESSAI_SIGNING_HOSTS": "ocsp.example.jp"})
    network = network_of(settings)
    assert network.allows("https://tsa.example.jp/rfc3161")
    assert network.allows("http://ocsp.example.jp/x")
    assert not network.allows("http://169.254.169.254/latest")
