#!/usr/bin/env bash
# Sends what the OpenAPI document allows, and what it forbids, to a server of this checkout, and compares the answers
# with the document. Needs the program in target/debug; installs schemathesis into target/.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

version=4.32.5
tool=target/schemathesis
[ -x "$tool/bin/schemathesis" ] && [ "$("$tool/bin/schemathesis" --version)" = "schemathesis, version $version" ] || {
    rm -rf "$tool"
    python3 -m venv "$tool"
    "$tool/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
}

work=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; fi; rm -rf "$work"' EXIT
latchkey() { target/debug/latchkey --data-dir "$work/data" "$@"; }

latchkey migrate >/dev/null
password='violet-anchor-sings-42'
printf '%s' "$password" | latchkey account create --admin --email tester@example.com --password-stdin >/dev/null
# The limits are tested elsewhere; here they would only hide what lies behind them.
python3 - "$work/data/latchkey.db" <<'PLANS'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    database.execute("UPDATE plans SET requests_per_minute = 1000000")
PLANS
LATCHKEY_ACCOUNT_RATE_LIMIT=1000000 LATCHKEY_SIGN_IN_RATE=1000000 LATCHKEY_SIGN_UP_RATE=1000000 \
    target/debug/latchkey --data-dir "$work/data" --bind 127.0.0.1:0 >"$work/out" 2>&1 &
server=$!
for _ in $(seq 100); do
    origin=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$work/out" | head -n 1) && break
    sleep 0.1
done
[ -n "${origin:-}" ] || { cat "$work/out" >&2; exit 1; }

field() { python3 -c 'import json, sys; print(json.load(sys.stdin)["data"]["'"$1"'"])'; }
post() { curl --silent --fail --show-error --header 'Content-Type: application/json' "${@:3}" --data "$2" "$origin$1"; }
session=$(post /v1/auth/login '{"email": "tester@example.com", "password": "'"$password"'"}' | field token)

# A rule that no schema can say (a password that is often guessed, a cursor of another list) is no mistake, so what is
# well-formed may be refused. What ends the very credential that asks would leave nobody to ask the rest; that nothing
# has ended it is looked at afterwards, for everything is refused to a credential that is dead.
check() {
    (cd "$work" && "$root/$tool/bin/schemathesis" --config-file "$root/.ci/schemathesis.toml" run "$origin/v1/openapi.json" --header "Authorization: Bearer $1" \
        --checks all --exclude-checks positive_data_acceptance --generation-with-security-parameters false \
        --exclude-path /v1/auth/logout --exclude-path /v1/tokens/revoke --exclude-path '/v1/me/sessions/{session}' \
        --max-examples 40 --seed 1 --generation-database none --request-timeout 30 --no-color)
    curl --silent --fail --show-error --output /dev/null --header "Authorization: Bearer $1" "$origin/v1/me"
}
key=$(post /v1/auth/api-keys '{"name": "Checks", "type": "secret", "environment": "test"}' \
    --header "Authorization: Bearer $session" | field key)
check "$session"
check "$key"
