// What runs in the receiver's container, and in a store that comes back from what it received.

/**
 * Receives the log of whatever database is there, for as long as the container lives. A database that was restored goes on along a timeline of
 * its own, whose log goes to a folder of its own. A slot keeps the database from dropping what was not received yet. The connection's limits are
 * short, so that a dead database is noticed within seconds.
 */
export const receiveScript = `set -uo pipefail
connection="application_name=$RECEIVER keepalives_idle=1 keepalives_interval=1 keepalives_count=2 tcp_user_timeout=3000"
trap 'kill $(jobs -p) 2>/dev/null; exit 0' TERM INT
while :; do
  timeline=$(psql "replication=true" --no-psqlrc --no-password -qAt -F ' ' -c IDENTIFY_SYSTEM 2>/dev/null | cut -d ' ' -f 2)
  if [ -n "$timeline" ]; then
    folder="$BACKUPS/wal/$timeline"
    mkdir -p "$folder"
    pg_receivewal --no-password -d "$connection" --slot="$RECEIVER" --create-slot --if-not-exists &&
    pg_receivewal --no-password -d "$connection" --slot="$RECEIVER" -D "$folder" --synchronous --no-loop &
    wait $!
  fi
  sleep 0.1
done`;

/**
 * \`topolab-fetch-wal FOLDER FILE PATH\`: a segment or history of the log, the newest timeline's first; a segment that was still being written
 * where there is no whole one. PostgreSQL reads it up to the last whole record. Ends with 1 where there is none, as \`restore_command\` must.
 */
export const fetchScript = `#!/bin/bash
for folder in $(ls -d "$1"/wal/*/ | sort -t / -k 4 -n -r); do
  for file in "$folder$2" "$folder$2.partial"; do
    if [ -f "$file" ]; then exec cp "$file" "$3"; fi
  done
done
exit 1
`;
