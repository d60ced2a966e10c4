#!/usr/bin/env bash
# Installs the clients that tests drive into target/clients, in the versions that tests/clients names.
set -euo pipefail
cd "$(dirname "$0")/.."
from=$PWD/tests/clients
there=target/clients

wanted=$(cat "$from/package.json" "$from/package-lock.json" "$from/requirements.txt" | sha256sum)
mkdir -p "$there"
# Modules are looked for beside the drivers.
ln -sfn "$from" "$there/drivers"
[ "$(cat "$there/installed" 2>/dev/null || true)" = "$wanted" ] && exit 0

rm -rf "$there/venv" "$there/node_modules" "$there/installed"
cp "$from/package.json" "$from/package-lock.json" "$there/"
(cd "$there" && npm ci --silent --no-audit --no-fund --ignore-scripts)
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$from/requirements.txt"
printf '%s\n' "$wanted" >"$there/installed"
