#!/bin/bash
# The part of the official entrypoint that most users of the image rely on: MARIADB_ROOT_PASSWORD, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD,
# MARIADB_DATABASE, MARIADB_USER, MARIADB_PASSWORD, the same as MYSQL_… and from files (…_FILE), and /docker-entrypoint-initdb.d.
set -euo pipefail

if [ "${1#-}" != "${1:-}" ]; then
  set -- mariadbd "$@"
fi
if [ "${1:-}" != mariadbd ]; then
  exec "$@"
fi
if [ "$(id -u)" = 0 ]; then
  chown mysql: /run/mysqld
  find /var/lib/mysql \! -user mysql -exec chown mysql: '{}' +
  exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
fi

setting() {
  local name value
  for name in "MARIADB_$1" "MYSQL_$1"; do
    local file="${name}_FILE"
    value="${!name:-}"
    if [ -z "$value" ] && [ -n "${!file:-}" ]; then value="$(< "${!file}")"; fi
    if [ -n "$value" ]; then printf '%s' "$value"; return; fi
  done
}
quoted() { printf "'%s'" "${1//\'/\'\'}"; }

if [ ! -d /var/lib/mysql/mysql ]; then
  root="$(setting ROOT_PASSWORD)" database="$(setting DATABASE)" user="$(setting USER)" password="$(setting PASSWORD)"
  if [ -z "$root" ] && [ -z "$(setting ALLOW_EMPTY_ROOT_PASSWORD)" ] && [ -z "$(setting RANDOM_ROOT_PASSWORD)" ]; then
    echo >&2 'Database is uninitialized and password option is not specified: set MARIADB_ROOT_PASSWORD'
    exit 1
  fi
  mariadb-install-db --auth-root-authentication-method=normal --skip-test-db > /dev/null
  # Nobody else gets in until it is ready.
  "$@" --skip-networking --socket=/run/mysqld/init.sock &
  server=$!
  client=(mariadb --socket=/run/mysqld/init.sock -uroot)
  until "${client[@]}" -e 'select 1' > /dev/null 2>&1; do
    kill -0 "$server"
    sleep 0.2
  done
  {
    if [ -n "$database" ]; then echo "CREATE DATABASE IF NOT EXISTS \`$database\`;"; fi
    if [ -n "$user" ]; then
      echo "CREATE USER $(quoted "$user")@'%' IDENTIFIED BY $(quoted "$password");"
      if [ -n "$database" ]; then echo "GRANT ALL ON \`${database//_/\\_}\`.* TO $(quoted "$user")@'%';"; fi
    fi
    echo "CREATE USER 'healthcheck'@'localhost'; CREATE USER 'healthcheck'@'127.0.0.1';"
  } | "${client[@]}"
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) . "$file" ;;
      *.sql) "${client[@]}" ${database:+"$database"} < "$file" ;;
      *.sql.gz) gunzip -c "$file" | "${client[@]}" ${database:+"$database"} ;;
    esac
  done
  echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $(quoted "$root");
    CREATE USER 'root'@'%' IDENTIFIED BY $(quoted "$root"); GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;" | "${client[@]}"
  kill "$server"
  wait "$server" || true
fi
exec "$@"
