#!/bin/bash
# The part of the official entrypoint that most users of the image rely on: RABBITMQ_DEFAULT_USER, RABBITMQ_DEFAULT_PASS and
# RABBITMQ_DEFAULT_VHOST, by default guest, guest and /; and the user's files in /etc/rabbitmq.
set -euo pipefail
if [ "$(id -u)" = 0 ] && [[ "${1:-}" == rabbitmq* ]]; then
  if [ "$1" = rabbitmq-server ]; then
    find /var/lib/rabbitmq \! -user rabbitmq -exec chown rabbitmq: '{}' +
    {
      echo 'loopback_users.guest = false'
      echo "default_user = ${RABBITMQ_DEFAULT_USER:-guest}"
      echo "default_pass = ${RABBITMQ_DEFAULT_PASS:-guest}"
      echo "default_vhost = ${RABBITMQ_DEFAULT_VHOST:-/}"
    } > /etc/rabbitmq/conf.d/10-defaults.conf
  fi
  # Debian's wrapper of this name would change the user once more.
  name="$1"
  shift
  exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups "/usr/lib/rabbitmq/bin/$name" "$@"
fi
exec "$@"
