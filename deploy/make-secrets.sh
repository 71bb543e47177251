#!/bin/sh
# Make what is secret in docker-compose.yml, once: passwords, tokens and production keys. What exists stays as it is.
# The folder is 0700; the files in it are readable, because containers see them under another user's id.
set -eu
cd "$(dirname "$0")/.."

secrets=${SECRETS_DIR:-deploy/secrets}
environment=${ENV_FILE:-.env}
umask 077
mkdir -p "$secrets/keys"

random() {
    .venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(32))'
}

for name in ledger_superuser_password ledger_owner_password ledger_app_password metrics_token; do
    [ -s "$secrets/$name" ] || random >"$secrets/$name"
done
.venv/bin/kessai keys create --keys "$secrets/keys" >/dev/null
if grep -q '^TEMPORAL_DB_PASSWORD=$' "$environment"; then
    password=$(random)
    sed -i.old "s/^TEMPORAL_DB_PASSWORD=\$/TEMPORAL_DB_PASSWORD=$password/" "$environment"
    rm "$environment.old"
fi
chmod 0600 "$environment"

missing=0
if ! [ -s "$secrets/oidc_client_secret" ]; then
    echo "認証基盤が発行したクライアントの秘密を $secrets/oidc_client_secret に置いてください。" >&2
    missing=1
fi
if grep -q '^TEMPORAL_UI_OIDC_CLIENT_SECRET=$' "$environment"; then
    echo "Temporal UI のクライアントの秘密を $environment の TEMPORAL_UI_OIDC_CLIENT_SECRET に書いてください。" >&2
    missing=1
fi
if ! [ -s "$secrets/gateway_token" ]; then
    echo "認証コードのゲートウェイに渡すトークンを $secrets/gateway_token に置いてください。" >&2
    missing=1
fi
for name in platform.p12 platform_key_password prefecture.p12 prefecture_key_password; do
    if ! [ -s "$secrets/$name" ]; then
        echo "電子契約の署名鍵(PKCS#12)とそのパスワードを $secrets/$name に置いてください。" >&2
        missing=1
    fi
done
find "$secrets" -type f -exec chmod 0444 {} +
exit "$missing"
