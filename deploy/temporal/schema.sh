#!/bin/sh
# Create Temporal's two databases and bring their schema up to date; safe to run at every start.
set -eu

versioned=/etc/temporal/schema/postgresql/v12

tool() {
    temporal-sql-tool --plugin "$DB" --endpoint "$POSTGRES_SEEDS" --port "$DB_PORT" --user "$POSTGRES_USER" "$@"
}

for name in temporal visibility; do
    database=temporal
    [ "$name" = visibility ] && database=temporal_visibility
    tool --database "$database" create-database
    tool --database "$database" setup-schema --version 0.0
    tool --database "$database" update-schema --schema-dir "$versioned/$name/versioned"
done
