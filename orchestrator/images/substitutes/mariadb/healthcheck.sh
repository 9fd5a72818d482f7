#!/bin/bash
# The checks of the official image's script that compose files use: --connect, --innodb_initialized, in any number.
set -euo pipefail
client=(mariadb --user=healthcheck --host=127.0.0.1 --protocol=tcp --skip-ssl --batch --skip-column-names)
for check in "$@"; do
  case "$check" in
    --connect) "${client[@]}" -e 'select 1' > /dev/null ;;
    --innodb_initialized) [ "$("${client[@]}" -e "select 1 from information_schema.ENGINES where engine = 'innodb' and support in ('YES', 'DEFAULT')")" = 1 ] ;;
    *) echo "healthcheck.sh: $check is not known to this image" >&2; exit 2 ;;
  esac
done
