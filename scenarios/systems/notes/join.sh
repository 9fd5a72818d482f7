#!/bin/sh
# Starts a Redis as `primary` or `replica`, or a `sentinel`. Whoever comes later joins what there is by then: the primary is whom the sentinels name,
# and the one called redis as long as there are none.
set -eu

addresses() { getent ahostsv4 "$1" | sed -n 's/ *STREAM.*//p'; }

primary=$(
  for sentinel in $(addresses sentinel); do
    timeout 1 redis-cli -h "$sentinel" -p 26379 sentinel get-master-addr-by-name notes 2> /dev/null || true
  done | grep -m 1 -F . || true
)

if [ "$1" = sentinel ]; then
  # It writes into this file what it learns of the others.
  cat > sentinel.conf << END
port 26379
sentinel monitor notes ${primary:-$(addresses redis | head -n 1)} 6379 2
sentinel down-after-milliseconds notes 2000
sentinel failover-timeout notes 5000
END
  exec docker-entrypoint.sh redis-server /data/sentinel.conf --sentinel
fi

if [ "$1" = replica ]; then primary=${primary:-redis}; fi
set -- redis-server --appendonly yes --repl-diskless-sync-delay 0
if [ -n "$primary" ] && [ "$primary" != "$(hostname -i)" ]; then set -- "$@" --replicaof "$primary" 6379; fi
exec docker-entrypoint.sh "$@"
