"""Settings: one frozen dataclass, read once from `KESSAI_*`; what is unknown or unsafe is refused in Japanese."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit, urlunsplit

from domain.policies.webhook import Allowed
from kessai.setting_values import parsed, text_of
from kessai.trouble import Trouble

PREFIX = "KESSAI_"
DEVELOPMENT_ISSUER = "development"
MEBIBYTE = 1024 * 1024


class SettingsError(Trouble):
    """The settings cannot be used. Holds every reason at once, each a Japanese sentence naming its variable."""

    exit_code = 2

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("設定に誤りがあります。\n" + "\n".join(f"  - {reason}" for reason in self.reasons))


def _setting(default: Any, about: str, *, secret: bool = False, above_zero: bool = False) -> Any:
    metadata = {"about": about, "secret": secret, "above_zero": above_zero}
    return field(default=default, repr=not secret, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between two installations.

    The field `api_port` is the variable `KESSAI_API_PORT`; a secret may come from a file instead
    (`KESSAI_METRICS_TOKEN_FILE`). Empty means not given; some defaults follow other fields, and say so.
    """

    mode: Literal["development", "production"] = _setting("development", "開発(development)か本番(production)か")
    data: Path = _setting(Path(".kessai"), "データのフォルダー(組み込みのPostgresとTemporal、鍵、文書、ログ)")

    api_host: str = _setting("127.0.0.1", "APIが待ち受けるアドレス")
    api_port: int = _setting(8700, "APIが待ち受けるポート", above_zero=True)
    api_fd: int = _setting(-1, "監視役から受け継いだ待ち受けソケットの番号(人が指定するものではない)")
    public_url: str = _setting("", "画面とリンクの土台となるURL(既定はAPIのアドレス)")
    allowed_hosts: tuple[str, ...] = _setting(("127.0.0.1", "localhost"), "受け付けるHostヘッダー(コンマ区切り)")
    trusted_proxies: tuple[str, ...] = _setting((), "X-Forwarded-*を信じる中継のアドレス(コンマ区切り)")
    max_upload_bytes: int = _setting(30 * MEBIBYTE, "添付文書1件の上限(バイト)", above_zero=True)
    max_request_bytes: int = _setting(MEBIBYTE, "添付文書以外の要求本文の上限(バイト)", above_zero=True)

    database_url: str = _setting("", "台帳のPostgres。アプリケーション用の役割で接続する", secret=True)
    database_password: str = _setting("", "KESSAI_DATABASE_URLに書かないときのパスワード", secret=True)
    database_schema: str = _setting("kessai", "台帳のスキーマ(1県に1つ)")
    owner_database_url: str = _setting("", "スキーマの所有者の接続先。kessai migrateだけが使う", secret=True)
    owner_database_password: str = _setting("", "KESSAI_OWNER_DATABASE_URLに書かないときのパスワード", secret=True)

    temporal_address: str = _setting("127.0.0.1:7233", "Temporalの接続先(host:port)")
    temporal_namespace: str = _setting("kessai", "Temporalの名前空間(1県に1つ)")
    temporal_retention_days: int = _setting(90, "終わったワークフローをTemporalに残す日数", above_zero=True)
    temporal_ui_url: str = _setting("", "Temporal Web UIのURL(画面からのリンクとCORSの許可に使う)")
    temporal_ca_file: Path | None = _setting(None, "Temporalサーバーの証明書を確かめるCA(PEM)。指定するとTLSで接続する")
    temporal_certificate_file: Path | None = _setting(None, "Temporalに示すクライアント証明書(PEM)")
    temporal_key_file: Path | None = _setting(None, "同じく秘密鍵(PEM)")
    task_queue: str = _setting("kessai", "ワーカーが受け持つタスクキュー")

    issuer: str = _setting(DEVELOPMENT_ISSUER, "トークンの発行者。developmentは組み込みの開発用発行者")
    audience: str = _setting("kessai", "トークンのaud")
    jwks_url: str = _setting("", "発行者の公開鍵(JWKS)のURL")
    oidc_client_id: str = _setting("", "画面のログインに使うOIDCクライアント")
    oidc_client_secret: str = _setting("", "同じく秘密", secret=True)
    keys_dir: Path = _setting(Path(), "鍵のフォルダー(既定はデータのフォルダーのkeys)")

    documents_url: str = _setting("", "文書の置き場所。file:///…かs3://…(既定はデータのフォルダーのdocuments)")

    clock: Literal["system", "virtual"] = _setting("system", "時計。virtualは実演と試験だけのもの")
    clock_file: Path = _setting(Path(), "virtualのとき時刻を置くファイル(既定はデータのフォルダーのclock)")

    smtp_url: str = _setting("", "通知メールを渡すSMTPサーバー(smtp://…)。空ならメールを送らない", secret=True)
    mail_from: str = _setting("", "通知メールの差出人のアドレス")
    mail_address_template: str = _setting("", "職員番号からメールアドレスを作る形(例 {person}@pref.example.jp)")
    mail_addresses_file: Path | None = _setting(None, "職員番号とメールアドレスの表(CSV、見出しはperson,address)")
    gateway_url: str = _setting(
        "", "認証コードのSMS・電話・郵送を渡すゲートウェイ(https://…)。開発では空ならフォルダーに置く"
    )
    gateway_token: str = _setting("", "同じく、渡すときのトークン", secret=True)
    webhook_private_targets: tuple[str, ...] = _setting((), "Webhookの送信を許す内部のホスト名・網(コンマ区切り)")
    webhook_ca_file: Path | None = _setting(None, "Webhookの送信先の証明書を確かめる、県のCA(PEM)")
    delivery_days: int = _setting(3, "届かないメールとWebhookを送り直す日数", above_zero=True)
    delivery_kept_days: int = _setting(90, "済んだ(又はあきらめた)送信の記録を残す日数", above_zero=True)

    pki_url: str = _setting("", "開発用の認証局とタイムスタンプ局(kessai pki)のアドレス。本番では使えない")
    tsa_url: str = _setting("", "タイムスタンプ局(RFC 3161)のURL(開発での既定は kessai pki)")
    tsa_policy: str = _setting("", "受け取るタイムスタンプのポリシー(OID)。空ならどれでも")
    signing_hosts: tuple[str, ...] = _setting(
        (), "タイムスタンプ局・失効情報・証明書の発行で接続を許すホスト名(コンマ区切り)"
    )
    trust_dir: Path = _setting(
        Path(), "信頼する認証局の証明書(signers/*.pemとtsas/*.pem。開発での既定は kessai pki のもの)"
    )
    platform_key_file: Path | None = _setting(None, "基盤の署名鍵(PKCS#12。開発での既定は kessai pki のもの)")
    platform_key_password: str = _setting("", "同じくパスワード", secret=True)
    prefecture_key_file: Path | None = _setting(None, "県の署名鍵(PKCS#12)。PKCS#11のトークンにあるなら指定しない")
    prefecture_key_password: str = _setting("", "同じくパスワード", secret=True)
    pkcs11_module: Path | None = _setting(None, "県の署名鍵が入ったトークンのPKCS#11ライブラリー")
    pkcs11_token: str = _setting("", "同じくトークンのラベル")
    pkcs11_key: str = _setting("", "同じく鍵と証明書のラベル")
    pkcs11_pin: str = _setting("", "同じくPIN", secret=True)
    witness_issuer_url: str = _setting(
        "", "立会人型の署名者ごとの短期証明書を発行する認証局のURL(空なら基盤の証明書で署名する)"
    )
    witness_issuer_token: str = _setting("", "同じくトークン", secret=True)
    signing_at_once: int = _setting(3, "署名の処理を同時に行う数", above_zero=True)

    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "ログの細かさ")
    log_format: Literal["text", "json"] = _setting("json", "ログの形")
    metrics_token: str = _setting("", "/metricsを読むためのトークン(なければ同じ機械からだけ読める)", secret=True)

    @property
    def production(self) -> bool:
        return self.mode == "production"

    @property
    def codec_url(self) -> str:
        """Where the Temporal Web UI has payloads decoded."""
        return f"{self.public_url}/codec"

    def require(self, *names: str) -> None:
        """Refuse to go on without these fields, which only some commands need."""
        missing = [name for name in names if not getattr(self, name)]
        if missing:
            raise SettingsError(f"{variable(name)} が必要です({about(name)})。" for name in missing)


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings from `KESSAI_*` in `environ`; other variables are not looked at.

    Raises SettingsError with every reason: unknown names (with the near one), values of the wrong form, unreadable
    secret files, and in production whatever belongs to development.
    """
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    values: dict[str, Any] = {}
    reasons = [_unknown(name) for name in given if name not in _NAMES]
    for setting in fields(Settings):
        try:
            text = text_of(variable(setting.name), given, secret=setting.metadata["secret"])
            if text is not None:
                values[setting.name] = parsed(text, setting.type, above_zero=setting.metadata["above_zero"])
        except ValueError as error:
            reasons.append(f"{variable(setting.name)}: {error}")
    if reasons:
        raise SettingsError(reasons)
    settings = Settings(**_completed(values))
    reasons = [*_contradictory(settings), *(_unsafe(settings) if settings.production else ())]
    if reasons:
        raise SettingsError(reasons)
    return settings


def variable(name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + name.upper()


def about(name: str) -> str:
    """What a field is for, in Japanese."""
    return str(_ABOUT[name])


def described(settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """Every variable with its value (secrets only as 'given' or not) and its purpose, in order."""
    return tuple(
        (
            variable(setting.name),
            _shown(getattr(settings, setting.name), setting.metadata["secret"]),
            about(setting.name),
        )
        for setting in fields(settings)
    )


def _unknown(name: str) -> str:
    known = {setting.removeprefix(PREFIX): setting for setting in _NAMES}
    near = get_close_matches(name.removeprefix(PREFIX).upper(), known, n=1)
    return f"{name} という設定はありません。" + (f"{known[near[0]]} ではありませんか。" if near else "")


def _completed(values: dict[str, Any]) -> dict[str, Any]:
    """Fill what follows from other fields, and put a password given apart into its address."""
    bare = Settings(**values)
    data = bare.data.absolute()
    for owner in ("", "owner_"):
        if password := values.pop(f"{owner}database_password", ""):
            values[f"{owner}database_url"] = _with_password(values.get(f"{owner}database_url", ""), password)
    follows = {
        "data": data,
        "keys_dir": data / "keys" if bare.keys_dir == Path() else bare.keys_dir.absolute(),
        "trust_dir": data / "pki" / "trust" if bare.trust_dir == Path() else bare.trust_dir.absolute(),
        "clock_file": data / "clock" if bare.clock_file == Path() else bare.clock_file.absolute(),
        "documents_url": bare.documents_url or (data / "documents").as_uri(),
        "public_url": bare.public_url.rstrip("/") or f"http://{bare.api_host}:{bare.api_port}",
    }
    return values | follows


def _with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        raise SettingsError(
            ["パスワードを別に渡すときは、接続先に役割の名前が要ります(postgresql://役割@ホスト/データベース)。"]
        )
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}:{quote(password, safe='')}@{host}"))


def _contradictory(settings: Settings) -> Iterable[str]:
    """Why these settings do not go together."""
    if settings.oidc_client_id == settings.audience:
        names = f"{variable('oidc_client_id')} と {variable('audience')}"
        yield f"{names}: 同じにはできません(画面のログインの証明でAPIを使えてしまいます)。"
    try:
        Allowed.of(settings.webhook_private_targets)
    except ValueError:
        yield f"{variable('webhook_private_targets')}: ホスト名かネットワーク(10.1.0.0/16)で指定してください。"


def _unsafe(settings: Settings) -> Iterable[str]:
    """Why these settings may not run in production."""
    if settings.clock == "virtual":
        yield f"{variable('clock')}: 本番では仮想の時計(virtual)を使えません。"
    if settings.issuer == DEVELOPMENT_ISSUER:
        yield f"{variable('issuer')}: 本番では開発用の発行者を使えません。県の認証基盤を指定してください。"
    elif not settings.issuer.startswith("https://") or not settings.jwks_url.startswith("https://"):
        yield f"{variable('issuer')} と {variable('jwks_url')}: 本番では https:// で始まるURLが必要です。"
    if settings.pki_url:
        yield f"{variable('pki_url')}: 本番では開発用の認証局を使えません。"
    if not settings.public_url.startswith("https://"):
        yield f"{variable('public_url')}: 本番では https:// で始まるURLが必要です。"
    if settings.gateway_url and not settings.gateway_url.startswith("https://"):
        yield f"{variable('gateway_url')}: 本番では https:// で始まるURLが必要です。"
    for path in sorted(settings.keys_dir.glob("*.json")):
        if _for_development(path):
            yield f"{variable('keys_dir')}: {path.name} は開発用の鍵です。本番では使えません。"


def _for_development(path: Path) -> bool:
    """Whether a key file says it was made for development. What is wrong otherwise is told by whoever loads the key."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("development") is True


def _shown(value: object, secret: bool) -> str:
    if secret:
        return "(設定済み)" if value else ""
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else str(value)


_ABOUT = {setting.name: setting.metadata["about"] for setting in fields(Settings)}
_SECRETS = {variable(setting.name) for setting in fields(Settings) if setting.metadata["secret"]}
_NAMES = {variable(setting.name) for setting in fields(Settings)} | {f"{name}_FILE" for name in _SECRETS}
