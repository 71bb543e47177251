#!/bin/sh
# Run once by the image, which sets PGPASSWORD: the owner for migrations, the application, and their database.
set -eu

secrets=${SECRETS_DIR:-/run/secrets}

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set "owner_password=$(cat "$secrets/ledger_owner_password")" \
    --set "app_password=$(cat "$secrets/ledger_app_password")" <<'SQL'
CREATE ROLE kessai_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE kessai_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
-- The application owns the read models, which the owner's migration creates.
GRANT kessai_app TO kessai_owner;
CREATE DATABASE kessai OWNER kessai_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE kessai FROM PUBLIC;
GRANT CONNECT ON DATABASE kessai TO kessai_app;
SQL
