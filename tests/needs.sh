#!/usr/bin/env bash
# Installs what the tests need: pairs of command:debian-package. As root it
# uses apt-get; otherwise it names what is missing, in one line, and fails.
set -euo pipefail
missing=()
for pair in "$@"; do
	command -v "${pair%%:*}" >/dev/null 2>&1 || missing+=("${pair#*:}")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
	echo "missing packages: ${missing[*]} (install them, for example: apt-get install ${missing[*]})" >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# gcc alone has no headers of the C library: the race detector needs both.
for i in "${!missing[@]}"; do [ "${missing[$i]}" = gcc ] && missing+=(libc6-dev); done
if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
	tail -n 20 "$log" >&2
	echo "could not install: ${missing[*]}" >&2
	exit 1
fi
rm -f "$log"
