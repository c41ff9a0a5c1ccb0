#!/usr/bin/env bash
# Runs every fuzz target of the project for the given time, one by one.
set -euo pipefail
time=${1:-30s}
found=0
while IFS=: read -r file target; do
	found=$((found + 1))
	echo "== $target in $(dirname "$file")"
	go test -run '^$' -fuzz "^${target}\$" -fuzztime "$time" "./$(dirname "$file")"
done < <(grep -rn --include='*_test.go' -oE '^func Fuzz[A-Za-z0-9_]+' . | sed -E 's/^\.\///; s/:[0-9]+:func /:/' | sort)
[ "$found" -gt 0 ] || { echo "no fuzz target found" >&2; exit 1; }
echo "$found fuzz targets, no fault found"
