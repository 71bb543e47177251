"""Settings: read once from KESSAI_*, refused in Japanese when unknown, malformed, or unsafe in production."""

import json
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from kessai.settings import Settings, SettingsError, about, described, load, variable

PRODUCTION = {
    "KESSAI_MODE": "production",
    "KESSAI_ISSUER": "https://idp.pref.example.lg.jp",
    "KESSAI_JWKS_URL": "https://idp.pref.example.lg.jp/jwks",
    "KESSAI_PUBLIC_URL": "https://kessai.pref.example.lg.jp/",
}


def refused(environ):
    with pytest.raises(SettingsError) as caught:
        load(environ)
    return "\n".join(caught.value.reasons)


def test_nothing_given_is_a_development_instance_in_the_current_folder():
    settings = load({})
    assert (settings.mode, settings.clock, settings.issuer) == ("development", "system", "development")
    assert settings.data == Path(".kessai").absolute()
    assert settings.keys_dir == settings.data / "keys"
    assert settings.documents_url == (settings.data / "documents").as_uri()
    assert settings.public_url == "http://127.0.0.1:8700"
    assert settings.codec_url == "http://127.0.0.1:8700/codec"


def test_every_field_is_a_variable_with_a_purpose_in_japanese():
    settings = load({})
    for field in fields(Settings):
        assert variable(field.name) == f"KESSAI_{field.name.upper()}"
        assert not about(field.name).isascii()
    assert [name for name, _, _ in described(settings)] == [variable(field.name) for field in fields(Settings)]


def test_other_variables_are_not_looked_at():
    assert load({"PATH": "/bin", "KESSAI": "x", "MY_KESSAI_DATA": "y"}) == load({})


def test_a_misspelt_name_is_refused_with_the_near_one():
    assert "KESSAI_API_PORT ではありませんか" in refused({"KESSAI_API_PROT": "8700"})


def test_a_name_like_no_other_is_refused_too():
    assert refused({"KESSAI_QQQQQ": "1"}) == "KESSAI_QQQQQ という設定はありません。"


def test_lower_case_is_another_name():
    assert "KESSAI_api_port" in refused({"KESSAI_api_port": "8700"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KESSAI_API_PORT", "eighty"),
        ("KESSAI_API_PORT", ""),
        ("KESSAI_API_PORT", "0"),
        ("KESSAI_API_PORT", "-1"),
        ("KESSAI_API_PORT", "８７００"),
        ("KESSAI_MAX_UPLOAD_BYTES", "30MiB"),
        ("KESSAI_MODE", "prod"),
        ("KESSAI_MODE", "Production"),
        ("KESSAI_CLOCK", "fast"),
        ("KESSAI_LOG_FORMAT", ""),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_and_names_its_variable(name, value):
    assert refused({name: value}).startswith(f"{name}: ")


def test_every_reason_is_told_at_once():
    reasons = refused({"KESSAI_API_PROT": "1", "KESSAI_API_PORT": "x", "KESSAI_MODE": "x"}).splitlines()
    assert len(reasons) == 3


def test_lists_are_separated_by_commas():
    assert load({"KESSAI_ALLOWED_HOSTS": "a.example, b.example,"}).allowed_hosts == ("a.example", "b.example")


def test_a_secret_comes_from_a_file(tmp_path):
    file = tmp_path / "token"
    file.write_text("十分に長い秘密\n")
    assert load({"KESSAI_METRICS_TOKEN_FILE": str(file)}).metrics_token == "十分に長い秘密"


def test_a_secret_given_twice_or_from_an_unreadable_file_is_refused(tmp_path):
    assert "同時には" in refused({"KESSAI_METRICS_TOKEN": "a", "KESSAI_METRICS_TOKEN_FILE": "b"})
    assert "読めません" in refused({"KESSAI_METRICS_TOKEN_FILE": str(tmp_path / "none")})


def test_only_secrets_have_a_file_form():
    assert "KESSAI_API_PORT_FILE" in refused({"KESSAI_API_PORT_FILE": "x"})


def test_a_password_given_apart_becomes_part_of_its_address():
    url, password = "postgresql://kessai_app@/kessai?host=%2Fsocket", "a/b@c:d"
    settings = load({"KESSAI_DATABASE_URL": url, "KESSAI_DATABASE_PASSWORD": password})
    assert settings.database_url == "postgresql://kessai_app:a%2Fb%40c%3Ad@/kessai?host=%2Fsocket"
    assert settings.database_password == ""


def test_a_password_for_nobody_is_refused():
    assert "役割" in refused({"KESSAI_DATABASE_URL": "postgresql:///kessai", "KESSAI_DATABASE_PASSWORD": "x"})


def test_secrets_are_neither_printed_nor_described():
    secrets = [field.name for field in fields(Settings) if field.metadata["secret"]]
    values = {variable(name): f"postgresql://u@h/{name}-hidden" for name in secrets if not name.endswith("password")}
    settings = load(values)
    assert "hidden" not in repr(settings)
    assert "hidden" not in str(described(settings))


def test_settings_do_not_change():
    settings = load({})
    with pytest.raises(FrozenInstanceError):
        settings.api_port = 1  # type: ignore[misc]  # the point of the test


def test_a_pages_login_cannot_open_the_api():
    assert "同じにはできません" in refused({"KESSAI_OIDC_CLIENT_ID": "kessai", "KESSAI_AUDIENCE": "kessai"})


def test_what_a_command_needs_is_asked_for_by_name():
    with pytest.raises(SettingsError, match="KESSAI_DATABASE_URL"):
        load({}).require("database_url")
    load({"KESSAI_DATABASE_URL": "postgresql:///kessai"}).require("database_url")


def test_a_complete_production_is_accepted(tmp_path):
    settings = load({**PRODUCTION, "KESSAI_KEYS_DIR": str(tmp_path)})
    assert settings.production
    assert settings.public_url == "https://kessai.pref.example.lg.jp"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"KESSAI_CLOCK": "virtual"}, "仮想の時計"),
        ({"KESSAI_ISSUER": "development"}, "開発用の発行者"),
        ({"KESSAI_ISSUER": "http://idp.example"}, "https://"),
        ({"KESSAI_JWKS_URL": ""}, "https://"),
        ({"KESSAI_PUBLIC_URL": "http://kessai.example"}, "https://"),
    ],
)
def test_production_refuses_what_belongs_to_development(change, reason, tmp_path):
    assert reason in refused({**PRODUCTION, "KESSAI_KEYS_DIR": str(tmp_path), **change})


def test_production_refuses_development_keys(tmp_path):
    (tmp_path / "codec.json").write_text(json.dumps({"kind": "codec", "development": True}))
    (tmp_path / "session.json").write_text(json.dumps({"kind": "session", "development": False}))
    reasons = refused({**PRODUCTION, "KESSAI_KEYS_DIR": str(tmp_path)})
    assert "codec.json は開発用の鍵" in reasons
    assert "session.json" not in reasons


def test_where_webhooks_may_go_inside_is_read_at_the_start():
    assert load({"KESSAI_WEBHOOK_PRIVATE_TARGETS": "10.1.0.0/16, intra.pref.example.jp"}).webhook_private_targets == (
        "10.1.0.0/16",
        "intra.pref.example.jp",
    )
    assert "KESSAI_WEBHOOK_PRIVATE_TARGETS" in refused({"KESSAI_WEBHOOK_PRIVATE_TARGETS": "10.1.0.1/16"})


def test_the_mail_servers_password_is_not_shown():
    settings = load({"KESSAI_SMTP_URL": "smtp+starttls://me:word@mail.example.jp:587"})
    assert "word" not in repr(settings) + str(described(settings))
