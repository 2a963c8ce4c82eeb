#!/usr/bin/env bash
# Judges the reference server and the miniatures at every time level that they offer, side by side; each must end with 0.
# They wait more than they work: together they take about as long as the slowest, some four minutes.
set -uo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
export PROOFREEL_API_KEY=ffsk_first PROOFREEL_SECOND_API_KEY=ffsk_second
reference=".venv/bin/proofreel serve --outbound loopback --log-level error"
miniature=".venv/bin/python tests/miniature"
ricloud_miniature=".venv/bin/python -m tests.miniature_ricloud"
bannx_miniature=".venv/bin/python -m tests.miniature_bannx"
jobs=()

# However this ends: no judge and no server stays, and no folder. A judge ends the server that it has started itself.
stop() {
  local running
  running=$(jobs -p)
  if [ -n "$running" ]; then kill $running 2>/dev/null; wait; fi
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# judge NAME OPTIONS…: run `proofreel verify` in the background.
judge() {
  local name=$1
  shift
  .venv/bin/proofreel verify --seed "$RANDOM" "$@" >"$folder/$name.out" 2>"$folder/$name.err" &
  jobs+=("$name:$!")
}

# serve NAME COMMAND…: start a server whose clock nobody steps; its URL is in $url.
serve() {
  local name=$1
  shift
  "$@" --port 0 >"$folder/$name.url" 2>"$folder/$name.log" &
  until grep -qs "listening on" "$folder/$name.url"; do
    if ! kill -0 $! 2>/dev/null; then
      echo "the server $name did not start:"
      cat "$folder/$name.log"
      exit 1
    fi
    sleep 0.1
  done
  url=$(sed -n 's/.*listening on //p' "$folder/$name.url" | head -n 1)
}

judge reference-control --run "$reference --port {port}"
judge miniature-control --run "$miniature --port {port}"
judge reference-stepped --run "$reference --port {port} --clock real"
judge miniature-stepped --run "$miniature --port {port} --clock real --no-control" --control off
serve reference $reference --clock real
judge reference-declared "$url" --time-budget 60s
judge reference-real-time "$url" --control off --time-budget 60s
serve miniature $miniature --clock real --no-control
judge miniature-real-time "$url" --control off --time-budget 60s

export PROOFREEL_TOKEN=first PROOFREEL_SECOND_TOKEN=second
judge ricloud-reference-control --api ricloud --run "$reference --port {port}"
judge ricloud-miniature-control --api ricloud --run "$ricloud_miniature --port {port}"
judge ricloud-reference-stepped --api ricloud --run "$reference --port {port} --clock real" --control off
serve ricloud-reference $reference --clock real
judge ricloud-reference-real-time "$url" --api ricloud --control off --time-budget 60s
serve ricloud-miniature $ricloud_miniature --clock real --no-control
judge ricloud-miniature-real-time "$url" --api ricloud --control off --time-budget 60s

# Nothing of this API takes time that a clock could be stepped through.
bannx_pages="--target tools/bannx_pages.toml" miniature_pages="--target tests/miniature_bannx/target.toml"
judge bannx-reference-control --api bannx --run "$reference --port {port}"
judge bannx-miniature-control --api bannx $miniature_pages --run "$bannx_miniature --port {port}"
judge bannx-reference-command --api bannx $bannx_pages --run "$reference --port {port} --clock real" --control off
serve bannx-reference $reference --clock real
judge bannx-reference-real-time "$url" --api bannx $bannx_pages --control off --time-budget 60s
serve bannx-miniature $bannx_miniature --no-control
judge bannx-miniature-real-time "$url" --api bannx $miniature_pages --control off --time-budget 60s

failed=0
for job in "${jobs[@]}"; do
  name=${job%%:*}
  wait "${job##*:}"
  code=$?
  printf '%-28s exit %s  %s\n' "$name" "$code" "$(grep -m 1 'time level' "$folder/$name.out")"
  tail -n 3 "$folder/$name.out" | grep -m 1 'passed'
  if [ "$code" != 0 ]; then
    failed=1
    cat "$folder/$name.out"
    tail -n 5 "$folder/$name.err"
  fi
done
exit $failed
