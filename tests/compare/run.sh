#!/usr/bin/env bash
# Runs the same form of six choices in the Bot Framework for JavaScript and in
# our dialog engine, by turns, each on one core, and prints the ratios of the
# medians. Theirs keeps the states in its MemoryStorage, which is JSON; ours in
# a map of values, as its tests do, and once more in JSON. The goal is 10, with
# the map. ROUNDS and SECONDS_EACH may be set.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${ROUNDS:-3}
each=${SECONDS_EACH:-5}

[ -d node_modules/botbuilder-dialogs ] || npm ci --omit=dev --silent
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go test -c -o "$work/form.test" .

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
for _ in $(seq "$rounds"); do
	node form.js "$each" >>"$work/theirs"
	if ! GOMAXPROCS=1 "$work/form.test" -test.run '^$' -test.bench Form -test.benchtime "${each}s" >"$work/out"; then
		cat "$work/out" >&2
		exit 1
	fi
	awk -v dir="$work" '/^BenchmarkForm\// {
		split($1, name, "/"); sub(/-[0-9]+$/, "", name[2])
		for (i = 2; i <= NF; i++) { if ($i == "turns/s") clock = $(i-1); if ($i == "turns/cpu-s") cpu = $(i-1) }
		print int(clock), int(cpu) >> (dir "/" name[2])
	}' "$work/out"
done

row() { # name, file
	printf '%-40s %10s %18s\n' "$1" "$(awk '{ print $1 }' "$work/$2" | median)" "$(awk '{ print $2 }' "$work/$2" | median)"
}
printf '%-40s %10s %18s\n' "" "turns/s" "turns/core-second"
row "botbuilder $(node -p "require('botbuilder/package.json').version"), node $(node -p process.versions.node)" theirs
row "dialogs.Engine, $(go env GOVERSION), map of values" values
row "dialogs.Engine, $(go env GOVERSION), JSON" json
awk -v v="$(awk '{ print $2 }' "$work/values" | median)" -v j="$(awk '{ print $2 }' "$work/json" | median)" \
	-v t="$(awk '{ print $2 }' "$work/theirs" | median)" 'BEGIN {
	printf "turns in a second of one core: %.1f times (goal: 10); with JSON on both sides %.1f times\n", v / t, j / t
	exit v < 10 * t
}'
