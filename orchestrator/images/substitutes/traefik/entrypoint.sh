#!/bin/sh
# As in the official image: options alone are meant for traefik.
set -e
if [ "${1#-}" != "$1" ]; then set -- traefik "$@"; fi
exec "$@"
