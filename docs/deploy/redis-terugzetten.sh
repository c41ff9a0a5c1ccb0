#!/bin/sh
# Zet een kopie van Redis (dump.rdb) terug in de map van Redis.
#
#   systemctl stop wegwijzer redis-server
#   runuser -u redis -- sh docs/deploy/redis-terugzetten.sh kopie/dump.rdb /var/lib/redis
#   systemctl start redis-server wegwijzer
#
# Alleen dump.rdb neerzetten is niet genoeg: staat appendonly aan, dan leest Redis
# bij de start alleen zijn logbestand, en zonder logbestand begint het leeg. Dit
# script start Redis even zonder, zet daarna het logbestand aan, en wacht tot het
# geschreven is. Wat er was, staat daarna in appendonlydir.voor-terugzetten.
set -eu
if [ $# -ne 2 ]; then
	echo "gebruik: redis-terugzetten.sh dump.rdb MAP" >&2
	exit 2
fi
copy=$1
dir=$2
redis-check-rdb "$copy" >/dev/null || { echo "$copy is geen goede kopie" >&2; exit 1; }
if [ -e "$dir/appendonlydir.voor-terugzetten" ]; then
	echo "$dir/appendonlydir.voor-terugzetten is er nog van een vorige keer: haal dat eerst weg" >&2
	exit 1
fi
[ ! -e "$dir/appendonlydir" ] || mv "$dir/appendonlydir" "$dir/appendonlydir.voor-terugzetten"
cp "$copy" "$dir/dump.rdb"

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
redis-server --port 0 --unixsocket "$place/redis.sock" --dir "$dir" --dbfilename dump.rdb \
	--appendonly no --save "" --daemonize no --logfile "$place/log" &
pid=$!
ask() { redis-cli -s "$place/redis.sock" "$@"; }
failed() {
	echo "Redis kon de kopie niet inlezen:" >&2
	cat "$place/log" >&2
	exit 1
}
until ask PING 2>/dev/null | grep -q PONG; do
	kill -0 "$pid" 2>/dev/null || failed
	sleep 0.2
done
keys=$(ask DBSIZE)
ask CONFIG SET appendonly yes >/dev/null
until ask INFO persistence | tr -d '\r' | grep -qx aof_rewrite_in_progress:0; do
	sleep 0.2
done
ask INFO persistence | tr -d '\r' | grep -qx aof_last_bgrewrite_status:ok || failed
ask SHUTDOWN NOSAVE >/dev/null 2>&1 || true
wait "$pid" || true
echo "teruggezet: $keys sleutels"
