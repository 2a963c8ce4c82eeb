#!/usr/bin/env bash
# Runs every scenario with another party's Arazzo runner (Redocly's `respect`, pinned in tools/lint) against a reference server of its own.
# Needs `npm ci --prefix tools/lint` and `make test` to have been run, or their set-up; nothing of it needs a network.
set -euo pipefail
cd "$(dirname "$0")/.."

export REDOCLY_TELEMETRY=off NO_COLOR=1
work=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap stop EXIT

mkfifo "$work/announcement"
.venv/bin/proofreel serve --port 0 --outbound loopback --log-level warning > "$work/announcement" 2> "$work/server.log" &
server=$!
# The pipe stays open: a server that writes to one that nobody reads would be stopped.
exec 3< "$work/announcement"
if ! read -r -t 60 line <&3; then
  echo "the server did not start:"
  cat "$work/server.log"
  exit 1
fi
url=${line##* }

# Its check of schemas is off: it forbids every property that a subschema does not name, which OpenAPI and these documents allow.
status=0
for api in renderio ricloud bannx; do
  # It takes a server for each source of a scenario, and for no other.
  mapfile -t scenarios < <(grep -lE "^  - name: $api$" scenarios/*.arazzo.yaml)
  tools/lint/node_modules/.bin/redocly respect "${scenarios[@]}" \
    --server "$api=$url" --server "control=$url" --severity SCHEMA_CHECK=off >> "$work/report" 2>&1 || status=$?
done

if [ "$status" != 0 ]; then
  cat "$work/report"
  tail -n 50 "$work/server.log"
else
  sed -n '/Filename/,/┘/p' "$work/report"
fi
exit "$status"
